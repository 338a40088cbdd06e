package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.GitSource;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What holds however a repository is reached: each time with a real server, but for files. */
class GitTransportTest extends FollowedRepository {
    /** How a repository is reached. */
    enum Transport {
        FILE,
        HTTP,
        HTTPS,
        SSH
    }

    @ParameterizedTest
    @EnumSource
    void aRewrittenBranchIsFollowed(Transport transport) throws Exception {
        String base = upstream.commit(Map.of("config.yml", "base"));
        String first = upstream.commit(Map.of("config.yml", "1"));
        GitFollower follower = follow(reached(transport), TIMEOUT);
        awaitCommit(follower, first, "1");

        String other = upstream.rewrite(Map.of("config.yml", "other", "fra.pub", "key"));
        awaitCommit(follower, other, "other");
        assertThat(files(follower).resolve("fra.pub")).hasContent("key");

        upstream.resetTo(base);
        awaitCommit(follower, base, "base");
        assertThat(files(follower).resolve("fra.pub")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void aRepositoryThatVanishesIsAnErrorUntilItIsBackAndWhatWasFetchedStays(Transport transport) throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "1"));
        GitFollower follower = follow(reached(transport), TIMEOUT);
        awaitCommit(follower, commit, "1");

        upstream.vanish();
        awaitError(follower);
        awaitCommit(follower, commit, "1");

        upstream.comeBack();
        eventually().until(() -> follower.status().error() == null);
        awaitCommit(follower, upstream.commit(Map.of("config.yml", "2")), "2");
    }

    @ParameterizedTest
    @EnumSource(names = "FILE", mode = Mode.EXCLUDE)
    void aServerThatSaysNothingIsGivenUpInTime(Transport transport) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GitSource served = reached(transport);
            GitFollower follower = follow(
                    source(
                            served.repo().replaceFirst(":[0-9]+/", ":%d/".formatted(silent.getLocalPort())),
                            served.authorities(),
                            served.sshKey(),
                            served.sshKnownHosts()),
                    Duration.ofMillis(300));

            assertThat(awaitError(follower)).isEqualTo("not done within 300 ms");
        }
    }

    /** The repository behind a server that is reached so. */
    private GitSource reached(Transport transport) throws Exception {
        return switch (transport) {
            case FILE -> source(upstream.url(), List.of(), null, null);
            case HTTP -> {
                GitHttpServer server = closing(new GitHttpServer(upstream, null, null));
                yield source(server.url(), List.of(), null, null);
            }
            case HTTPS -> {
                ServerCertificate ours = ServerCertificate.make(temporary.resolve("ours"), "ip:127.0.0.1");
                GitHttpServer server = closing(new GitHttpServer(upstream, null, null, ours));
                yield source(server.url(), List.of(ours.certificate()), null, null);
            }
            case SSH -> {
                KeyPair ours = GitSshServer.newKey();
                GitSshServer server = closing(new GitSshServer(upstream, ours));
                Path hosts = Files.writeString(temporary.resolve("hosts"), server.knownHost(server.hostKey()));
                yield source(server.url(), List.of(), GitSshServer.write(ours, temporary.resolve("id")), hosts);
            }
        };
    }

    private static GitSource source(
            String url, List<X509Certificate> authorities, @Nullable Path sshKey, @Nullable Path knownHosts) {
        return new GitSource(url, null, Duration.ofMillis(50), null, null, authorities, sshKey, knownHosts);
    }

    private static void awaitCommit(GitFollower follower, String commit, String content) {
        awaitCommit(follower, commit);
        eventually()
                .untilAsserted(
                        () -> assertThat(files(follower).resolve("config.yml")).hasContent(content));
    }

    private static Path files(GitFollower follower) {
        return follower.checkouts().getFirst().directory();
    }
}
