package io.distomon.core.crypto;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;

/**
 * Signs with a secret that it shares with its public half, in place of Ed25519: 64 bytes that nobody else can make, for a
 * fiftieth of the time. For simulations, which would spend most of theirs on curves; those are tested with real keys
 * elsewhere. Safe for use by many threads.
 */
public final class StandInSigner extends Signer {
    private static final String ALGORITHM = "HmacSHA512";

    private final Mac secret;

    private StandInSigner(String nodeId, Ed25519PrivateKeyParameters key, Mac secret) {
        super(nodeId, key, new Half(key.generatePublicKey(), secret));
        this.secret = secret;
    }

    /** Makes a new key for {@code nodeId}. */
    public static Signer generate(String nodeId, SecureRandom random) {
        Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(random);
        try {
            Mac secret = Mac.getInstance(ALGORITHM);
            secret.init(new SecretKeySpec(key.getEncoded(), ALGORITHM));
            return new StandInSigner(nodeId, key, secret);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("every Java platform has " + ALGORITHM, e);
        }
    }

    @Override
    public byte[] sign(byte[] message) {
        synchronized (secret) {
            return secret.doFinal(message);
        }
    }

    private static final class Half extends Verifier {
        private final Mac secret;

        Half(Ed25519PublicKeyParameters key, Mac secret) {
            super(key);
            this.secret = secret;
        }

        @Override
        public boolean verify(byte[] message, byte[] signature) {
            synchronized (secret) {
                return MessageDigest.isEqual(secret.doFinal(message), signature);
            }
        }
    }
}
