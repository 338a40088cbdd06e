package io.distomon.operator.keys;

import io.distomon.core.config.NetworkSource;
import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.crds.v1alpha1.KeyDeletionPolicy;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Secret with one generation of a node's private key: immutable, made once, and unless the resource says otherwise kept
 * when its network goes, so that the node comes back as itself.
 */
public final class KeySecret {
    private static final String ARGO_KEEP = "Prune=false,Delete=false";

    private KeySecret() {}

    /** The file in it, under the name that the node looks for: {@code <node_id>_<network_id>.key}. */
    public static String fileName(Network network, String nodeId) {
        return new NetworkSource(network.networkId(), nodeId, null).privateKeyFileName();
    }

    /** A Secret with a new key, to be created when there is none of that name. */
    public static Secret make(Network network, String nodeId, int generation, SecureRandom random) {
        return of(network, nodeId, generation, Signer.generate(nodeId, random));
    }

    /** The same with a key that somebody gives. */
    public static Secret of(Network network, String nodeId, int generation, Signer key) {
        ObjectMetaBuilder metadata = new ObjectMetaBuilder()
                .withNamespace(network.owner().namespace())
                .withName(ChildNames.key(network, nodeId, generation))
                .withLabels(ChildMetadata.labels(network, nodeId))
                .withAnnotations(annotations(network, nodeId));
        if (network.keyDeletion() == KeyDeletionPolicy.Delete) {
            metadata.withOwnerReferences(ChildMetadata.owner(network));
        }
        return new SecretBuilder()
                .withMetadata(metadata.build())
                .withType(SecretText.TYPE)
                .withImmutable(true)
                .withData(SecretText.data(fileName(network, nodeId), key.privatePem()))
                .build();
    }

    /**
     * What a Secret that was found in the place of a node's key holds.
     *
     * @param secret one whose name {@link ChildNames#key} gives for some generation; with any other it is a mismatch
     */
    public static KeyReading read(Network network, String nodeId, Secret secret) {
        String name = secret.getMetadata().getName();
        List<String> differences = new ArrayList<>();
        ChildMetadata.labels(network, nodeId)
                .forEach((key, value) ->
                        compare("label " + key, secret.getMetadata().getLabels(), key, value, differences));
        annotations(network, nodeId).forEach((key, value) -> {
            if (!key.equals(ChildMetadata.ARGO_OPTIONS)) {
                compare("annotation " + key, secret.getMetadata().getAnnotations(), key, value, differences);
            }
        });
        if (!differences.isEmpty()) {
            return new KeyReading.Mismatch("Secret %s is not the key of node %s of network %s: %s"
                    .formatted(name, nodeId, network.networkId(), String.join("; ", differences)));
        }
        int generation = ChildNames.generationOfKey(network, nodeId, name);
        if (generation == 0) {
            return new KeyReading.Mismatch("Secret %s has the marks of a key of node %s, but not the name, expected %s"
                    .formatted(name, nodeId, ChildNames.key(network, nodeId, 1)));
        }
        String file = fileName(network, nodeId);
        return switch (SecretText.read(secret, file)) {
            case SecretText.Unusable(String message) -> new KeyReading.Mismatch(message);
            case SecretText.Usable(io.distomon.core.config.Secret pem) ->
                parse(nodeId, generation, name, file, pem.reveal());
        };
    }

    /**
     * A Secret with the owner that the resource asks for: the network, when its keys go with it, else none of ours. What
     * holds no key of the network stays as it is, as does what somebody else controls.
     */
    public static Secret owned(Network network, Secret secret) {
        String nodeId = secret.getMetadata().getLabels().get(ChildMetadata.NODE);
        OwnerReference ours = ChildMetadata.owner(network);
        List<OwnerReference> found = secret.getMetadata().getOwnerReferences();
        List<OwnerReference> others = found.stream()
                .filter(owner -> !owner.getUid().equals(ours.getUid()))
                .toList();
        boolean wanted = network.keyDeletion() == KeyDeletionPolicy.Delete;
        if (nodeId == null
                || wanted == others.size() < found.size()
                || (wanted && others.stream().anyMatch(owner -> Boolean.TRUE.equals(owner.getController())))
                || !(read(network, nodeId, secret) instanceof KeyReading.Held)) {
            return secret;
        }
        return new SecretBuilder(secret)
                .editMetadata()
                .withOwnerReferences(others)
                .addAllToOwnerReferences(wanted ? List.of(ours) : List.of())
                .endMetadata()
                .build();
    }

    /**
     * Where a node that runs here has a public key that another node has too: a kept key that somebody copied, or a node
     * that is listed as an external one too. External nodes may share theirs: one owner's machines.
     *
     * @param keys of the nodes that run here, by node id
     * @return a sentence for each
     */
    public static List<String> shared(Network network, Map<String, NodeKeys> keys) {
        Map<Verifier, Set<NetworkNode>> owners = new LinkedHashMap<>();
        for (NetworkNode node : network.nodes()) {
            List<Verifier> published = switch (node) {
                case NetworkNode.External external -> external.publicKeys();
                case NetworkNode.InCluster own
                when keys.containsKey(own.id()) -> keys.get(own.id()).publicKeys();
                case NetworkNode.InCluster own -> List.of();
            };
            published.forEach(key ->
                    owners.computeIfAbsent(key, of -> new LinkedHashSet<>()).add(node));
        }
        List<String> messages = new ArrayList<>();
        owners.forEach((key, nodes) -> {
            if (nodes.size() > 1 && nodes.stream().anyMatch(NetworkNode.InCluster.class::isInstance)) {
                messages.add("The nodes %s have one key (%s), expected a key of its own for each"
                        .formatted(
                                nodes.stream().map(NetworkNode::id).collect(Collectors.joining(" and ")),
                                key.fingerprint()));
            }
        });
        return List.copyOf(messages);
    }

    private static Map<String, String> annotations(Network network, String nodeId) {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put(ChildMetadata.NETWORK_ID, network.networkId());
        annotations.put(ChildMetadata.NODE_ID, nodeId);
        annotations.put(ChildMetadata.ARGO_OPTIONS, ARGO_KEEP);
        return annotations;
    }

    private static void compare(
            String what, @Nullable Map<String, String> actual, String key, String expected, List<String> differences) {
        String found = actual == null ? null : actual.get(key);
        if (!expected.equals(found)) {
            differences.add("found %s %s, expected %s"
                    .formatted(found == null ? "no" : "the", found == null ? what : what + "=" + found, expected));
        }
    }

    private static KeyReading parse(String nodeId, int generation, String name, String file, String pem) {
        try {
            Verifier publicKey = Signer.fromPem(nodeId, pem).verifier();
            return new KeyReading.Held(nodeId, generation, name, publicKey);
        } catch (InvalidKeyException e) {
            return new KeyReading.Mismatch(
                    "Secret %s has no usable key in %s: %s, expected one PKCS8 PEM block of Ed25519"
                            .formatted(name, file, Objects.toString(e.getMessage())));
        }
    }
}
