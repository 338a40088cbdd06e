package io.distomon.core.store;

import io.distomon.core.crypto.CanonicalBase64;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import java.util.Optional;

/**
 * Something signed as it stands on the wire, not yet judged: an entry, or what a peer tells of the past.
 *
 * @param payload base64 of the JSON bytes, of an entry those of a {@link NodeData}
 * @param signature base64 of the signature over exactly these bytes
 * @param sigId who signed
 */
public record RawEntry(String payload, String signature, String sigId) {
    /** Signs these bytes. */
    public static RawEntry sign(byte[] payload, Signer signer) {
        return new RawEntry(
                CanonicalBase64.encode(payload), CanonicalBase64.encode(signer.sign(payload)), signer.nodeId());
    }

    /** What was signed, if one of these keys of who signed it made the signature; empty otherwise. */
    public Optional<byte[]> verified(KeyMapping keys) {
        Optional<byte[]> made = CanonicalBase64.decode(signature);
        return CanonicalBase64.decode(payload)
                .filter(bytes -> made.isPresent() && keys.verify(sigId, bytes, made.get()));
    }
}
