package io.distomon.core.exchange;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.store.RawEntry;
import java.time.Duration;
import java.util.Optional;

/**
 * What members tell each other, along with their exchanges, of the time in which one of them was away. An account is
 * signed like an entry, and is none: no store takes it. Every method is called on the threads that handle messages, by
 * many at once, and waits for nothing.
 */
public interface Accounts {
    /** Of a node that records nothing. */
    Accounts NONE = new Accounts() {
        @Override
        public Optional<Absence> wantedOf(String peer, Duration pollRate) {
            return Optional.empty();
        }

        @Override
        public void told(String peer, byte[] account, RawEntry signed) {
            // Nobody asked for it.
        }

        @Override
        public void toldNothing(String peer) {
            // Likewise.
        }

        @Override
        public Optional<RawEntry> toldTo(String peer, Absence wanted, Signer signer, KeyMapping keys) {
            return Optional.empty();
        }
    };

    /** What the next request to a peer asks for, which is polled as often. */
    Optional<Absence> wantedOf(String peer, Duration pollRate);

    /**
     * Takes what a peer's answer brought, which nobody has read yet.
     *
     * @param signed the same with the signature of the member who recorded it, which a key of it made: the peer, or one who
     *     told the peer
     */
    void told(String peer, byte[] account, RawEntry signed);

    /** Takes note that an answer that counts brought nothing of the kind. */
    void toldNothing(String peer);

    /**
     * What the answer to a peer that asks brings; empty when there is nothing, or not yet: it asks again.
     *
     * @param signer signs what this node recorded itself
     * @param keys of what others recorded only what these vouch for is passed on
     */
    Optional<RawEntry> toldTo(String peer, Absence wanted, Signer signer, KeyMapping keys);
}
