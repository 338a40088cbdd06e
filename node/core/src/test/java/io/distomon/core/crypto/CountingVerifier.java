package io.distomon.core.crypto;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;

/** Verifies like another, and counts how often it was asked about each message. For one thread. */
public final class CountingVerifier extends Verifier {
    private final Verifier counted;
    private final Map<ByteBuffer, Integer> asked = new HashMap<>();

    private CountingVerifier(Verifier counted, byte[] spki) {
        super(new Ed25519PublicKeyParameters(spki, spki.length - KEY_BYTES));
        this.counted = counted;
    }

    public static CountingVerifier of(Verifier counted) throws InvalidKeyException {
        return new CountingVerifier(
                counted,
                KeyText.read(counted.pem(), PublicKeyForms.SPKI).getFirst().bytes());
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
        asked.merge(ByteBuffer.wrap(message.clone()), 1, Integer::sum);
        return counted.verify(message, signature);
    }

    /** How often it was asked about {@code message}. */
    public int asked(byte[] message) {
        return asked.getOrDefault(ByteBuffer.wrap(message), 0);
    }
}
