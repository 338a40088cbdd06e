package io.distomon.node.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.u2f.SecurityKeyPublicKey;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * The SSH keys that may sign: lines as in OpenSSH's files of allowed signers, or only with a key. Signatures are as
 * OpenSSH's PROTOCOL.sshsig has them, for the namespace {@code git}; those of security keys as PROTOCOL.u2f has them.
 */
final class SshSigners {
    static final String BEGIN = "-----BEGIN SSH SIGNATURE-----";

    private static final String END = "-----END SSH SIGNATURE-----";
    private static final byte[] MAGIC = "SSHSIG".getBytes(StandardCharsets.US_ASCII);
    private static final String NAMESPACE = "git";
    private static final byte USER_WAS_PRESENT = 1;

    /** Which signatures a key of a type makes. Without SHA-1, which {@code ssh-rsa} as a signature is. */
    private static final Map<String, Set<String>> ALGORITHMS = Map.of(
            "ssh-ed25519", Set.of("ssh-ed25519"),
            "ssh-rsa", Set.of("rsa-sha2-256", "rsa-sha2-512"),
            "ecdsa-sha2-nistp256", Set.of("ecdsa-sha2-nistp256"),
            "ecdsa-sha2-nistp384", Set.of("ecdsa-sha2-nistp384"),
            "ecdsa-sha2-nistp521", Set.of("ecdsa-sha2-nistp521"),
            "sk-ssh-ed25519@openssh.com", Set.of("sk-ssh-ed25519@openssh.com"),
            "sk-ecdsa-sha2-nistp256@openssh.com", Set.of("sk-ecdsa-sha2-nistp256@openssh.com"));

    /** Security keys' signatures, by what they are inside. */
    private static final Map<String, String> OF_SECURITY_KEYS = Map.of(
            "sk-ssh-ed25519@openssh.com", "ssh-ed25519",
            "sk-ecdsa-sha2-nistp256@openssh.com", "ecdsa-sha2-nistp256");

    private static final Set<String> HASHES = Set.of("sha256", "sha512");

    private final Set<List<Byte>> keys = new HashSet<>();

