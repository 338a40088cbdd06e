package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.distomon.core.config.GitSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Repositories as people have them, made and served by {@code git} itself: each is taken, or refused in one line. */
class RealGitTest extends FollowedRepository {
    private RealGit git;
    private boolean newProtocol = true;
    private @Nullable GitSshServer server;

    @BeforeAll
    static void needsGit() throws InterruptedException {
        assumeTrue(RealGit.isThere(), "git is not installed");
    }

    @BeforeEach
    void create() throws Exception {
        git = new RealGit(temporary.resolve("real"));
        git.run("init", "-q", "-b", "main");
    }

    @Test
    void aBranchIsFollowedThroughCommitsAndARename() throws Exception {
        String first = git.commit(Map.of("config.yml", "1"));
        GitFollower follower = follow(null);
        awaitCommit(follower, first);

        git.run("branch", "-m", "main", "trunk");
        String second = git.commit(Map.of("config.yml", "2", "pubkeys/fra.pub", "key"));

        awaitCommit(follower, second);
        assertThat(texts(follower)).isEqualTo(Map.of("config.yml", "2", "pubkeys/fra.pub", "key"));
    }

    @Test
    void aDefaultBranchThatIsGoneIsToldWithThoseThereAre() throws Exception {
        git.commit(Map.of("config.yml", "1"));
        git.run("branch", "other");
        git.run("symbolic-ref", "HEAD", "refs/heads/gone");

        assertThat(awaitError(follow(null)))
                .isEqualTo("found no commit, expected one on the default branch; there are main, other, of which"
                        + " git_branch can name one");
        assertThat(awaitError(follow("master")))
                .isEqualTo("found no branch master, expected one with a commit; there are main, other");
    }

    @Test
    void aTagIsNoBranch() throws Exception {
        git.commit(Map.of("config.yml", "1"));
        git.run("tag", "v1");

        assertThat(awaitError(follow("v1")))
                .isEqualTo("found the tag v1, expected a branch, as a tag stays where it is; there is main");
    }

    @Test
    void anEmptyRepositoryIsToldAndItsFirstCommitTaken() throws Exception {
        GitFollower follower = follow(null);
        assertThat(awaitError(follower)).isEqualTo("found no commit, expected one on the default branch");

        awaitCommit(follower, git.commit(Map.of("config.yml", "1")));
    }

    @ParameterizedTest
    @CsvSource({"FILE", "OLD_PROTOCOL", "NEW_PROTOCOL"})
    void aRepositoryWithSha256IsRefusedInOneLine(String how) throws Exception {
        git = new RealGit(temporary.resolve("sha256"));
        git.run("init", "-q", "-b", "main", "--object-format=sha256");
        git.commit(Map.of("config.yml", "1"));

        newProtocol = how.equals("NEW_PROTOCOL");
        GitFollower follower = how.equals("FILE")
                ? follow(
                        new GitSource(
                                git.directory().toUri().toString(),
                                null,
                                Duration.ofMillis(50),
                                null,
                                null,
                                List.of(),
                                null,
                                null),
                        TIMEOUT)
                : follow(null);

        assertThat(awaitError(follower))
                .isEqualTo(
                        newProtocol
                                ? "found a server that broke off its answer, as it does when the repository has SHA-256"
                                        + " ids, expected one with SHA-1"
                                : "found a repository with SHA-256 ids, expected one with SHA-1, the only ones that can"
                                        + " be read");
    }

    @Test
    void aShallowServerIsTaken() throws Exception {
        git.commit(Map.of("config.yml", "1"));
        git.commit(Map.of("config.yml", "2"));
        RealGit shallow = new RealGit(temporary.resolve("shallow"));
        shallow.run("clone", "-q", "--depth", "1", "file://" + git.directory(), ".");
        git = shallow;
        GitFollower follower = follow(null);
        awaitCommit(follower, git.run("rev-parse", "HEAD"));

        awaitCommit(follower, git.commit(Map.of("config.yml", "3")));
        assertThat(follower.status().rewritten()).isNull();
        assertThat(texts(follower)).containsEntry("config.yml", "3");
    }

