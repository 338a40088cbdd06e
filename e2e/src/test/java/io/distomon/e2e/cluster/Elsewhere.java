package io.distomon.e2e.cluster;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A node that no operator runs: a pod of the same image with files of its own, in which the other members have other
 * addresses than in the operator's, as the ConfigMap for such nodes has them. Its owner takes them over by hand.
 */
final class Elsewhere {
    static final String ID = "away";

    private static final String FILES = ID + "-files";

    private final Network network;
    private final String image;
    private final KeyPair key;

    private Elsewhere(Network network, String image, KeyPair key) {
        this.network = network;
        this.image = image;
        this.key = key;
    }

    /** @param like a managed node, of whose image it is */
    static Elsewhere make(Network network, String like) {
        try {
            return new Elsewhere(
                    network,
                    network.deployment(like)
                            .at("/spec/template/spec/containers/0/image")
                            .asText(),
                    KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return "http://%s.%s.svc:8000".formatted(ID, network.kubectl().namespace());
    }

    String publicKey() {
        return pem("PUBLIC KEY", key.getPublic().getEncoded());
    }

    void start() {
        apply(files());
        apply("""
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec: {selector: {app: %1$s}, ports: [{port: 8000}], publishNotReadyAddresses: true}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {app: %1$s}}
                spec:
                  enableServiceLinks: false
                  terminationGracePeriodSeconds: 2
                  securityContext: {runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532}
                  containers:
                  - name: node
                    image: %2$s
                    imagePullPolicy: IfNotPresent
                    env: [{name: CONFIG_DIR, value: /conf}]
                    volumeMounts:
                    - {name: files, mountPath: /conf/networks/here}
                    - {name: conf, mountPath: /conf/nodeconf.yml, subPath: nodeconf.yml}
                    - {name: key, mountPath: /conf/.private_keys}
                  volumes:
                  - {name: files, secret: {secretName: %1$s-files}}
                  - {name: conf, secret: {secretName: %1$s-own, items: [{key: nodeconf.yml, path: nodeconf.yml}]}}
                  - name: key
                    secret:
                      secretName: %1$s-own
                      defaultMode: 0400
                      items: [{key: key, path: %1$s_here.key}]
                """.formatted(ID, image));
    }

    /** What its owner does when a member's key changes. */
    void takeTheKeysAsTheyAre() {
        apply(files());
        // Else the kubelet looks only once a minute.
        network.kubectl().output("annotate", "pod", ID, "--overwrite", "example.com/touched=" + System.nanoTime());
    }

    private String files() {
        Map<String, String> files = network.configMap(network.name() + "-network");
        String own = """
                networks:
                - name: here
                  node_id: %s
                  config_type: local
                """.formatted(ID);
        return secret(FILES, files)
                + "---\n"
                + secret(
                        ID + "-own",
                        Map.of(
                                "nodeconf.yml",
                                own,
                                "key",
                                pem("PRIVATE KEY", key.getPrivate().getEncoded())));
    }

    private static String secret(String name, Map<String, String> data) {
        return "apiVersion: v1\nkind: Secret\nmetadata: {name: %s}\ndata:\n%s\n"
                .formatted(
                        name,
                        data.entrySet().stream()
                                .map(entry -> "  " + entry.getKey() + ": "
                                        + Base64.getEncoder()
                                                .encodeToString(entry.getValue().getBytes(StandardCharsets.UTF_8)))
                                .collect(Collectors.joining("\n")));
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    }

    private void apply(String manifest) {
        Command.Result result = network.kubectl().apply(manifest);
        if (result.exitCode() != 0) {
            throw new AssertionError(result.err());
        }
    }
}
