package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which signatures count, byte by byte: each commit is written as git would not. */
class SignersTest {
    private static final String EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    private static final String SECURITY_KEY = "sk-ssh-ed25519@openssh.com";
    private static final byte TOUCHED = 1;
    private static final byte TOUCHED_AND_PIN = 5;
    private static final Instant NOW = Instant.parse("2026-11-29T00:00:00Z");

    /** A commit without its signature. */
    private static final String COMMIT = """
            tree %s
            author somebody <somebody@example.com> 1700000000 +0000
            committer somebody <somebody@example.com> 1700000000 +0000

            a change
            """.formatted(EMPTY_TREE);

    @TempDir
    Path temporary;

    @Test
    void aSignatureOfASecurityKeyCountsWhenItsHolderTouchedIt() throws Exception {
        KeyPair key = ed25519();
        byte[] blob = securityKey(key);

        assertThat(refusal(trusting(blob), signed(sshSignature(key, blob, TOUCHED))))
                .isEqualTo("none");
        assertThat(refusal(trusting(blob), signed(sshSignature(key, blob, TOUCHED_AND_PIN))))
                .isEqualTo("none");
        assertThat(refusal(trusting(blob), signed(sshSignature(key, blob, (byte) 0))))
                .contains("of none of these keys");
        assertThat(refusal(trusting(securityKey(ed25519())), signed(sshSignature(key, blob, TOUCHED))))
                .contains("of none of these keys");
    }

    /** So that our own making of such signatures is no proof by itself. */
    @Test
    void opensshTakesTheSameSignatureOfASecurityKey() throws Exception {
        assumeTrue(RealGit.isThere("ssh-keygen", "-?"), "ssh-keygen is not installed");
        KeyPair key = ed25519();
        byte[] blob = securityKey(key);
        Path signature = Files.writeString(temporary.resolve("sig"), armoured(sshSignature(key, blob, TOUCHED)) + "\n");
        Path signers = Files.writeString(temporary.resolve("signers"), "somebody " + trusting(blob));

        assertThat(run(
                        COMMIT,
                        "ssh-keygen",
                        "-Y",
                        "verify",
                        "-n",
                        "git",
                        "-I",
                        "somebody",
                        "-f",
                        signers.toString(),
                        "-s",
                        signature.toString()))
                .contains("Good \"git\" signature");
    }

    @Test
    void aCommitsIdCantBeChangedWithoutItsSigner() throws Exception {
        KeyPair key = ed25519();
        byte[] blob = plainKey(key);
        byte[] signature = sshSignature(key, blob, null);
        String trusted = trusting(blob);
        assertThat(refusal(trusted, signed(signature))).isEqualTo("none");

        assertThat(refusal(trusted, signed(Arrays.copyOf(signature, signature.length + 1))))
                .as("a byte more")
                .contains("of none of these keys");
        assertThat(refusal(trusted, signed(armoured(signature).replace("-----END", "\n-----END"))))
                .as("an empty line")
                .contains("of none of these keys");
        assertThat(refusal(trusted, signed(armoured(signature) + "\nand more")))
                .as("text after the end")
                .contains("of none of these keys");
        assertThat(refusal(trusted, signed(armoured(signature) + "\n" + armoured(signature))))
                .as("twice in one header")
                .contains("of none of these keys");
        String once = header(armoured(signature));
        assertThat(refusal(trusted, COMMIT.replace("\n\n", "\n" + once + once + "\n")))
                .as("two headers")
                .contains("with more than one signature");
    }

    @Test
    void whatIsNoKeyOfItsTypeIsNamedWithItsLine() throws Exception {
        String line = trusting(plainKey(ed25519()));
        assertThat(new TrustedSigners(line)).isNotNull();

        for (String wrong : List.of(
                line.replace("ssh-ed25519", "ssh-rsa"),
                "ssh-ed25519 AAAA",
                "ssh-dss " + line.split(" ", -1)[1],
                "ssh-ed25519-cert-v01@openssh.com " + line.split(" ", -1)[1])) {
            assertThatThrownBy(() -> new TrustedSigners("# ours\n" + wrong))
                    .as(wrong)
                    .isInstanceOf(GitException.class)
                    .hasMessageStartingWith(
                            "found no key in line 2 of git_trusted_signers, expected an SSH public key");
        }
    }

