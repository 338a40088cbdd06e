package io.distomon.core.crypto;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.util.OpenSSHPublicKeyUtil;

/**
 * The forms in which a public key may stand in a file: SPKI as PEM (RFC 8410 section 4), and a line of OpenSSH's (RFC 8709
 * section 4).
 */
final class PublicKeyForms {
    static final String SPKI = "PUBLIC KEY";

    private static final String OPENSSH_ED25519 = "ssh-ed25519";
    private static final Pattern OPENSSH_KIND = Pattern.compile("[a-zA-Z0-9@.-]{1,64}");

    private PublicKeyForms() {}

    static Verifier read(KeyText.Found found) throws InvalidKeyException {
        if (!found.isPem()) {
            if (!found.label().equals(OPENSSH_ED25519)) {
                throw KeyKind.other(found.label());
            }
            return Verifier.ofRaw(openSsh(found.bytes()).getEncoded());
        }
        if (!found.label().equals(SPKI)) {
            throw new InvalidKeyException("found a PEM block %s, expected %s".formatted(found.label(), SPKI));
        }
        byte[] der = found.bytes();
        if (!Verifier.isSpki(der)) {
            throw notEd25519(der);
        }
        return Verifier.ofSpki(der);
    }

    /** An Ed25519 key in the form that SSH sends. */
    static Ed25519PublicKeyParameters openSsh(byte[] blob) throws InvalidKeyException {
        AsymmetricKeyParameter key;
        try {
            String kind = openSshKind(blob);
            if (!kind.equals(OPENSSH_ED25519)) {
                throw KeyKind.other(kind);
            }
            key = OpenSSHPublicKeyUtil.parsePublicKey(blob);
        } catch (RuntimeException e) {
            // Whatever the parser finds wrong.
            throw new InvalidKeyException("found no public key in what is called %s".formatted(OPENSSH_ED25519));
        }
        if (!(key instanceof Ed25519PublicKeyParameters ed25519)) {
            throw new InvalidKeyException("found no public key in what is called %s".formatted(OPENSSH_ED25519));
        }
        return ed25519;
    }

    /** The next string of a blob (RFC 4251 section 5). */
    static byte[] openSshString(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static String openSshKind(byte[] blob) {
        String kind = new String(openSshString(ByteBuffer.wrap(blob)), StandardCharsets.US_ASCII);
        if (!OPENSSH_KIND.matcher(kind).matches()) {
            throw new IllegalArgumentException("no name of a kind");
        }
        return kind;
    }

    private static InvalidKeyException notEd25519(byte[] der) {
        try {
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(der);
            if (!KeyKind.isEd25519(info.getAlgorithm())) {
                return KeyKind.other(info.getAlgorithm());
            }
        } catch (RuntimeException e) {
            // Whatever the parser finds wrong: said below.
        }
        return new InvalidKeyException("found no Ed25519 public key, expected its SPKI form (44 bytes)");
    }
}
