package io.distomon.node.record;

import io.distomon.core.Clock;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.Absence;
import io.distomon.core.exchange.Accounts;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.record.Account;
import io.distomon.core.record.AccountCodec;
import io.distomon.core.store.RawEntry;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one network's flight recorder tells its peers, and has them tell it, of times in which it, or one of them, was away.
 * What it tells is made on a thread of its own, for one request of a peer at a time. Safe for use by many threads.
 */
final class PeerAccounts implements Accounts {
    private static final Logger LOG = LoggerFactory.getLogger(PeerAccounts.class);

    /** So many peers are told at once at most. */
    private static final int MOST_TOLD = 8;

    /** What was made waits for the peer to ask again, but longer than this only while nobody else needs its place. */
    private static final Duration WAITS = Duration.ofSeconds(30);

    /** A peer that asks for something else is told of that so long after what it asked for before was made. */
    private static final Duration APART = Duration.ofSeconds(1);

    /** What happened until a start is written by then. */
    private static final Duration SETTLES = Duration.ofSeconds(10);

    private final String networkId;
    private final Recorder recorder;
    private final Clock clock;
    private final long askedFromNanos;

    /** By the peer who asked. Guarded by itself. */
    private final Map<String, Told> told = new HashMap<>();

    PeerAccounts(String networkId, Recorder recorder, Clock clock) {
        this.networkId = networkId;
        this.recorder = recorder;
        this.clock = clock;
        this.askedFromNanos = clock.monotonicNanos() + SETTLES.toNanos();
    }

    /**
     * What a peer asked for.
     *
     * @param sinceNanos since when it is being made, or is
     * @param isMade whether it is known what it can be told
     * @param account what that is; null while it is not known, or nothing
     */
    private record Told(
            Absence wanted,
            long sinceNanos,
            boolean isMade,
            @Nullable RawEntry account) {}

    @Override
    public Optional<Absence> wantedOf(String peer, Duration pollRate) {
        return clock.monotonicNanos() - askedFromNanos >= 0
                ? recorder.gaps().wantedOf(peer, pollRate, clock.monotonicNanos())
                : Optional.empty();
    }

    @Override
    public void told(String peer, byte[] payload, RawEntry signed) {
        Account account;
        try {
            account = AccountCodec.decode(payload);
        } catch (InvalidJsonException e) {
            LOG.warn("Network {}: {} told of the past what can't be read: {}", networkId, peer, e.getMessage());
            return;
        }
        boolean isTaken = account.networkId().equals(networkId)
                && account.teller().equals(signed.sigId())
                && recorder.gaps().told(peer, account);
        if (isTaken) {
            recorder.keep(peer, account, signed);
        } else {
            LOG.debug("Network {}: {} told of a time that it was not asked for", networkId, peer);
        }
    }

    @Override
    public void toldNothing(String peer) {
        recorder.gaps().toldNothing(peer, clock.monotonicNanos());
    }

    @Override
    public Optional<RawEntry> toldTo(String peer, Absence wanted, Signer signer, KeyMapping keys) {
        long now = clock.monotonicNanos();
        synchronized (told) {
            Told known = told.get(peer);
            if (known != null && known.wanted().equals(wanted) && !isStale(known, now)) {
                return Optional.ofNullable(known.account());
            }
            boolean isTooSoon =
                    known == null ? !isThereRoom(now) : !known.isMade() || now - known.sinceNanos() < APART.toNanos();
            if (isTooSoon) {
                return Optional.empty();
            }
            told.put(peer, new Told(wanted, now, false, null));
        }
        Thread.ofVirtual().name("tells " + peer + " of the past").start(() -> make(peer, wanted, now, signer, keys));
        return Optional.empty();
    }

    /** Later there may be something to tell. */
    private static boolean isStale(Told made, long nowNanos) {
        return made.isMade() && made.account() == null && nowNanos - made.sinceNanos() >= WAITS.toNanos();
    }

    private boolean isThereRoom(long nowNanos) {
        if (told.size() < MOST_TOLD) {
            return true;
        }
        Optional<String> oldest = told.entrySet().stream()
                .filter(one ->
                        one.getValue().isMade() && nowNanos - one.getValue().sinceNanos() >= WAITS.toNanos())
                .min(Comparator.comparingLong(one -> one.getValue().sinceNanos()))
                .map(Map.Entry::getKey);
        oldest.ifPresent(told::remove);
        return oldest.isPresent();
    }

    private void make(String peer, Absence wanted, long sinceNanos, Signer signer, KeyMapping keys) {
        Optional<RawEntry> account = Optional.empty();
        try {
            account = recorder.account(wanted, signer, keys);
        } catch (Recorder.UnavailableException e) {
            LOG.debug("Network {}: {} can't be told of the past yet: {}", networkId, peer, e.getMessage());
        }
        Told made = new Told(wanted, clock.monotonicNanos(), true, account.orElse(null));
        synchronized (told) {
            told.computeIfPresent(peer, (id, asked) -> asked.sinceNanos() == sinceNanos ? made : asked);
        }
    }
}