    @Test
    void aPgpBlockWithoutItsEndIsNamedWithItsLineAndSwallowsNothing() throws Exception {
        String key = trusting(plainKey(ed25519()));
        String begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n";
        String end = "-----END PGP PUBLIC KEY BLOCK-----\n";

        assertThatThrownBy(() -> new TrustedSigners(key + begin + "\nAAAA\n" + key))
                .hasMessage("found a PGP public key block in line 2 of git_trusted_signers without its end, expected \""
                        + end.strip() + "\"");
        assertThatThrownBy(() -> new TrustedSigners(key + "\n" + begin + "AAAA\n" + begin + "AAAA\n" + end))
                .hasMessageStartingWith(
                        "found a PGP public key block in line 3 of git_trusted_signers without its end");
        assertThatThrownBy(() -> new TrustedSigners(key + begin + "\nAAAA\n" + end))
                .hasMessageStartingWith(
                        "found a PGP public key block in line 2 of git_trusted_signers that can't be read");
    }

    @Test
    void aPgpKeyCountsAsLongAsItIsGoodByOurClockWhateverItsSignersClockSays() throws Exception {
        try (Gpg gpg = new Gpg()) {
            gpg.run(
                    "",
                    "--faked-system-time",
                    "20250101T000000",
                    "--quick-gen-key",
                    "ours <a@example.com>",
                    "ed25519",
                    "sign",
                    "1y");
            String trusted = gpg.run("", "--armor", "--export", "a@example.com");
            String signed = signed(gpg.run(COMMIT, "--faked-system-time", "20250601T000000", "--armor", "--detach-sign")
                    .strip());

            assertThat(refusal(trusted, signed, Instant.parse("2025-12-01T00:00:00Z")))
                    .isEqualTo("none");
            assertThat(refusal(trusted, signed, Instant.parse("2026-02-01T00:00:00Z")))
                    .contains("of none of these keys");
        }
    }

    @Test
    void aPgpKeyThatIsOverStaysSoThoughItSaysSomethingElseOfItselfLater() throws Exception {
        try (Gpg gpg = new Gpg()) {
            for (String name : List.of("ours <a@example.com>", "revoker <b@example.com>")) {
                gpg.run("", "--faked-system-time", "20250101T000000", "--quick-gen-key", name, "ed25519", "sign", "1y");
            }
            String signed = signed(gpg.run(
                            COMMIT,
                            "--faked-system-time",
                            "20250601T000000",
                            "--armor",
                            "--local-user",
                            "a@example.com",
                            "--detach-sign")
                    .strip());
            gpg.run(
                    "addrevoker\nb@example.com\ny\nsave\n",
                    "--faked-system-time",
                    "20250701T000000",
                    "--command-fd",
                    "0",
                    "--edit-key",
                    "a@example.com");
            String trusted = gpg.run("", "--armor", "--export", "a@example.com");

            assertThat(refusal(trusted, signed, Instant.parse("2025-12-01T00:00:00Z")))
                    .isEqualTo("none");
            assertThat(refusal(trusted, signed, Instant.parse("2026-02-01T00:00:00Z")))
                    .contains("of none of these keys");
        }
    }

