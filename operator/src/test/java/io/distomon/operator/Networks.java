package io.distomon.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.distomon.core.config.Secret;
import io.distomon.core.crypto.Signer;
import io.distomon.crds.refused.CrdDefaults;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.KeySecret;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.distomon.operator.validate.Validation;
import io.distomon.operator.validate.Validator;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Resources and networks for tests. */
public final class Networks {
    public static final String IMAGE = "distomon-node:test";
    public static final SecureRandom RANDOM = new SecureRandom();

    private static final KubernetesSerialization SERIALIZATION = KeptFields.serialization();

    /** Somebody's certificate, until 2126. */
    public static final String AUTHORITY = """
            -----BEGIN CERTIFICATE-----
            MIIBqDCCAS2gAwIBAgIJALG20QQwj4LgMAoGCCqGSM49BAMDMBoxGDAWBgNVBAMT
            D2dpdC5leGFtcGxlLmNvbTAgFw0yNjExMjUwNzQxMTRaGA8yMTI2MTEwMTA3NDEx
            NFowGjEYMBYGA1UEAxMPZ2l0LmV4YW1wbGUuY29tMHYwEAYHKoZIzj0CAQYFK4EE
            ACIDYgAEs7YTA2r4GJeNj6onBKPbIJXjt/5lS5JbkvMuYYiA4D3UpUhzIz/P4rnY
            vFxcBzjkT5765kNIOt+W9nky1q66KrJG8PwPOhJEBZE3KOxN4LbJ8YGKEeVCRO+2
            /mYBuzHzoz0wOzAdBgNVHQ4EFgQURN2MEwtO6uURmAHmNtdictMmlpQwGgYDVR0R
            BBMwEYIPZ2l0LmV4YW1wbGUuY29tMAoGCCqGSM49BAMDA2kAMGYCMQC9ftzTC9bl
            loIvonZGaT8fkHMZJcLpDuofvYwoAOItGq/RO4XsIcmGqVlT17EFOtsCMQDbXJA2
            7IvRFL3pjb7ZcViIv/+n+itp+NA0JfRqjwtjQwD+wpJ2tvqhiexz26jDZ1g=
            -----END CERTIFICATE-----
            """;

    private Networks() {}

    /** A resource as the operator's client reads it from an API server. */
    public static DistomonNetwork read(ObjectNode applied) {
        return SERIALIZATION.unmarshal(CrdDefaults.applied(applied).toString(), DistomonNetwork.class);
    }

    /** The resource lab in the namespace monitoring with this spec. */
    public static DistomonNetwork resource(String specYaml) {
        String head = """
                apiVersion: distomon.io/v1alpha1
                kind: DistomonNetwork
                metadata: {name: lab, namespace: monitoring, uid: u-1, generation: 7}
                spec:
                """;
        try {
            return read((ObjectNode) new YAMLMapper().readTree(head + specYaml.indent(2)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(specYaml, e);
        }
    }

    /** The network of a resource that is accepted. */
    public static Network accepted(DistomonNetwork resource) {
        return switch (Validator.validate(resource, IMAGE)) {
            case Validation.Accepted(Network network) -> network;
            case Validation.Refused refused -> throw new AssertionError(refused);
        };
    }

    /** The network lab with this spec. */
    public static Network network(String specYaml) {
        return accepted(resource(specYaml));
    }

    /** An external node in the spec, with a key of its own. */
    public static String external(String id) {
        String pem = Signer.generate(id, RANDOM).verifier().pem().replace("\n", "\\n");
        return "{id: %s, type: External, url: 'https://%s.example.com/', publicKeys: [\"%s\"]}".formatted(id, id, pem);
    }

    /** A new key for each node that runs here. */
    public static Map<String, NodeKeys> keys(Network network) {
        Map<String, NodeKeys> keys = new LinkedHashMap<>();
        network.inCluster()
                .forEach(node -> keys.put(node.id(), NodeKeys.steady((KeyReading.Held)
                        KeySecret.read(network, node.id(), KeySecret.make(network, node.id(), 1, RANDOM)))));
        return keys;
    }

    /** Some key for each sidecar. */
    public static Map<String, Secret> sidecarKeys(Network network) {
        return network.sidecars().stream()
                .collect(Collectors.toMap(
                        NetworkNode::id,
                        node -> new Secret(Signer.generate(node.id(), RANDOM).privatePem())));
    }

    /** What must be there. */
    public static <T> T at(Map<String, T> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }
}
