package io.distomon.node;

import io.distomon.core.config.NetworkWriter;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.topology.Member;
import io.distomon.node.command.Commands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/** The network {@code lab} as config directories below a folder, one for each node, on free loopback ports. */
public final class NetworkOnDisk {
    public static final String NETWORK = "lab";
    public static final String PASSWORD = "correct horse battery staple";
    public static final String JWT_SECRET = "a secret of forty characters for the JWT";

    private final Path root;
    private final Map<String, Place> places = new LinkedHashMap<>();

    private record Place(Signer signer, int apiPort, int managementPort) {}

    public NetworkOnDisk(Path root, String... nodeIds) {
        this.root = root;
        List<Integer> ports = freePorts(nodeIds.length * 2);
        for (int i = 0; i < nodeIds.length; i++) {
            Signer signer = Signer.generate(nodeIds[i], new SecureRandom());
            places.put(nodeIds[i], new Place(signer, ports.get(2 * i), ports.get(2 * i + 1)));
        }
        for (String nodeId : nodeIds) {
            writeOwn(nodeId);
            writeShared(nodeId, List.of(nodeIds));
        }
    }

    public Path directory(String nodeId) {
        return root.resolve(nodeId);
    }

    public Signer signer(String nodeId) {
        return place(nodeId).signer();
    }

    public int apiPort(String nodeId) {
        return place(nodeId).apiPort();
    }

    public int managementPort(String nodeId) {
        return place(nodeId).managementPort();
    }

    /** What {@code verify-evidence} makes of a file with fra's copies of the public keys: its exit code and what it printed. */
    String verifyEvidence(Path file) {
        StringWriter out = new StringWriter();
        int code = Commands.execute(
                new PrintWriter(out),
                new PrintWriter(out),
                "verify-evidence",
                file.toString(),
                "--pubkeys",
                directory("fra").resolve("networks/" + NETWORK).toString());
        return code + "\n" + out;
    }

    /** The member as the network's config has it: polled every second, one failure forgiven. */
    public Member member(String nodeId) {
        return new Member(nodeId, URI.create("http://127.0.0.1:" + apiPort(nodeId)), Duration.ofSeconds(1), 1);
    }

    public KeyMapping keys(List<String> nodeIds) {
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        nodeIds.forEach(id -> keys.put(id, List.of(signer(id).verifier())));
        return new KeyMapping(keys);
    }

    /** The settings that a node is started with. */
    public Map<String, Object> properties(String nodeId) {
        return Map.of(
                "distomon.config.directory",
                directory(nodeId).toString(),
                "distomon.config.poll-interval",
                "200ms",
                "distomon.config.settle",
                "100ms",
                "micronaut.server.host",
                "127.0.0.1",
                "micronaut.server.port",
                apiPort(nodeId),
                "endpoints.all.port",
                managementPort(nodeId));
    }

    /** Writes, for one node, the files that all share; with these members. */
    public void writeShared(String nodeId, List<String> memberIds) {
        writeSharedOf(nodeId, memberIds.stream().map(this::member).toList());
    }

    /** Likewise, with members that need not be as {@link #member} has them. */
    public void writeSharedOf(String nodeId, List<Member> members) {
        write(
                directory(nodeId).resolve("networks").resolve(NETWORK),
                NetworkWriter.shared(
                        NETWORK,
                        members,
                        keys(members.stream().map(Member::nodeId).toList())));
    }

    private Place place(String nodeId) {
        return Objects.requireNonNull(places.get(nodeId), nodeId);
    }

    private void writeOwn(String nodeId) {
        Path directory = directory(nodeId);
        write(
                directory,
                Map.of(
                        "nodeconf.yml",
                        NetworkWriter.nodeConf(NETWORK, nodeId, "password", "jwt"),
                        "password",
                        PASSWORD + "\n",
                        "jwt",
                        JWT_SECRET + "\n"));
        String keyFile = nodeId + "_" + NETWORK + ".key";
        Path keys = directory.resolve(".private_keys");
        write(keys, Map.of(keyFile, signer(nodeId).privatePem()));
        try {
            Files.setPosixFilePermissions(keys.resolve(keyFile), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path directory, Map<String, String> files) {
        try {
            Files.createDirectories(directory);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(directory.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Ports that were free a moment ago, from below those that systems give to connections going out (some from 16000
     * on), which could take one while its node restarts, and above those that browsers connect to nobody at (the last is
     * 10080). All are held until the last is found, so that none comes twice.
     */
    private static List<Integer> freePorts(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000 && held.size() < count; i++) {
                try {
                    int port = ThreadLocalRandom.current().nextInt(10_100, 16_000);
                    held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
                } catch (BindException e) {
                    // Somebody has it; another one will do.
                }
            }
            if (held.size() < count) {
                throw new IllegalStateException("found " + held.size() + " free ports, expected " + count);
            }
            List<Integer> ports = held.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : held) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
