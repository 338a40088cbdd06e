package io.distomon.core.crypto;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.util.OpenSSHPrivateKeyUtil;

/**
 * The forms in which a private key may stand in a file: PKCS8 with or without attributes and the public half (RFC 5958,
 * RFC 8410 sections 7 and 10.3), and OpenSSH's. A public half beside it must be its own. Messages hold no key material.
 */
final class PrivateKeyForms {
    static final String PKCS8 = "PRIVATE KEY";
    static final String OPENSSH = "OPENSSH PRIVATE KEY";

    private static final String ENCRYPTED_PKCS8 = "ENCRYPTED PRIVATE KEY";
    private static final byte[] OPENSSH_MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final String NO_CIPHER = "none";

    private PrivateKeyForms() {}

    static Ed25519PrivateKeyParameters read(KeyText.Found found) throws InvalidKeyException {
        if (!found.isPem()) {
            throw new InvalidKeyException("found a public key (%s), expected a private one".formatted(found.label()));
        }
        return switch (found.label()) {
            case PKCS8 -> pkcs8(found.bytes());
            case OPENSSH -> openSsh(found.bytes());
            case ENCRYPTED_PKCS8 -> throw encrypted();
            case "RSA PRIVATE KEY", "EC PRIVATE KEY", "EC PARAMETERS", "DSA PRIVATE KEY" ->
                throw KeyKind.other(found.label().substring(0, found.label().indexOf(' ')));
            default ->
                throw new InvalidKeyException(
                        "found a PEM block %s, expected %s or %s".formatted(found.label(), PKCS8, OPENSSH));
        };
    }

    private static Ed25519PrivateKeyParameters pkcs8(byte[] der) throws InvalidKeyException {
        PrivateKeyInfo info;
        try {
            info = PrivateKeyInfo.getInstance(der);
        } catch (RuntimeException e) {
            // Whatever the parser finds wrong; its words may quote the bytes.
            throw new InvalidKeyException("found no PKCS8 in the PEM block %s".formatted(PKCS8));
        }
        if (!KeyKind.isEd25519(info.getPrivateKeyAlgorithm())) {
            throw KeyKind.other(info.getPrivateKeyAlgorithm());
        }
        byte[] seed;
        try {
            seed = ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets();
        } catch (IOException | RuntimeException e) {
            throw new InvalidKeyException("found no Ed25519 private key in the PKCS8, expected an octet string");
        }
        if (seed.length != Ed25519PrivateKeyParameters.KEY_SIZE) {
            throw new InvalidKeyException("found an Ed25519 private key of %s bytes, expected %s"
                    .formatted(seed.length, Ed25519PrivateKeyParameters.KEY_SIZE));
        }
        Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(seed);
        ASN1BitString publicHalf = info.getPublicKeyData();
        if (publicHalf != null
                && !Arrays.equals(publicHalf.getBytes(), key.generatePublicKey().getEncoded())) {
            throw otherHalf();
        }
        return key;
    }

    /** The form of PROTOCOL.key in OpenSSH's sources: the public half stands in front, also of one that is encrypted. */
    private static Ed25519PrivateKeyParameters openSsh(byte[] blob) throws InvalidKeyException {
        ByteBuffer in = ByteBuffer.wrap(blob);
        String cipher;
        int count;
        byte[] publicHalf;
        try {
            byte[] magic = new byte[OPENSSH_MAGIC.length];
            in.get(magic);
            if (!Arrays.equals(magic, OPENSSH_MAGIC)) {
                throw notOpenSsh();
            }
            cipher = new String(PublicKeyForms.openSshString(in), StandardCharsets.US_ASCII);
            PublicKeyForms.openSshString(in); // What makes a key of a password,
            PublicKeyForms.openSshString(in); // and its options.
            count = in.getInt();
            publicHalf = PublicKeyForms.openSshString(in);
        } catch (BufferUnderflowException e) {
            throw notOpenSsh();
        }
        if (!cipher.equals(NO_CIPHER)) {
            throw encrypted();
        }
        if (count != 1) {
            throw new InvalidKeyException("found %s keys in the PEM block %s, expected one".formatted(count, OPENSSH));
        }
        Ed25519PublicKeyParameters half = PublicKeyForms.openSsh(publicHalf);
        AsymmetricKeyParameter key;
        try {
            key = OpenSSHPrivateKeyUtil.parsePrivateKeyBlob(blob);
        } catch (RuntimeException e) {
            // Whatever the parser finds wrong; its words may quote the bytes.
            throw notOpenSsh();
        }
        if (!(key instanceof Ed25519PrivateKeyParameters ed25519)
                || !Arrays.equals(half.getEncoded(), ed25519.generatePublicKey().getEncoded())) {
            throw otherHalf();
        }
        return ed25519;
    }

    private static InvalidKeyException notOpenSsh() {
        return new InvalidKeyException("found no key of OpenSSH's in the PEM block %s".formatted(OPENSSH));
    }

    private static InvalidKeyException encrypted() {
        return new InvalidKeyException("found an encrypted private key, expected one without a password,"
                + " as nobody is there to type it (openssl pkey, or ssh-keygen -p, takes it off)");
    }

    private static InvalidKeyException otherHalf() {
        return new InvalidKeyException("found a private key beside the public half of another, expected its own");
    }
}
