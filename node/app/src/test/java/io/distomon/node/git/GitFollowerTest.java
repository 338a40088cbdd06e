package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.distomon.core.config.GitSource;
import io.distomon.core.config.NetworkFiles;
import io.distomon.core.config.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A repository that is followed: what is fetched, what is kept, and what is said when it fails. */
class GitFollowerTest extends FollowedRepository {
    @Test
    void theFilesOfTheNewestCommitAreFetchedAndOnlyThoseOfANetwork() throws Exception {
        String commit = upstream.commit(Map.of(
                "config.yml", "network_id: lab\n",
                "pubkeys/fra.pub", "key of fra",
                "nyc.pub", "key of nyc",
                "README.md", "something else",
                "pubkeys/README", "something else",
                "docs/config.yml", "something else"));

        GitFollower follower = follow(upstream.url());
        awaitCommit(follower, commit);

        assertThat(texts(follower))
                .isEqualTo(Map.of(
                        "config.yml", "network_id: lab\n", "pubkeys/fra.pub", "key of fra", "nyc.pub", "key of nyc"));
        assertThat(follower.status().error()).isNull();
        assertThat(follower.status().fetchedAt()).isNotNull();
    }

    @Test
    void aNewCommitIsFollowed() throws Exception {
        String first = upstream.commit(Map.of("config.yml", "1"));
        GitFollower follower = follow(upstream.url());
        awaitCommit(follower, first);

        String second = upstream.commit(Map.of("config.yml", "2"));

        awaitCommit(follower, second);
        assertThat(texts(follower)).containsEntry("config.yml", "2");
    }

    @Test
    void theNewestCommitIsFetchedWithLittleOfItsHistory() throws Exception {
        List<String> commits = new ArrayList<>();
        for (int i = 0; i <= GitRemote.HISTORY; i++) {
            commits.add(upstream.commit(Map.of("config.yml", String.valueOf(i))));
        }
        Path work = Files.createDirectory(temporary.resolve("work"));
        Path clone = temporary.resolve("clone.git");

        Commit fetched = new GitRemote(source(upstream.url(), null, null, null), TIMEOUT, GitFollower.MAX_FETCH_BYTES)
                .download(work, clone, GitRemote.HISTORY);

        assertThat(fetched.id()).isEqualTo(commits.getLast());
        assertThat(clone.resolve("shallow")).content().isEqualToIgnoringNewLines(commits.get(1));
    }

    @Test
    void aNamedBranchIsFollowedAndNoOther() throws Exception {
        upstream.commit(Map.of("config.yml", "main"));
        String commit = upstream.commitOn("release/1.x", Map.of("config.yml", "release"));

        GitFollower follower = follow(source(upstream.url(), "release/1.x", null, null));

        awaitCommit(follower, commit);
        assertThat(texts(follower)).containsEntry("config.yml", "release");
    }

    @Test
    void aBranchOrACommitThatIsMissingIsNamed() throws Exception {
        assertThat(awaitError(follow(upstream.url()))).isEqualTo("found no commit, expected one on the default branch");

        upstream.commit(Map.of("config.yml", "1"));

        assertThat(awaitError(follow(source(upstream.url(), "none", null, null))))
                .isEqualTo("found no branch none, expected one with a commit; there is main");
    }

    @Test
    void aCommitThatCouldNotBeHadIsNotOneThatWasRefused() throws Exception {
        try (HostileGitServer server = new HostileGitServer()) {
            server.answer(new HostileGitServer.Branch("0123456789".repeat(4), new PackBytes().stating(1 << 30)));
            GitFollower follower = follow(server.url());

            assertThat(awaitError(follower)).contains("found a pack of 1073741824 objects");
            assertThat(follower.status().judged()).isNull();
        }
    }

