package io.distomon.core.exchange;

import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.crypto.Verifier;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a request's head shows. */
public sealed interface Admission {
    /** The answer, whatever the body: don't read it. Nothing of it is signed. */
    record Refused(HttpAnswer answer) implements Admission {}

    /**
     * The head is signed by a member: read the body, then call {@link Receiver#answer}; unless the head already shows
     * how it will be refused, then {@link Receiver#refuse}. Takes one of its sender's places, and room for its body,
     * until it is answered or closed; close it when the body doesn't come.
     */
    final class Admitted implements Admission, AutoCloseable {
        final NetworkExchange network;
        final NetworkExchange.Identity identity;
        final MessageSignature.OfRequest signature;
        final Verifier key;
        final Peer peer;
        final HttpFields fields;
        final Optional<Refusal> foreseen;
        final long sinceNanos;
        private final Runnable leave;
        private final AtomicBoolean left = new AtomicBoolean();
        private volatile boolean proven;

        Admitted(
                NetworkExchange network,
                NetworkExchange.Identity identity,
                MessageSignature.OfRequest signature,
                Verifier key,
                Peer peer,
                HttpFields fields,
                Expected expected,
                long sinceNanos) {
            this.network = network;
            this.identity = identity;
            this.signature = signature;
            this.key = key;
            this.peer = peer;
            this.fields = fields;
            this.foreseen = expected.foreseen();
            this.leave = expected.leave();
            this.sinceNanos = sinceNanos;
        }

        /**
         * What was decided by the head.
         *
         * @param foreseen how it will be refused
         * @param leave gives back what it was given
         */
        record Expected(Optional<Refusal> foreseen, Runnable leave) {
            static Expected refused(Refusal why) {
                return new Expected(Optional.of(why), () -> {});
            }
        }

        /** Who sends. */
        public String sender() {
            return signature.nodeId();
        }

        /**
         * Whether the body may be taken. Of another nothing but its digest is wanted: it must not be kept, as anybody who
         * once recorded a head can send it again, as often as they like.
         */
        public boolean wantsBody() {
            return foreseen.isEmpty();
        }

        /** In which network. */
        public String networkId() {
            return identity.networkId();
        }

        /** Whether it has turned out to come from its sender, not from somebody who recorded it. */
        public boolean isProven() {
            return proven;
        }

        void prove() {
            proven = true;
        }

        /** Gives the sender's place back. Closing again does nothing. */
        @Override
        public void close() {
            if (left.compareAndSet(false, true)) {
                leave.run();
            }
        }
    }
}