    @Test
    void aShallowServerThatSpeaksOnlyTheFirstProtocolIsRefusedInOneLine() throws Exception {
        git.commit(Map.of("config.yml", "1"));
        git.commit(Map.of("config.yml", "2"));
        RealGit shallow = new RealGit(temporary.resolve("shallow"));
        shallow.run("clone", "-q", "--depth", "1", "file://" + git.directory(), ".");
        git = shallow;
        newProtocol = false;

        assertThat(awaitError(follow(null)))
                .isEqualTo("found a shallow repository behind git's first protocol, expected a whole one, or a server"
                        + " that takes GIT_PROTOCOL");
    }

    @Test
    void submodulesAndPointersOfLfsAreNamed() throws Exception {
        String commit = git.commit(Map.of("config.yml", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n"));
        git.run("update-index", "--add", "--cacheinfo", "160000," + commit + ",pubkeys");
        git.run("commit", "-q", "-m", "a submodule");

        GitFollower follower = follow(null);
        awaitCommit(follower, git.run("rev-parse", "HEAD"));

        assertThat(texts(follower))
                .isEqualTo(Map.of(
                        "config.yml",
                        "found a pointer of Git LFS, expected the file itself, without LFS: what LFS keeps is not"
                                + " fetched",
                        "pubkeys",
                        "found a submodule, expected the directory itself: submodules are not fetched"));
    }

    @Test
    void manyFilesAndCommitsBesideANetworksAreNoHindrance() throws Exception {
        StringBuilder history = new StringBuilder();
        for (int commit = 0; commit < 500; commit++) {
            history.append("commit refs/heads/main\ncommitter s <s@example.com> %d +0000\ndata 0\n"
                    .formatted(1_700_000_000 + commit));
            for (int file = 0; file < 20; file++) {
                history.append("M 100644 inline docs/%d/%d.md\ndata 5\nhello\n".formatted(commit, file));
            }
            history.append("M 100644 inline config.yml\ndata <<END\n%d\nEND\n\n".formatted(commit));
        }
        git.feed(history.toString(), "fast-import", "--quiet");

        GitFollower follower = follow(null);
        awaitCommit(follower, git.run("rev-parse", "main"));

        assertThat(texts(follower)).isEqualTo(Map.of("config.yml", "499\n"));
    }

    @Test
    void aCommitMustBeSignedByATrustedSshKeyWhereOneIsNamed() throws Exception {
        assumeTrue(RealGit.isThere("ssh-keygen", "-?"), "ssh-keygen is not installed");
        for (String type : List.of("ed25519", "rsa", "ecdsa")) {
            Path ours = sshKey("ours-" + type, type);
            Path theirs = sshKey("theirs-" + type, type);
            String trusted = "somebody@example.com namespaces=\"git\" " + Files.readString(Path.of(ours + ".pub"))
                    + "# a comment\n";
            String unsigned = git.commit(Map.of("config.yml", "unsigned " + type));

            GitFollower follower = followSigned(trusted);
            assertThat(awaitError(follower))
                    .isEqualTo(
                            "found commit %s without a signature, expected one that a key in git_trusted_signers signed"
                                    .formatted(unsigned.substring(0, 12)));

            String signed = git.commit(Map.of("config.yml", "signed"), signedBy(ours));
            awaitCommit(follower, signed);
            follower.accept(follower.commits().getFirst());

            String forged = git.commit(Map.of("config.yml", "forged"), signedBy(theirs));
            assertThat(awaitError(follower))
                    .isEqualTo(
                            "found commit %s with a signature of none of these keys, expected one that a key in git_trusted_signers signed"
                                    .formatted(forged.substring(0, 12)));
            assertThat(texts(follower)).containsEntry("config.yml", "signed");
            follower.close();
        }
    }

    @Test
    void aCommitThatIsOnDiskIsNotUsedWhenItsSignerIsTrustedNoLonger() throws Exception {
        assumeTrue(RealGit.isThere("ssh-keygen", "-?"), "ssh-keygen is not installed");
        Path ours = sshKey("ours", "ed25519");
        String unsigned = git.commit(Map.of("config.yml", "unsigned"));
        GitFollower before = follow(null);
        awaitCommit(before, unsigned);
        before.accept(before.commits().getFirst());
        before.close();

        GitFollower after = followSigned(Files.readString(Path.of(ours + ".pub")));

        assertThat(after.commits()).hasSize(1);
        assertThat(catchThrowable(() -> after.files(after.commits().getFirst())))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("without a signature");
    }

    /** Of another branch or network, or from before: somebody with a key did sign it once. */
    @Test
    void aSignedCommitThatDoesNotComeAfterTheLastIsRefusedUntilItIsMerged() throws Exception {
        assumeTrue(RealGit.isThere("ssh-keygen", "-?"), "ssh-keygen is not installed");
        Path ours = sshKey("ours", "ed25519");
        String trusted = Files.readString(Path.of(ours + ".pub"));
        git.commit(Map.of("config.yml", "base"), signedBy(ours));
        git.run("branch", "other");
        String last = git.commit(Map.of("config.yml", "1"), signedBy(ours));
        GitFollower before = followSigned(trusted);
        awaitCommit(before, last);
        before.accept(before.commits().getFirst());

        git.run("checkout", "-q", "other");
        String other = git.commit(Map.of("config.yml", "2"), signedBy(ours));
        git.run("branch", "-f", "main", "other");
        git.run("checkout", "-q", "main");
        assertThat(awaitError(before))
                .startsWith(
                        "found commit %s, which does not come after %s that was seen before, expected one that does, as git_trusted_signers is given: merge"
                                .formatted(other.substring(0, 12), last.substring(0, 12)))
                .contains("to take whatever a trusted key signed, remove " + directory());
        assertThat(texts(before)).containsEntry("config.yml", "1");

        // A restart does not make it forget.
        before.close();
        GitFollower after = followSigned(trusted);
        assertThat(awaitError(after)).contains("does not come after");
        assertThat(texts(after)).containsEntry("config.yml", "1");

        List<String> merge = new ArrayList<>(List.of(signedBy(ours)));
        merge.addAll(List.of("merge", "-q", "-s", "ours", "--no-edit", last.substring(0, 12)));
        git.run(merge.toArray(String[]::new));
        awaitCommit(after, git.run("rev-parse", "HEAD"));
        assertThat(texts(after)).containsEntry("config.yml", "2");
    }

    @Test
    void whatComesAfterACommitWhoseSignatureAServerWroteInAnotherWayIsTaken() throws Exception {
        assumeTrue(RealGit.isThere("ssh-keygen", "-?"), "ssh-keygen is not installed");
        Path ours = sshKey("ours", "ed25519");
        String first = git.commit(Map.of("config.yml", "1"), signedBy(ours));
        GitFollower follower = followSigned(Files.readString(Path.of(ours + ".pub")));
        awaitCommit(follower, first);
        String second = git.commit(Map.of("config.yml", "2"), signedBy(ours));
        String end = " -----END SSH SIGNATURE-----\n";
        Path otherwise = Files.writeString(
                temporary.resolve("commit"),
                git.run("cat-file", "commit", second).replace(end, end + " \n") + "\n");
        String sameButForItsId = git.run("hash-object", "-t", "commit", "-w", otherwise.toString());
        assertThat(sameButForItsId).isNotEqualTo(second);

        git.run("update-ref", "refs/heads/main", sameButForItsId);
        awaitCommit(follower, sameButForItsId);
        git.run("update-ref", "refs/heads/main", second);
        String third = git.commit(Map.of("config.yml", "3"), signedBy(ours));

        awaitCommit(follower, third);
        assertThat(texts(follower)).containsEntry("config.yml", "3");
    }

    @Test
    void aSignedCommitThatComesLongAfterTheLastIsTaken() throws Exception {
        assumeTrue(RealGit.isThere("ssh-keygen", "-?"), "ssh-keygen is not installed");
        Path ours = sshKey("ours", "ed25519");
        String trusted = Files.readString(Path.of(ours + ".pub"));
        String first = git.commit(Map.of("config.yml", "1"), signedBy(ours));
        GitFollower before = followSigned(trusted);
        awaitCommit(before, first);
        before.close();
        for (int i = 0; i < GitRemote.HISTORY; i++) {
            git.commit(Map.of());
        }
        String last = git.commit(Map.of("config.yml", "2"), signedBy(ours));

        GitFollower after = followSigned(trusted);

        awaitCommit(after, last);
        assertThat(after.status().rewritten()).isNull();
    }

    @Test
    void aCommitMayBeSignedByATrustedPgpKey() throws Exception {
        assumeTrue(RealGit.isThere("gpg", "--version"), "gpg is not installed");
        Path home = Files.createDirectory(Path.of("/tmp").resolve("distomon-gpg-" + System.nanoTime()));
        try {
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
            gpg(home, "--quick-gen-key", "ours <ours@example.com>", "ed25519", "sign");
            gpg(home, "--quick-gen-key", "theirs <theirs@example.com>", "rsa2048", "sign");
            String trusted = gpg(home, "--armor", "--export", "ours@example.com");
            Path program = Files.writeString(
                    temporary.resolve("gpg"),
                    "#!/bin/sh\nexec gpg --homedir %s --batch --pinentry-mode loopback \"$@\"\n".formatted(home));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
            String signed = git.commit(Map.of("config.yml", "signed"), pgpSigned(program, "ours@example.com"));
            GitFollower follower = followSigned(trusted);
            awaitCommit(follower, signed);

            String forged = git.commit(Map.of("config.yml", "forged"), pgpSigned(program, "theirs@example.com"));
            assertThat(awaitError(follower))
                    .contains("found commit %s with a signature of none".formatted(forged.substring(0, 12)));
        } finally {
            run(List.of("gpgconf", "--homedir", home.toString(), "--kill", "all"));
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    @Test
    void aFileOfSignersThatHoldsNoneIsTold() throws Exception {
        git.commit(Map.of("config.yml", "1"));

        assertThat(awaitError(followSigned("# nobody\n")))
                .isEqualTo("found no key in git_trusted_signers, expected SSH public keys or PGP public key blocks");
        assertThat(awaitError(followSigned("# somebody\nalice\n")))
                .isEqualTo(
                        "found no key in line 2 of git_trusted_signers, expected an SSH public key (ed25519, ecdsa, rsa, or of"
                                + " a security key) or a PGP public key block");
        assertThat(awaitError(followSigned("alice cert-authority ssh-ed25519 AAAA\n")))
                .isEqualTo("found an option in line 1 of git_trusted_signers, expected none but namespaces=\"git\"");
    }

    private static String[] signedBy(Path key) {
        return new String[] {"-c", "gpg.format=ssh", "-c", "user.signingkey=" + key, "-c", "commit.gpgsign=true"};
    }

    private static String[] pgpSigned(Path program, String key) {
        return new String[] {"-c", "gpg.program=" + program, "-c", "user.signingkey=" + key, "-c", "commit.gpgsign=true"
        };
    }

    private Path sshKey(String name, String type) throws IOException, InterruptedException {
        Path file = temporary.resolve(name);
        run(List.of("ssh-keygen", "-q", "-t", type, "-N", "", "-C", "test", "-f", file.toString()));
        return file;
    }

    private static String gpg(Path home, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "gpg", "--homedir", home.toString(), "--batch", "--pinentry-mode", "loopback", "--passphrase", ""));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("%s failed".formatted(command));
        }
        return out;
    }

    private GitFollower follow(@Nullable String branch) throws Exception {
        return follow(source(branch, null), TIMEOUT);
    }

    private GitFollower followSigned(String trusted) throws Exception {
        return follow(source(null, trusted), TIMEOUT);
    }

    /** At the same address each time. */
    private GitSource source(@Nullable String branch, @Nullable String trusted) throws Exception {
        if (server == null) {
            KeyPair ours = GitSshServer.newKey();
            server = closing(new GitSshServer(git, ours, newProtocol));
            Files.writeString(temporary.resolve("hosts"), server.knownHost(server.hostKey()));
            GitSshServer.write(ours, temporary.resolve("id"));
        }
        return new GitSource(
                server.url(),
                branch,
                Duration.ofMillis(50),
                null,
                null,
                List.of(),
                temporary.resolve("id"),
                temporary.resolve("hosts"),
                trusted);
    }
}
