package io.distomon.core.crypto;

import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A public key of a node: verifies what that node signed. Ed25519 as in RFC 8032, always with S &lt; L. Immutable. Only
 * tests in this package extend it.
 */
public class Verifier {
    /** Length of a raw public key, bytes. */
    public static final int KEY_BYTES = 32;

    /** Length of a signature, bytes. */
    public static final int SIGNATURE_BYTES = 64;

    /** What stands before the 32 key bytes in the SPKI DER form of every Ed25519 key (RFC 8410 section 4). */
    private static final byte[] SPKI_PREFIX = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

    private final Ed25519PublicKeyParameters key;
    private final byte[] spki;
    private final String fingerprint;

    Verifier(Ed25519PublicKeyParameters key) {
        this.key = key;
        this.spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + KEY_BYTES);
        key.encode(spki, SPKI_PREFIX.length);
        this.fingerprint = Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(spki));
    }

    /**
     * Reads a raw key.
     *
     * @param raw the 32 bytes of the key (RFC 8032 section 5.1.5)
     * @throws InvalidKeyException when they are not a point of the curve's large prime-order group: with a key of small
     *     order, one signature would fit every message
     */
    public static Verifier ofRaw(byte[] raw) throws InvalidKeyException {
        if (raw.length != KEY_BYTES) {
            throw new InvalidKeyException("found %s key bytes, expected %s".formatted(raw.length, KEY_BYTES));
        }
        if (!Ed25519.validatePublicKeyFull(raw, 0)) {
            throw new InvalidKeyException(
                    "the key is not a usable Ed25519 public key (not on the curve, or of small order)");
        }
        return new Verifier(new Ed25519PublicKeyParameters(raw));
    }

    /**
     * Reads a key in SPKI form.
     *
     * @param der a SubjectPublicKeyInfo (RFC 8410 section 4)
     * @throws InvalidKeyException when it is not an Ed25519 key, or not one that {@link #ofRaw} takes
     */
    public static Verifier ofSpki(byte[] der) throws InvalidKeyException {
        if (!isSpki(der)) {
            throw new InvalidKeyException("found no Ed25519 public key, expected its SPKI form (44 bytes)");
        }
        return ofRaw(Arrays.copyOfRange(der, SPKI_PREFIX.length, der.length));
    }

    /** Whether it is the SPKI form of an Ed25519 key, usable or not. */
    static boolean isSpki(byte[] der) {
        return der.length == SPKI_PREFIX.length + KEY_BYTES
                && Arrays.equals(der, 0, SPKI_PREFIX.length, SPKI_PREFIX, 0, SPKI_PREFIX.length);
    }

    static Verifier of(Ed25519PublicKeyParameters key) {
        return new Verifier(key);
    }

    /** Whether {@code signature} (64 bytes; anything else is false) is this key's over exactly {@code message}. */
    public boolean verify(byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(false, key);
        signer.update(message, 0, message.length);
        return signer.verifySignature(signature);
    }

    /** Base64url without padding of the SHA-256 of the SPKI DER form: 43 characters. */
    public final String fingerprint() {
        return fingerprint;
    }

    /** The SPKI PEM form, as it stands in {@code pubkeys/<node_id>.pub}. */
    public final String pem() {
        return Pem.encode(PublicKeyForms.SPKI, spki);
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof Verifier that && Arrays.equals(spki, that.spki);
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(spki);
    }

    @Override
    public final String toString() {
        return "Verifier[" + fingerprint + "]";
    }
}
