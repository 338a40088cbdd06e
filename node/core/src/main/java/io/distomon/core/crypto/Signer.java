package io.distomon.core.crypto;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * A node's private key: signs as that node. Immutable; its text form never holds key material. Only tests in this
 * package extend it.
 */
public class Signer {
    /** What stands before the 32 key bytes in the PKCS8 DER form that is written (RFC 8410 section 7). */
    private static final byte[] PKCS8_PREFIX = {
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20
    };

    private final String nodeId;
    private final Ed25519PrivateKeyParameters key;
    private final Verifier verifier;

    private Signer(String nodeId, Ed25519PrivateKeyParameters key) {
        this(nodeId, key, Verifier.of(key.generatePublicKey()));
    }

    /** @param verifier the public half of {@code key} */
    Signer(String nodeId, Ed25519PrivateKeyParameters key, Verifier verifier) {
        this.nodeId = nodeId;
        this.key = key;
        this.verifier = verifier;
    }

    /** Makes a new key for {@code nodeId}. */
    public static Signer generate(String nodeId, SecureRandom random) {
        return new Signer(nodeId, new Ed25519PrivateKeyParameters(random));
    }

    /**
     * Reads the private key of {@code nodeId}.
     *
     * @param text one key as {@link #allFromPem} takes it
     * @throws InvalidKeyException when it is anything else
     */
    public static Signer fromPem(String nodeId, String text) throws InvalidKeyException {
        List<Signer> signers = allFromPem(nodeId, text);
        if (signers.size() != 1) {
            throw new InvalidKeyException("found %s private keys, expected one".formatted(signers.size()));
        }
        return signers.getFirst();
    }

    /**
     * Reads the private keys of {@code nodeId}: one, or several during a rotation, in the text's order.
     *
     * @param text PEM blocks with an Ed25519 key each, PKCS8 or OpenSSH's, not encrypted
     * @throws InvalidKeyException when there is none, more than {@value Pem#MAX_KEYS}, or one that is anything else
     */
    public static List<Signer> allFromPem(String nodeId, String text) throws InvalidKeyException {
        List<Signer> signers = new ArrayList<>();
        for (KeyText.Found found : KeyText.read(text, PrivateKeyForms.PKCS8)) {
            signers.add(new Signer(nodeId, PrivateKeyForms.read(found)));
        }
        return List.copyOf(signers);
    }

    public final String nodeId() {
        return nodeId;
    }

    /** The public half. */
    public final Verifier verifier() {
        return verifier;
    }

    /** {@code <node_id>#<fingerprint>}: names node and key in a message signature. */
    public final String keyid() {
        return nodeId + "#" + verifier.fingerprint();
    }

    /** The 64-byte signature over exactly {@code message}. */
    public byte[] sign(byte[] message) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }

    /** The PKCS8 PEM form. Secret: for the key file or the key Secret only. */
    public final String privatePem() {
        byte[] der = Arrays.copyOf(PKCS8_PREFIX, PKCS8_PREFIX.length + Verifier.KEY_BYTES);
        key.encode(der, PKCS8_PREFIX.length);
        return Pem.encode(PrivateKeyForms.PKCS8, der);
    }

    @Override
    public final String toString() {
        return "Signer[" + keyid() + "]";
    }
}
