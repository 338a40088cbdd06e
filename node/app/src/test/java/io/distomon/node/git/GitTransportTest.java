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
import org.junit.jupiter.api.Test;
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
        String first = upstream.commit(Map.of("config.yml", "1"));
        GitFollower follower = follow(reached(transport), TIMEOUT);
        awaitCommit(follower, first, "1");

        assertThat(follower.status().rewritten()).isNull();

        String other = upstream.rewrite(Map.of("config.yml", "other", "fra.pub", "key"));
        awaitCommit(follower, other, "other");
        assertThat(texts(follower)).containsEntry("fra.pub", "key");
        assertThat(follower.status().rewritten())
                .isEqualTo(
                        "the history was rewritten: commit %s does not come after %s (or more than 50 commits after it)"
                                .formatted(other.substring(0, 12), first.substring(0, 12)));
    }

    /** A stale copy of a server, or somebody who plays an old commit to us. */
    @ParameterizedTest
    @EnumSource
    void anOlderCommitIsNeverTakenAndToldUntilThereIsANewerOne(Transport transport) throws Exception {
        String base = upstream.commit(Map.of("config.yml", "base"));
        String first = upstream.commit(Map.of("config.yml", "1"));
        String older =
                "found commit %s, which is older than %s that was seen before, expected a newer one (to go back, commit once more)"
                        .formatted(base.substring(0, 12), first.substring(0, 12));
        GitSource source = reached(transport);
        GitFollower follower = follow(source, TIMEOUT);
        awaitCommit(follower, first, "1");
        follower.accept(follower.commits().getFirst());

        upstream.resetTo(base);
        assertThat(awaitError(follower)).isEqualTo(older);
        awaitCommit(follower, first, "1");

        // A restart does not make it forget.
        follower.close();
        GitFollower after = follow(source, TIMEOUT);
        assertThat(awaitError(after)).isEqualTo(older);
        assertThat(texts(after)).containsEntry("config.yml", "1");

        awaitCommit(after, upstream.commit(Map.of("config.yml", "back")), "back");
        assertThat(after.status().error()).isNull();
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

    /** Over HTTP: {@link HostileGitServerTest}. */
    @Test
    void aServerThatSaysTooMuchOverSshIsGivenUp() throws Exception {
        KeyPair ours = GitSshServer.newKey();
        GitSshServer server = closing(new GitSshServer(ours, (in, out, err) -> {
            HostileGitServer.packet(out, "%s HEAD\0side-band-64k\n".formatted("0".repeat(40)));
            for (int i = 0; i < 1 << 20; i++) {
                HostileGitServer.packet(out, "%s refs/heads/%08d\n".formatted("0".repeat(40), i));
            }
            HostileGitServer.end(out);
            out.flush();
        }));
        Path hosts = Files.writeString(temporary.resolve("hosts"), server.knownHost(server.hostKey()));
        Path key = GitSshServer.write(ours, temporary.resolve("id"));

        assertThat(awaitError(follow(source(server.url(), List.of(), key, hosts), TIMEOUT)))
                .isEqualTo("found more than 4 MiB of branches and messages, expected less");
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
        eventually().untilAsserted(() -> assertThat(texts(follower)).containsEntry("config.yml", content));
    }
}