    @Test
    void aPgpSubkeyCountsOnlyWhereItsKeySaysSoAndItAgrees() throws Exception {
        try (Gpg gpg = new Gpg();
                Gpg other = new Gpg()) {
            gpg.run("", "--quick-gen-key", "ours <a@example.com>", "ed25519", "cert", "never");
            String id = gpg.keyId();
            gpg.run("", "--quick-add-key", id, "ed25519", "sign", "never");
            String ours = gpg.run("", "--armor", "--export", id);
            String signed = signed(gpg.run(COMMIT, "--armor", "--detach-sign").strip());
            assertThat(refusal(ours, signed)).isEqualTo("none");

            // Somebody else's subkey, put beside our key: its packets are their export without the first.
            other.run("", "--quick-gen-key", "theirs <b@example.com>", "ed25519", "cert", "never");
            String theirs = other.keyId();
            other.run("", "--quick-add-key", theirs, "ed25519", "sign", "never");
            String forged = signed(other.run(COMMIT, "--armor", "--detach-sign").strip());
            String both = armouredKeys(withSubkeysOf(gpg.binary("--export", id), other.binary("--export", theirs)));

            assertThat(refusal(both, signed)).isEqualTo("none");
            assertThat(refusal(both, forged)).contains("of none of these keys");
        }
    }

    @Test
    void aPgpSubkeyThatWasRevokedCountsNoLonger() throws Exception {
        try (Gpg gpg = new Gpg()) {
            gpg.run("", "--quick-gen-key", "ours <a@example.com>", "ed25519", "cert", "never");
            String id = gpg.keyId();
            gpg.run("", "--quick-add-key", id, "ed25519", "sign", "never");
            String signed = signed(gpg.run(COMMIT, "--armor", "--detach-sign").strip());
            gpg.run("key 1\nrevkey\ny\n0\n\ny\nsave\n", "--command-fd", "0", "--edit-key", id);

            assertThat(refusal(gpg.run("", "--armor", "--export", id), signed)).contains("of none of these keys");
        }
    }

    /** Why a commit is refused where this file says who is trusted; {@code none} when it is not. */
    private String refusal(String trusted, String commit) throws Exception {
        return refusal(trusted, commit, NOW);
    }

    private String refusal(String trusted, String commit, Instant now) throws Exception {
        try (Repository repository = CommitFiles.open(temporary.resolve("repository.git"))) {
            if (!Files.exists(temporary.resolve("repository.git"))) {
                repository.create(true);
            }
            try (ObjectInserter inserter = repository.newObjectInserter()) {
                ObjectId id = inserter.insert(Constants.OBJ_COMMIT, commit.getBytes(StandardCharsets.UTF_8));
                inserter.flush();
                new TrustedSigners(trusted).check(repository, new Commit(id.name()), now);
                return "none";
            }
        } catch (GitException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String signed(byte[] sshSignature) {
        return signed(armoured(sshSignature));
    }

    private static String signed(String armoured) {
        return COMMIT.replace("\n\n", "\n" + header(armoured) + "\n");
    }

    private static String header(String armoured) {
        return "gpgsig " + armoured.replace("\n", "\n ") + "\n";
    }

    private static String armoured(byte[] sshSignature) {
        return "-----BEGIN SSH SIGNATURE-----\n"
                + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(sshSignature)
                + "\n-----END SSH SIGNATURE-----";
    }

    private static KeyPair ed25519() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    private static byte[] plainKey(KeyPair key) throws IOException {
        return blob("ssh-ed25519".getBytes(StandardCharsets.US_ASCII), raw(key));
    }

    private static byte[] securityKey(KeyPair key) throws IOException {
        return blob(
                SECURITY_KEY.getBytes(StandardCharsets.US_ASCII), raw(key), "ssh:".getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] raw(KeyPair key) {
        byte[] spki = key.getPublic().getEncoded();
        return Arrays.copyOfRange(spki, spki.length - 32, spki.length);
    }

    private static String trusting(byte[] keyBlob) {
        String type = new String(keyBlob, 4, keyBlob[3], StandardCharsets.US_ASCII);
        return type + " " + Base64.getEncoder().encodeToString(keyBlob) + "\n";
    }

    /**
     * A signature of {@link #COMMIT} as PROTOCOL.sshsig and PROTOCOL.u2f have it.
     *
     * @param flags what a security key says of its holder; null for a key that is none
     */
    private static byte[] sshSignature(KeyPair key, byte[] keyBlob, @Nullable Byte flags)
            throws GeneralSecurityException, IOException {
        byte[] magic = "SSHSIG".getBytes(StandardCharsets.US_ASCII);
        byte[] git = "git".getBytes(StandardCharsets.US_ASCII);
        byte[] hash = "sha512".getBytes(StandardCharsets.US_ASCII);
        byte[] digest = MessageDigest.getInstance("SHA-512").digest(COMMIT.getBytes(StandardCharsets.UTF_8));
        byte[] message = joined(magic, blob(git, new byte[0], hash, digest));
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] state = flags == null ? new byte[0] : new byte[] {flags, 0, 0, 0, 42};
        byte[] signedBytes = flags == null
                ? message
                : joined(sha256.digest("ssh:".getBytes(StandardCharsets.US_ASCII)), state, sha256.digest(message));
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(key.getPrivate());
        signer.update(signedBytes);
        byte[] algorithm = (flags == null ? "ssh-ed25519" : SECURITY_KEY).getBytes(StandardCharsets.US_ASCII);
        byte[] made = joined(blob(algorithm, signer.sign()), state);
        return joined(magic, new byte[] {0, 0, 0, 1}, blob(keyBlob, git, new byte[0], hash, made));
    }

    private static byte[] blob(byte[]... strings) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (byte[] each : strings) {
                out.writeInt(each.length);
                out.write(each);
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] each : parts) {
            bytes.writeBytes(each);
        }
        return bytes.toByteArray();
    }

