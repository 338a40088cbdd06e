package io.distomon.operator.keys;

import io.distomon.core.crypto.Verifier;

/** What a Secret with the name of a key turned out to be. */
public sealed interface KeyReading {
    /**
     * The node's private key. Only its public half is told.
     *
     * @param nodeId whose it is
     * @param generation which of the node's keys, from 1
     * @param secretName where it is
     * @param publicKey what verifies what the node signs with it
     */
    record Held(String nodeId, int generation, String secretName, Verifier publicKey) implements KeyReading {}

    /**
     * Something else, which must not be used and not be overwritten.
     *
     * @param message a sentence that names the Secret, what was found and what was expected; never key material
     */
    record Mismatch(String message) implements KeyReading {}
}