    /**
     * Reads the lines of a file.
     *
     * @throws GitException when one of them is no key
     */
    SshSigners(List<String> lines) throws GitException {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                keys.add(key(i + 1, List.of(line.split("\\s+", -1))));
            }
        }
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    private static List<Byte> key(int line, List<String> words) throws GitException {
        for (int i = 0; i + 1 < words.size(); i++) {
            String type = words.get(i);
            if (ALGORITHMS.containsKey(type)) {
                for (String option : words.subList(Math.min(1, i), i)) {
                    if (!option.matches("namespaces=\"?([a-z,]+,)?git(,[a-z,]+)?\"?")) {
                        throw new GitException(
                                "found an option in line %s of git_trusted_signers, expected none but namespaces=\"git\""
                                        .formatted(line));
                    }
                }
                byte[] key = decoded(words.get(i + 1));
                if (isOf(type, key)) {
                    return boxed(key);
                }
                break;
            }
        }
        throw new GitException(
                "found no key in line %s of git_trusted_signers, expected an SSH public key (ed25519, ecdsa, rsa, or of a security key) or a PGP public key block"
                        .formatted(line));
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** Whether these bytes are a key of this type, and nothing else. */
    private static boolean isOf(String type, byte[] key) {
        try {
            Buffer buffer = new ByteArrayBuffer(key);
            buffer.getRawPublicKey();
            return buffer.available() == 0
                    && new ByteArrayBuffer(key).getString().equals(type);
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    /**
     * Whether one of these keys made a signature.
     *
     * @param signature in its armour
     */
    boolean made(String signature, byte[] signed) {
        try {
            Buffer blob = new ByteArrayBuffer(unarmoured(signature));
            byte[] magic = new byte[MAGIC.length];
            blob.getRawBytes(magic);
            int version = blob.getInt();
            byte[] key = blob.getBytes();
            String namespace = blob.getString();
            byte[] reserved = blob.getBytes();
            String hash = blob.getString();
            Buffer made = new ByteArrayBuffer(blob.getBytes());
            // Nothing may be added to a signature that leaves it good: the commit would get another id.
            if (!Arrays.equals(magic, MAGIC)
                    || version != 1
                    || !namespace.equals(NAMESPACE)
                    || reserved.length != 0
                    || !HASHES.contains(hash)
                    || blob.available() != 0
                    || !keys.contains(boxed(key))) {
                return false;
            }
            ByteArrayBuffer message = new ByteArrayBuffer();
            message.putRawBytes(MAGIC);
            message.putString(namespace);
            message.putBytes(reserved);
            message.putString(hash);
            message.putBytes(MessageDigest.getInstance(hash.equals("sha256") ? "SHA-256" : "SHA-512")
                    .digest(signed));
            return isMadeBy(key, made, message.getCompactData());
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Somebody's bytes that are no signature.
            return false;
        } catch (Exception e) {
            throw new IllegalStateException("an SSH signature can't be verified", e);
        }
    }

    private static boolean isMadeBy(byte[] key, Buffer made, byte[] message) throws Exception {
        String type = new ByteArrayBuffer(key).getString();
        PublicKey publicKey = Objects.requireNonNull(new ByteArrayBuffer(key).getRawPublicKey());
        String algorithm = made.getString();
        byte[] bytes = made.getBytes();
        if (!Objects.requireNonNull(ALGORITHMS.get(type)).contains(algorithm)) {
            return false;
        }
        String inner = OF_SECURITY_KEYS.get(algorithm);
        if (inner == null) {
            return made.available() == 0 && verifies(publicKey, algorithm, bytes, message);
        }
        byte flags = made.getByte();
        int counter = made.getInt();
        SecurityKeyPublicKey<?> securityKey = (SecurityKeyPublicKey<?>) publicKey;
        // The key's holder touched it, as OpenSSH demands too; that a PIN was asked for does no harm.
        if (made.available() != 0 || (flags & USER_WAS_PRESENT) == 0) {
            return false;
        }
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        ByteArrayBuffer whole = new ByteArrayBuffer();
        whole.putRawBytes(sha256.digest(securityKey.getAppName().getBytes(StandardCharsets.UTF_8)));
        whole.putByte(flags);
        whole.putInt(Integer.toUnsignedLong(counter));
        whole.putRawBytes(sha256.digest(message));
        return verifies(securityKey.getDelegatePublicKey(), inner, bytes, whole.getCompactData());
    }

    private static boolean verifies(PublicKey key, String algorithm, byte[] signature, byte[] message)
            throws Exception {
        Signature verifier = Objects.requireNonNull(NamedFactory.create(BuiltinSignatures.VALUES, algorithm));
        ByteArrayBuffer whole = new ByteArrayBuffer();
        whole.putString(algorithm);
        whole.putBytes(signature);
        verifier.initVerifier(null, key);
        verifier.update(null, message);
        return verifier.verify(null, whole.getCompactData());
    }

    /** The bytes of a signature whose armour holds lines of one length, the last perhaps shorter, and nothing else. */
    private static byte[] unarmoured(String signature) {
        List<String> lines = signature.strip().lines().toList();
        if (lines.size() < 3
                || !lines.getFirst().equals(BEGIN)
                || !lines.getLast().equals(END)) {
            throw new IllegalArgumentException("no armour");
        }
        List<String> body = lines.subList(1, lines.size() - 1);
        int length = body.getFirst().length();
        for (int i = 0; i < body.size(); i++) {
            int next = body.get(i).length();
            if (next == 0 || next > length || (next < length && i < body.size() - 1)) {
                throw new IllegalArgumentException("lines of other lengths");
            }
        }
        String base64 = String.join("", body);
        byte[] bytes = Base64.getDecoder().decode(base64);
        if (!Base64.getEncoder().encodeToString(bytes).equals(base64)) {
            throw new IllegalArgumentException("bits that are ignored");
        }
        return bytes;
    }

    private static List<Byte> boxed(byte[] bytes) {
        Byte[] boxed = new Byte[bytes.length];
        Arrays.setAll(boxed, i -> bytes[i]);
        return List.of(boxed);
    }
}
