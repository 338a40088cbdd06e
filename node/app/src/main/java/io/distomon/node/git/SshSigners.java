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
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * The SSH keys that may sign: lines as in OpenSSH's files of allowed signers, or only with a key. Signatures are as
 * OpenSSH's PROTOCOL.sshsig has them, for the namespace {@code git}.
 */
final class SshSigners {
    static final String BEGIN = "-----BEGIN SSH SIGNATURE-----";

    private static final String END = "-----END SSH SIGNATURE-----";
    private static final byte[] MAGIC = "SSHSIG".getBytes(StandardCharsets.US_ASCII);
    private static final String NAMESPACE = "git";
    private static final Pattern KEY_TYPE = Pattern.compile("(ssh-|ecdsa-sha2-)[a-z0-9@.-]+");
    private static final String OF_A_SECURITY_KEY = "sk-";

    /** Without SHA-1, which {@code ssh-rsa} as an algorithm is. */
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
            if (words.get(i).startsWith(OF_A_SECURITY_KEY)) {
                throw new GitException(
                        "found a key of type %s in line %s of git_trusted_signers, expected one of no security key: what these sign can't be verified"
                                .formatted(words.get(i), line));
            }
            if (KEY_TYPE.matcher(words.get(i)).matches()) {
                for (String option : words.subList(Math.min(1, i), i)) {
                    if (!option.matches("namespaces=\"?([a-z,]+,)?git(,[a-z,]+)?\"?")) {
                        throw new GitException(
                                "found an option in line %s of git_trusted_signers, expected none but namespaces=\"git\""
                                        .formatted(line));
                    }
                }
                try {
                    return boxed(Base64.getDecoder().decode(words.get(i + 1)));
                } catch (IllegalArgumentException e) {
                    break;
                }
            }
        }
        throw new GitException(
                "found no key in line %s of git_trusted_signers, expected an SSH public key or a PGP public key block"
                        .formatted(line));
    }

    /**
     * Whether one of these keys made a signature.
     *
     * @param signature in its armour
     */
    boolean made(String signature, byte[] signed) {
        try {
            Buffer blob = new ByteArrayBuffer(Base64.getMimeDecoder()
                    .decode(signature.replace(BEGIN, "").replace(END, "").strip()));
            byte[] magic = new byte[MAGIC.length];
            blob.getRawBytes(magic);
            int version = blob.getInt();
            byte[] key = blob.getBytes();
            String namespace = blob.getString();
            byte[] reserved = blob.getBytes();
            String hash = blob.getString();
            Buffer made = new ByteArrayBuffer(blob.getBytes());
            if (!Arrays.equals(magic, MAGIC)
                    || version != 1
                    || !namespace.equals(NAMESPACE)
                    || !HASHES.contains(hash)
                    || !keys.contains(boxed(key))) {
                return false;
            }
            String algorithm = made.getString();
            PublicKey publicKey = new ByteArrayBuffer(key).getRawPublicKey();
            // An RSA key's own name stands for SHA-1.
            Signature verifier = algorithm.equals("ssh-rsa") || algorithm.equals("ssh-dss")
                    ? null
                    : NamedFactory.create(BuiltinSignatures.VALUES, algorithm);
            if (verifier == null) {
                return false;
            }
            ByteArrayBuffer message = new ByteArrayBuffer();
            message.putRawBytes(MAGIC);
            message.putString(namespace);
            message.putBytes(reserved);
            message.putString(hash);
            message.putBytes(MessageDigest.getInstance(hash.equals("sha256") ? "SHA-256" : "SHA-512")
                    .digest(signed));
            ByteArrayBuffer whole = new ByteArrayBuffer();
            whole.putString(algorithm);
            whole.putBytes(made.getBytes());
            verifier.initVerifier(null, Objects.requireNonNull(publicKey));
            verifier.update(null, message.getCompactData());
            return verifier.verify(null, whole.getCompactData());
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Somebody's bytes that are no signature.
            return false;
        } catch (Exception e) {
            throw new IllegalStateException("an SSH signature can't be verified", e);
        }
    }

    private static List<Byte> boxed(byte[] bytes) {
        Byte[] boxed = new Byte[bytes.length];
        Arrays.setAll(boxed, i -> bytes[i]);
        return List.of(boxed);
    }
}