    /** One key's packets, and after them those of another's that follow its first subkey (tag 14). */
    private static byte[] withSubkeysOf(byte[] one, byte[] other) {
        int at = 0;
        while ((other[at] & 0x3c) >> 2 != 14) {
            int lengthBytes = 1 << (other[at] & 3);
            int length = 0;
            for (int i = 1; i <= lengthBytes; i++) {
                length = length << 8 | (other[at + i] & 0xff);
            }
            at += 1 + lengthBytes + length;
        }
        return joined(one, Arrays.copyOfRange(other, at, other.length));
    }

    private static String armouredKeys(byte[] packets) {
        return "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(packets)
                + "\n-----END PGP PUBLIC KEY BLOCK-----\n";
    }

    private static String run(String input, String... command) throws IOException, InterruptedException {
        return new String(runBinary(input, command), StandardCharsets.UTF_8);
    }

    private static byte[] runBinary(String input, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            byte[] out = process.getInputStream().readAllBytes();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(
                        "%s failed: %s".formatted(List.of(command), new String(out, StandardCharsets.UTF_8)));
            }
            return out;
        } finally {
            process.destroyForcibly();
        }
    }

    /** The program {@code gpg} with keys of its own; the test is skipped where there is none. */
    private static final class Gpg implements AutoCloseable {
        /** Short, since an agent's socket is in it. */
        private final Path home;

        Gpg() throws IOException, InterruptedException {
            assumeTrue(RealGit.isThere("gpg", "--version"), "gpg is not installed");
            home = Files.createTempDirectory(
                    "gpg", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }

        String run(String input, String... arguments) throws IOException, InterruptedException {
            return SignersTest.run(input, command(arguments));
        }

        /** The fingerprint of its first key. */
        String keyId() throws IOException, InterruptedException {
            return run("", "--list-keys", "--with-colons")
                    .lines()
                    .filter(line -> line.startsWith("fpr:"))
                    .findFirst()
                    .orElseThrow()
                    .split(":", -1)[9];
        }

        byte[] binary(String... arguments) throws IOException, InterruptedException {
            return runBinary("", command(arguments));
        }

        private String[] command(String... arguments) {
            List<String> command = new ArrayList<>(List.of(
                    "gpg",
                    "--homedir",
                    home.toString(),
                    "--batch",
                    "--no-tty",
                    "--pinentry-mode",
                    "loopback",
                    "--passphrase",
                    ""));
            command.addAll(List.of(arguments));
            return command.toArray(String[]::new);
        }

        @Override
        public void close() throws IOException {
            try {
                SignersTest.run("", "gpgconf", "--homedir", home.toString(), "--kill", "all");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
