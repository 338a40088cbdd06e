package io.distomon.core.exchange;

import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.crypto.Verifier;

/** What a request's head shows. */
public sealed interface Admission {
    /** The answer, whatever the body: don't read it. Nothing of it is signed. */
    record Refused(HttpAnswer answer) implements Admission {}

    /**
     * The head is signed by a member: read the body, then call {@link Receiver#answer}. Takes one of its sender's places
     * until it is answered or closed; close it when the body doesn't come.
     */
    final class Admitted implements Admission, AutoCloseable {
        final NetworkExchange network;
        final NetworkExchange.Identity identity;
        final MessageSignature.OfRequest signature;
        final Verifier key;
        final boolean withinLimit;
        final long sinceNanos;

        Admitted(
                NetworkExchange network,
                NetworkExchange.Identity identity,
                MessageSignature.OfRequest signature,
                Verifier key,
                boolean withinLimit,
                long sinceNanos) {
            this.network = network;
            this.identity = identity;
            this.signature = signature;
            this.key = key;
            this.withinLimit = withinLimit;
            this.sinceNanos = sinceNanos;
        }

        /** Who sends. */
        public String sender() {
            return signature.nodeId();
        }

        /** In which network. */
        public String networkId() {
            return identity.networkId();
        }

        /** Gives the sender's place back. Closing again does nothing. */
        @Override
        public void close() {
            network.peer(sender()).leave(signature.nonce(), sinceNanos);
        }
    }
}
