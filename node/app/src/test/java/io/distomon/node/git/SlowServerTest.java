package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.GitSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Constants;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that always says a little more: it never is silent, and never done. */
class SlowServerTest extends FollowedRepository {
    private static final Duration SHORT = Duration.ofSeconds(1);

    /** Where it becomes slow. */
    enum Slow {
        HTTP_HEADERS("http", "HTTP/1.1 200 OK\r\nX: "),
        HTTP_BRANCHES(
                "http",
                "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n"
                        + "001e# service=git-upload-pack\n0000fff0"),
        /** A record of a handshake that is as long as one may be. */
        TLS("https", "\u0016\u0003\u0003?\u00ff"),
        SSH("ssh", "SSH-2.0-x"),
        /** A packet before any key was agreed on, as long as one may be. */
        SSH_KEYS("ssh", "SSH-2.0-x\r\n\u0000\u0000p\u0000");

        private final String scheme;
        private final String quick;

        Slow(String scheme, String quick) {
            this.scheme = scheme;
            this.quick = quick;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLookAtASlowServerEndsAndSoDoesItsConnection(Slow slow) throws Exception {
        try (Dripping server = new Dripping(slow.quick.getBytes(StandardCharsets.ISO_8859_1))) {
            GitFollower follower = follow(source(slow, server.port()), SHORT);

            assertThat(awaitError(follower)).isEqualTo("not done within 1000 ms");
            assertThat(server.given.await(20, TimeUnit.SECONDS))
                    .as("the connection is closed by who looked")
                    .isTrue();

            othersGoOn();
        }
    }

    /** Packs are read one after the other, for the whole process. */
    @Test
    void aPackThatTakesLongToReadIsGivenUpAndThoseOfOthersAreRead() throws Exception {
        PackBytes pack = new PackBytes();
        pack.object(Constants.OBJ_BLOB, new byte[128 << 20]);
        pack.repeated(100);
        try (HostileGitServer server = new HostileGitServer()) {
            server.answer(new HostileGitServer.Branch("0123456789".repeat(4), pack.finished()));
            GitFollower follower = follow(source(server.url(), null, null), Duration.ofSeconds(3));

            assertThat(awaitError(follower)).isEqualTo("not done within 3000 ms");
            othersGoOn();
        }
    }

    private void othersGoOn() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "1"));
        GitFollower beside = closing(new GitFollower(
                "beside",
                source(upstream.url(), null, null),
                temporary.resolve("clones/beside"),
                TIMEOUT,
                new Random(1),
                () -> {}));
        awaitCommit(beside, commit);
    }

    private GitSource source(Slow slow, int port) throws Exception {
        @Nullable Path key = null;
        @Nullable Path hosts = null;
        if (slow.scheme.equals("ssh")) {
            key = GitSshServer.write(GitSshServer.newKey(), temporary.resolve("id"));
            hosts = Files.writeString(temporary.resolve("hosts"), "");
        }
        return source("%s://127.0.0.1:%d/lab.git".formatted(slow.scheme, port), key, hosts);
    }

    /** Asked once, for as long as a test takes. */
    private static GitSource source(String url, @Nullable Path sshKey, @Nullable Path knownHosts) {
        return new GitSource(url, null, Duration.ofMinutes(10), null, null, List.of(), sshKey, knownHosts);
    }

    /** Says something, and then one byte after the other for as long as anybody listens. */
    private static final class Dripping implements AutoCloseable {
        private static final int MAX_BYTES = 600;
        private static final long BETWEEN_BYTES_MILLIS = 100;

        private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final CountDownLatch end = new CountDownLatch(1);
        final CountDownLatch given = new CountDownLatch(1);

        Dripping(byte[] quick) throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (end.getCount() > 0) {
                        Socket socket = server.accept();
                        Thread.ofVirtual().start(() -> drip(socket, quick));
                    }
                } catch (IOException e) {
                    end.countDown();
                }
            });
        }

        private void drip(Socket socket, byte[] quick) {
            try (socket;
                    OutputStream out = socket.getOutputStream()) {
                out.write(quick);
                for (int i = 0; i < MAX_BYTES && !end.await(BETWEEN_BYTES_MILLIS, TimeUnit.MILLISECONDS); i++) {
                    out.write('0');
                    out.flush();
                }
            } catch (IOException e) {
                given.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            end.countDown();
            server.close();
        }
    }
}