    @Test
    void theGoodCommitSurvivesARestartWithoutTheRepository() throws Exception {
        String good = upstream.commit(Map.of("config.yml", "good"));
        GitFollower before = follow(upstream.url());
        awaitCommit(before, good);
        before.accept(before.commits().getFirst());
        String broken = upstream.commit(Map.of("config.yml", "broken"));
        awaitCommit(before, broken);
        before.close();
        upstream.vanish();

        GitFollower after = follow(upstream.url());

        assertThat(after.commits()).extracting(Commit::id).containsExactly(good);
        assertThat(texts(after)).containsEntry("config.yml", "good");
        upstream.comeBack();
        eventually().until(() -> after.commits().stream().map(Commit::id).toList(), List.of(broken, good)::equals);
    }

    @Test
    void whatAnotherProcessLeftHalfWrittenIsRemovedAndFetchedAgain() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "whole"));
        Path home = home();
        Files.createDirectories(home.resolve(".new-1/fetched.git/objects"));
        Files.createDirectories(home.resolve(commit + ".git/objects"));
        Files.writeString(home.resolve(commit + ".git/HEAD"), "ha");
        Files.writeString(home.resolve("good"), commit);
        Files.writeString(home.resolve("seen"), commit);

        GitFollower follower = follow(upstream.url());

        awaitCommit(follower, commit);
        assertThat(texts(follower)).containsEntry("config.yml", "whole");
        eventually().untilAsserted(() -> assertThat(home).isDirectoryNotContaining("glob:**/.new-*"));
    }

    /** As a machine leaves it that loses its power: directories are renamed, but the files' contents are not there. */
    @Test
    void aCloneThatIsDamagedIsMadeAgainOnceTheRepositoryAnswers() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "whole", "fra.pub", "key", "pubkeys/ams.pub", "key"));
        Map<String, String> whole = Map.of("config.yml", "whole", "fra.pub", "key", "pubkeys/ams.pub", "key");
        GitFollower before = follow(upstream.url());
        awaitCommit(before, commit);
        before.accept(before.commits().getFirst());
        before.close();
        Path clone = home().resolve(commit + ".git");
        List<Damage> damages =
                List.of(() -> Files.writeString(pack(clone), ""), () -> Files.delete(pack(clone)), () -> {
                    byte[] bytes = Files.readAllBytes(pack(clone));
                    bytes[bytes.length / 2] ^= 1;
                    Files.delete(pack(clone));
                    Files.write(clone.resolve("objects/pack/" + packName(clone)), bytes);
                });

        for (Damage damage : damages) {
            damage.happen();
            GitFollower after = follow(upstream.url());
            awaitCommit(after, commit);

            assertThat(texts(after)).isEqualTo(whole);
            after.close();
        }
    }

    @Test
    void whereWhatIsSaidOfACloneIsDamagedItIsMadeAgain() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "1"));
        GitFollower before = follow(upstream.url());
        awaitCommit(before, commit);
        before.accept(before.commits().getFirst());
        before.close();

        for (String name : List.of("seen", "good")) {
            for (byte[] damage : List.of(new byte[0], new byte[50], new byte[] {(byte) 0xc3, (byte) 0x28})) {
                Files.write(home().resolve(name), damage);

                GitFollower after = follow(upstream.url());
                awaitCommit(after, commit);

                after.accept(after.commits().getFirst());
                assertThat(home().resolve(name)).content().contains(commit);
                after.close();
            }
        }
        upstream.vanish();
        assertThat(follow(upstream.url()).commits()).extracting(Commit::id).containsExactly(commit);
    }

    /** As with a disk that is full for a while. */
    @Test
    void aGoodCommitThatCantBeRememberedIsAsSoonAsItCan() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "1"));
        GitFollower follower = follow(source(upstream.url(), Duration.ofHours(1)));
        awaitCommit(follower, commit);
        Commit good = follower.commits().getFirst();
        Path home = home();
        Path away = home.resolveSibling("away");
        Files.move(home, away);
        follower.accept(good);
        Files.move(away, home);
        assertThat(home.resolve("good")).doesNotExist();

        follower.accept(good);

        assertThat(home.resolve("good")).content().contains(commit);
    }

    /** Somebody may be reading it. */
    @Test
    void aCloneThatIsWholeIsLeftAlone() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "1", "pubkeys/fra.pub", "key"));
        GitFollower before = follow(upstream.url());
        awaitCommit(before, commit);
        before.accept(before.commits().getFirst());
        before.close();
        Path file = pack(home().resolve(commit + ".git"));
        Object asItWas = Files.getAttribute(file, "unix:ino");

        awaitCommit(follow(upstream.url()), commit);

        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(asItWas);
    }

    @Test
    void aFollowerThatWasClosedTakesNothingInAnyMore() throws Exception {
        Commit commit = new Commit(upstream.commit(Map.of("config.yml", "1")));
        Clones clones = new Clones(directory(), source(upstream.url(), null, null, null));
        clones.open();
        Path repository = Files.createDirectory(clones.begin().resolve("fetched.git"));
        clones.close();

        assertThatThrownBy(() -> clones.add(commit, repository)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> clones.markGood(commit, null)).isInstanceOf(IOException.class);
        assertThat(clones.repository(commit)).isEmpty();
    }

    /** As when its credentials change: who takes its place must not stumble over what the other is just removing. */
    @Test
    void aFollowerThatWasClosedMayRemoveItsWorkWhileTheNextOneBegins() throws Exception {
        GitSource source = source(upstream.url(), null, null, null);
        Clones before = new Clones(directory(), source);
        before.open();
        for (int i = 0; i < 200; i++) {
            Path work = before.begin();
            for (int file = 0; file < 10; file++) {
                Files.createDirectory(work.resolve("directory" + file));
            }
            Thread removal = Thread.ofPlatform().start(() -> before.discard(work));
            try {
                new Clones(directory(), source).open();
            } finally {
                removal.join();
            }
            assertThat(work).doesNotExist();
        }
    }

    @Test
    void anotherRepositoryUnderTheSameNameStartsFromNothing() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "1"));
        GitFollower first = follow(upstream.url());
        awaitCommit(first, commit);
        first.accept(first.commits().getFirst());
        first.close();
        Upstream other = closing(new Upstream(temporary.resolve("other")));

        assertThat(follow(other.url()).commits()).isEmpty();
    }

    @Test
    void onlyTheNewestAndTheGoodCommitStayOnDisk() throws Exception {
        String good = upstream.commit(Map.of("config.yml", "0"));
        GitFollower follower = follow(upstream.url());
        awaitCommit(follower, good);
        follower.accept(follower.commits().getFirst());
        String newest = good;
        for (int i = 1; i <= 3; i++) {
            newest = upstream.commit(Map.of("config.yml", String.valueOf(i)));
            awaitCommit(follower, newest);
        }

        assertThat(home())
                .isDirectoryNotContaining(file -> file.toString().endsWith(".git")
                        && !Set.of(good + ".git", newest(follower) + ".git")
                                .contains(file.getFileName().toString()));
        assertThat(follower.commits()).extracting(Commit::id).containsExactly(newest, good);
    }

    @Test
    void aCommitOfALaterTimeThanOursShutsOutNoneThatComeInItsPlace() throws Exception {
        String first = upstream.commit(Map.of("config.yml", "0"));
        GitFollower follower = follow(upstream.url());
        awaitCommit(follower, first);
        awaitCommit(
                follower, upstream.commitAt(Instant.now().plus(Duration.ofDays(3650)), Map.of("config.yml", "wrong")));

        upstream.resetTo(first);
        String genuine = upstream.commit(Map.of("config.yml", "genuine"));

        awaitCommit(follower, genuine);
        assertThat(texts(follower)).containsEntry("config.yml", "genuine");
    }

    @Test
    void whatIsBesideTheClonesAndIsNoneStays() throws Exception {
        Path foreign = Files.createDirectories(home().resolveSibling("pubkeys")).resolve("fra.pub");
        Files.writeString(foreign, "a key");
        String commit = upstream.commit(Map.of("config.yml", "0"));
        GitFollower follower = follow(upstream.url());
        awaitCommit(follower, commit);

        follower.accept(follower.commits().getFirst());

        assertThat(foreign).hasContent("a key");
    }

    @Test
    void filesThatAreTogetherTooLargeAreRefused() throws Exception {
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i <= NetworkFiles.MAX_BYTES >> 20; i++) {
            files.put("n%d.pub".formatted(i), String.valueOf(i % 10).repeat(1 << 20));
        }
        files.put("z.pub", "");
        upstream.commit(files);

        assertThat(awaitError(follow(upstream.url())))
                .isEqualTo("found more than 16 MiB of files, expected the files of a network");
    }

    @Test
    void nothingIsExtractedAndNoFilterOfTheRepositoryIsUsed() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "a: 1", ".gitattributes", "* filter=evil"));
        GitFollower follower = follow(upstream.url());
        awaitCommit(follower, commit);
        assertThat(texts(follower)).containsOnlyKeys("config.yml");
        awaitEnd(follower);

        try (Stream<Path> files = Files.walk(directory())) {
            assertThat(files.map(file -> file.getFileName().toString())).doesNotContain("config.yml", ".gitattributes");
        }
    }

    @Test
    void aSymbolicLinkInACommitIsNotFollowed() throws Exception {
        Files.createSymbolicLink(upstream.file("fra.pub"), Path.of("nyc.pub"));
        Files.createDirectory(upstream.file("keys"));
        Files.createSymbolicLink(upstream.file("pubkeys"), Path.of("keys"));
        String commit = upstream.commit(Map.of("config.yml", "1", "keys/fra.pub", "key"));

        GitFollower follower = follow(upstream.url());
        awaitCommit(follower, commit);

        assertThat(texts(follower))
                .containsEntry(
                        "fra.pub",
                        "found a symbolic link, expected the file itself: links in a commit are not followed")
                .containsEntry(
                        "pubkeys",
                        "found a symbolic link, expected the directory itself: links in a commit are not followed");
    }

    @Test
    void aFileOverAMegabyteIsNotRead() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "#".repeat(3 << 20)));

        GitFollower follower = follow(upstream.url());
        awaitCommit(follower, commit);

        assertThat(texts(follower)).containsEntry("config.yml", "found more than 1 MiB, expected at most 1 MiB");
    }

    @Test
    void moreFilesThanANetworkHasAreRefused() throws Exception {
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i <= NetworkFiles.MAX_FILES; i++) {
            files.put("pubkeys/n%d.pub".formatted(i), "");
        }
        upstream.commit(files);

        assertThat(awaitError(follow(upstream.url())))
                .isEqualTo("found more than 4096 files, expected the files of a network");
    }

    @Test
    void overHttpTheTokenLetsUsInAndIsNeverShown() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "1"));
        GitHttpServer server = closing(new GitHttpServer(upstream, "reader", "hunter2"));

        GitFollower follower = follow(source(server.url(), null, "reader", "hunter2"));
        awaitCommit(follower, commit);
        assertThat(texts(follower)).containsEntry("config.yml", "1");
        follower.close();

        GitFollower stranger = follow(source(server.url(), "main", "reader", "wrong-hunter3"));
        assertThat(awaitError(stranger)).contains("not authorized").doesNotContain("hunter3", "reader");
        awaitEnd(stranger);
        try (Stream<Path> files = Files.walk(temporary)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readAllBytes(file))
                        .as(file.toString())
                        .satisfies(bytes -> assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                                .doesNotContain("hunter"));
            }
        }
    }

    /** Until it has removed what it was at work on. */
    private void awaitEnd(GitFollower follower) {
        follower.close();
        // What is removed while it is looked at is one more reason to look again.
        eventually().ignoreException(UncheckedIOException.class).untilAsserted(() -> {
            try (Stream<Path> files = Files.walk(directory())) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .noneMatch(name -> name.startsWith(Clones.NEW));
            }
        });
    }

    @Test
    void aRedirectToAnotherServerDoesNotGetTheToken() throws Exception {
        upstream.commit(Map.of("config.yml", "1"));
        GitHttpServer elsewhere = closing(new GitHttpServer(upstream, "reader", "hunter2"));
        GitHttpServer server = closing(new GitHttpServer(upstream, null, null));
        server.redirectTo(elsewhere.url());

        GitFollower follower = follow(source(server.url(), null, "reader", "hunter2"));

        assertThat(awaitError(follower)).isNotEmpty();
        assertThat(elsewhere.authorizations()).isEmpty();
    }

    @Test
    void overHttpsTheServersCertificateMustBeOfAnAuthorityThatIsGiven() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "1"));
        ServerCertificate ours = ServerCertificate.make(temporary.resolve("ours"), "ip:127.0.0.1");
        ServerCertificate others = ServerCertificate.make(temporary.resolve("others"), "ip:127.0.0.1");
        GitHttpServer server = closing(new GitHttpServer(upstream, "reader", "hunter2", ours));

        GitFollower follower = follow(https(server.url(), ours.certificate()));
        awaitCommit(follower, commit);
        assertThat(texts(follower)).containsEntry("config.yml", "1");
        follower.close();

        assertThat(awaitError(follow(https(server.url(), others.certificate()))))
                .startsWith(server.url())
                .contains("SSL problems")
                .endsWith("; expected a certificate for this server's name, of an authority in git_ca_file")
                .doesNotContain("hunter2", "reader");
        // Whom Java trusts did not make it either.
        assertThat(awaitError(follow(source(server.url(), null, "reader", "hunter2"))))
                .contains("unable to find valid certification path")
                .endsWith("of an authority that Java trusts (another one's is named by git_ca_file)");
    }

    @Test
    void overHttpsACertificateForAnotherNameIsRefused() throws Exception {
        upstream.commit(Map.of("config.yml", "1"));
        ServerCertificate ours = ServerCertificate.make(temporary.resolve("ours"), "dns:elsewhere.example.com");
        GitHttpServer server = closing(new GitHttpServer(upstream, "reader", "hunter2", ours));

        assertThat(awaitError(follow(https(server.url(), ours.certificate()))))
                .contains("No subject alternative names matching IP address 127.0.0.1 found");
        assertThat(server.authorizations()).isEmpty();
    }

    @Test
    void overSshOurKeyLetsUsInAndTheServersKeyMustBeTheKnownOne() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "1"));
        KeyPair ours = GitSshServer.newKey();
        GitSshServer server = closing(new GitSshServer(upstream, ours));
        Path key = GitSshServer.write(ours, temporary.resolve("id"));
        Path hosts = Files.writeString(temporary.resolve("hosts"), server.knownHost(server.hostKey()));

        GitFollower follower = follow(ssh(server.url(), key, hosts));
        awaitCommit(follower, commit);
        assertThat(texts(follower)).containsEntry("config.yml", "1");

        Path other = GitSshServer.write(GitSshServer.newKey(), temporary.resolve("other"));
        assertThat(awaitError(follow(ssh(server.url(), other, hosts)))).contains("Cannot log in");

        Files.writeString(hosts, server.knownHost(GitSshServer.newKey()));
        assertThat(awaitError(follow(ssh(server.url(), key, hosts)))).contains("Server key did not validate");
    }

    /** Waits are never shorter than they should be, however slow the machine. */
    @Test
    void aRepositoryThatFailsIsAskedLessAndLessUntilItAnswers() throws Exception {
        upstream.commit(Map.of("config.yml", "1"));
        upstream.vanish();
        List<Long> looks = new CopyOnWriteArrayList<>();
        GitSource source = source(upstream.url(), Duration.ofMillis(10));
        closing(new GitFollower(
                "lab", source, directory(), TIMEOUT, new Random(1), () -> looks.add(System.nanoTime())));

        eventually().until(() -> looks.size() > 8);
        for (int failures = 1; failures <= 8; failures++) {
            assertThat(waitAfter(looks, failures))
                    .as("after %d failures", failures)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(8L << failures));
        }
        upstream.comeBack();
        eventually().until(() -> looks.size() > 8 + 20);

        Duration shortest = IntStream.range(10, looks.size())
                .mapToObj(look -> waitAfter(looks, look))
                .min(Duration::compareTo)
                .orElseThrow();
        assertThat(shortest).isLessThan(Duration.ofMillis(8L << 8));
    }

    @Test
    void aFollowerWhoseListenerFailsGoesOn() throws Exception {
        String first = upstream.commit(Map.of("config.yml", "1"));
        GitFollower follower = closing(new GitFollower(
                "lab", source(upstream.url(), Duration.ofMillis(50)), directory(), TIMEOUT, new Random(1), () -> {
                    throw new IllegalStateException("a bug");
                }));
        awaitCommit(follower, first);

        awaitCommit(follower, upstream.commit(Map.of("config.yml", "2")));
    }

    /** A disk that fails for a moment must not cost the commit that a node could run with. */
    @Test
    void whereWhatIsSaidOfACloneCantBeReadTheGoodCommitStays() throws Exception {
        String good = upstream.commit(Map.of("config.yml", "1"));
        GitFollower before = follow(upstream.url());
        awaitCommit(before, good);
        before.accept(before.commits().getFirst());
        before.close();
        upstream.vanish();
        Files.delete(home().resolve("good"));
        Files.createDirectory(home().resolve("good"));

        assertThat(follow(upstream.url()).commits()).extracting(Commit::id).containsExactly(good);
    }

    private GitFollower follow(String url) {
        return follow(source(url, null, null, null));
    }

    private GitFollower follow(GitSource source) {
        return follow(source, TIMEOUT);
    }

    /** Something that happens to files while no process looks. */
    private interface Damage {
        void happen() throws IOException;
    }

    private static Duration waitAfter(List<Long> looks, int look) {
        return Duration.ofNanos(looks.get(look) - looks.get(look - 1));
    }

    private static GitSource source(String url, Duration poll) {
        return new GitSource(url, null, poll, null, null, List.of(), null, null);
    }

    private static GitSource source(
            String url, @Nullable String branch, @Nullable String username, @Nullable String token) {
        return new GitSource(
                url,
                branch,
                Duration.ofMillis(50),
                username == null ? null : new Secret(username),
                token == null ? null : new Secret(token),
                List.of(),
                null,
                null);
    }

    private static GitSource https(String url, X509Certificate authority) {
        return new GitSource(
                url,
                null,
                Duration.ofMillis(50),
                new Secret("reader"),
                new Secret("hunter2"),
                List.of(authority),
                null,
                null);
    }

    private static GitSource ssh(String url, Path key, Path knownHosts) {
        return new GitSource(url, null, Duration.ofMillis(50), null, null, List.of(), key, knownHosts);
    }

    /** Where all of the one repository is that is followed. */
    private Path home() throws IOException {
        Clones clones = new Clones(directory(), source(upstream.url(), null, null, null));
        Path work = clones.begin();
        clones.discard(work);
        return Objects.requireNonNull(work.getParent());
    }

    private static Path pack(Path clone) throws IOException {
        return clone.resolve("objects/pack").resolve(packName(clone));
    }

    private static String packName(Path clone) throws IOException {
        try (Stream<Path> index = Files.list(clone.resolve("objects/pack"))) {
            return index.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".idx"))
                    .map(name -> name.replace(".idx", ".pack"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
