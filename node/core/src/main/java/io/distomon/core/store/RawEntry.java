package io.distomon.core.store;

/**
 * An entry as it stands on the wire, not yet judged.
 *
 * @param payload base64 of the JSON bytes of a {@link NodeData}
 * @param signature base64 of the signature over exactly these bytes
 * @param sigId who signed
 */
public record RawEntry(String payload, String signature, String sigId) {}
