package io.distomon.e2e.nodes;

import io.distomon.core.config.NetworkWriter;
import io.distomon.core.config.PrivateKeys;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.topology.Member;
import io.distomon.e2e.demo.node.Guard;
import io.distomon.e2e.demo.node.NodeProcess;
import io.distomon.e2e.demo.node.NodeProgram;
import io.distomon.e2e.demo.node.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
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
    private static final Duration LONGEST_END = Duration.ofSeconds(10);
    private static final int RETRY = 2;

    private final Guard guard;
    private final List<NodeProcess> processes = new ArrayList<>();

    private RunningNodes(Guard guard) {
        this.guard = guard;
    }

    /** Starts them below a directory of theirs. */
    public static RunningNodes start(Path directory, List<String> ids) throws IOException {
        RunningNodes nodes = new RunningNodes(Guard.start(directory, true));
        try {
            nodes.startAll(directory, ids);
            return nodes;
        } catch (IOException | RuntimeException e) {
            nodes.close();
            throw e;
        }
    }

    private void startAll(Path directory, List<String> ids) throws IOException {
        SecureRandom random = new SecureRandom();
        List<Integer> ports = Ports.free(2 * ids.size());
        List<Signer> signers =
                ids.stream().map(id -> Signer.generate(id, random)).toList();
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            keys.put(ids.get(i), List.of(signers.get(i).verifier()));
            URI url = URI.create("http://127.0.0.1:" + ports.get(2 * i));
            members.add(new Member(ids.get(i), url, Duration.ofSeconds(1), RETRY));
        }
        Map<String, String> shared = NetworkWriter.shared(NETWORK, members, new KeyMapping(keys));
        for (int i = 0; i < ids.size(); i++) {
            String id = ids.get(i);
            Path own = directory.resolve(id);
            write(own.resolve("nodeconf.yml"), """
                    networks: [{name: %s, node_id: %s, config_type: local}]
                    login_password: %s
                    """.formatted(NETWORK, id, PASSWORD));
            Path key = own.resolve(PrivateKeys.DIRECTORY).resolve(id + "_" + NETWORK + ".key");
            write(key, signers.get(i).privatePem());
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            for (Map.Entry<String, String> file : shared.entrySet()) {
                write(own.resolve("networks").resolve(NETWORK).resolve(file.getKey()), file.getValue());
            }
            processes.add(NodeProcess.start(
                    PROGRAM,
                    guard,
                    own,
                    "nodeconf.yml",
                    Map.of(),
                    directory.resolve(id + ".log"),
                    ports.get(2 * i),
                    ports.get(2 * i + 1)));
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    public boolean areAlive() {
        return processes.stream().allMatch(NodeProcess::isAlive);
    }

    /** Where each has its metrics, host and port. */
    public List<String> managementAddresses() {
        return processes.stream()
                .map(process -> "127.0.0.1:" + process.managementPort())
                .toList();
    }

    /** Where each has its API. */
    public List<URI> apis() {
        return processes.stream()
                .map(process -> URI.create("http://127.0.0.1:" + process.apiPort()))
                .toList();
    }

    /** Ends them, and waits until they have: until then they write into their directories. */
    @Override
    public void close() throws IOException {
        processes.forEach(NodeProcess::destroy);
        try {
            for (NodeProcess process : processes) {
                process.awaitEnd(LONGEST_END);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while nodes end", e);
        } finally {
            guard.close();
        }
    }
}
