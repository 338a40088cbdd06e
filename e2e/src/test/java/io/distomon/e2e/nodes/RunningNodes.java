package io.distomon.e2e.nodes;

import static java.util.Objects.requireNonNull;

import io.distomon.e2e.demo.node.Guard;
import io.distomon.e2e.demo.node.NodeProcess;
import io.distomon.e2e.demo.node.NodeProgram;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nodes of one network on loopback, which poll each other every second. For one thread. */
public final class RunningNodes implements AutoCloseable {
    public static final String NETWORK = "lab";
    public static final String PASSWORD = "of the test alone";

    private static final NodeProgram PROGRAM = new NodeProgram(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            Path.of("..", "node", "app", "target", "distomon-node.jar"),
            Path.of("no-cache"));

    private final Guard guard;
    private final Map<String, NodeProcess> processes = new LinkedHashMap<>();

    private RunningNodes(Guard guard) {
        this.guard = guard;
    }

    /** Starts them below a directory of theirs. */
    public static RunningNodes start(Path directory, List<String> ids) throws IOException, NoSuchAlgorithmException {
        RunningNodes nodes = new RunningNodes(Guard.start(directory, true));
        try {
            KeyPairGenerator keys = KeyPairGenerator.getInstance("Ed25519");
            Map<String, KeyPair> pairs = new LinkedHashMap<>();
            ids.forEach(id -> pairs.put(id, keys.generateKeyPair()));
            for (String id : ids) {
                Path own = directory.resolve(id);
                write(own.resolve("nodeconf.yml"), """
                        networks: [{name: %s, node_id: %s, config_type: local}]
                        login_password: %s
                        """.formatted(NETWORK, id, PASSWORD));
                Path key = own.resolve(".private_keys").resolve(id + "_" + NETWORK + ".key");
                write(
                        key,
                        pem(
                                "PRIVATE KEY",
                                requireNonNull(pairs.get(id)).getPrivate().getEncoded()));
                Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
                for (String member : ids) {
                    write(
                            own.resolve("networks/lab/pubkeys").resolve(member + ".pub"),
                            pem(
                                    "PUBLIC KEY",
                                    requireNonNull(pairs.get(member))
                                            .getPublic()
                                            .getEncoded()));
                }
                nodes.members(own, ids);
                nodes.processes.put(
                        id,
                        NodeProcess.start(PROGRAM, nodes.guard, own, "nodeconf.yml", directory.resolve(id + ".log")));
            }
            for (String id : ids) {
                nodes.members(directory.resolve(id), ids);
            }
            return nodes;
        } catch (IOException | RuntimeException e) {
            nodes.close();
            throw e;
        }
    }

    /** Where each listens is known only when all have been started: until then a node is told ports at which nobody is. */
    private void members(Path own, List<String> ids) throws IOException {
        StringBuilder config = new StringBuilder("network_id: " + NETWORK + "\nnode_config:\n");
        for (String id : ids) {
            NodeProcess process = processes.get(id);
            config.append("- {node_id: %s, url: \"http://127.0.0.1:%d\", poll_rate: 1, retry: 2}\n"
                    .formatted(id, process == null ? 1 : process.apiPort()));
        }
        write(own.resolve("networks/lab/config.yml"), config.toString());
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
                .formatted(kind, Base64.getMimeEncoder().encodeToString(der));
    }

    public boolean areAlive() {
        return processes.values().stream().allMatch(NodeProcess::isAlive);
    }

    /** Where each has its metrics, host and port. */
    public List<String> managementAddresses() {
        List<String> addresses = new ArrayList<>();
        processes.values().forEach(process -> addresses.add("127.0.0.1:" + process.managementPort()));
        return addresses;
    }

    /** Where each has its API. */
    public List<URI> apis() {
        return processes.values().stream()
                .map(process -> URI.create("http://127.0.0.1:" + process.apiPort()))
                .toList();
    }

    @Override
    public void close() throws IOException {
        processes.values().forEach(NodeProcess::destroy);
        guard.close();
    }
}
