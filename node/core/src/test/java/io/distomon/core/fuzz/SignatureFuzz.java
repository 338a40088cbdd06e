package io.distomon.core.fuzz;

import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Anything as the two fields of a message signature: the lines of {@code Signature-Input} up to an empty one, then those
 * of {@code Signature}.
 */
public final class SignatureFuzz {
    private static final String TYPE = "application/json";
    private static final String DIGEST = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
    private static final Signer SIGNER = Signer.generate("fra", new SecureRandom());
    private static final MessageSignature.OfRequest REQUEST =
            new MessageSignature.OfRequest("POST", TYPE, DIGEST, "nyc", "A".repeat(43), 0, "A".repeat(22));

    private SignatureFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        takes(input);
    }

    /** Whether it is the signature field of a request or an answer, whoever signed it; it is passed over otherwise. */
    static boolean takes(byte[] input) {
        List<String> inputs = new ArrayList<>();
        List<String> signatures = new ArrayList<>();
        List<String> lines = inputs;
        for (String line :
                new String(input, StandardCharsets.ISO_8859_1).lines().toList()) {
            if (line.isEmpty()) {
                lines = signatures;
            } else {
                lines.add(line);
            }
        }
        // None is both, as what they cover differs.
        return check(again -> MessageSignature.OfRequest.read("POST", TYPE, DIGEST, again), inputs, signatures)
                || check(
                        again -> MessageSignature.OfResponse.read(200, TYPE, DIGEST, REQUEST, again),
                        inputs,
                        signatures);
    }

    private interface Reading {
        Optional<? extends MessageSignature> of(List<String> lines);
    }

    private static boolean check(Reading reading, List<String> inputs, List<String> signatures) {
        Optional<? extends MessageSignature> read = reading.of(inputs);
        if (read.isEmpty()) {
            return false;
        }
        MessageSignature signature = read.get();
        if (!String.join(", ", inputs).contains(signature.signatureInput())) {
            throw new AssertionError("read is what is not there: " + signature.signatureInput());
        }
        if (!reading.of(List.of(signature.signatureInput())).equals(read)) {
            throw new AssertionError("what we write of it reads otherwise: " + signature.signatureInput());
        }
        if (!signature.verify(SIGNER.verifier(), List.of(signature.sign(SIGNER)))) {
            throw new AssertionError("what we sign of it is no signature: " + signature.signatureInput());
        }
        // Nobody can know a signature of a key that was made a moment ago.
        if (signature.verify(SIGNER.verifier(), signatures)) {
            throw new AssertionError("a forgery is taken: " + signatures);
        }
        return true;
    }
}
