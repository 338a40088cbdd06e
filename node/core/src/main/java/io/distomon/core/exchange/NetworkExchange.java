package io.distomon.core.exchange;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.Signer;
import io.distomon.core.store.Advance;
import io.distomon.core.store.MergeResult;
import io.distomon.core.store.News;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Cadences;
import io.distomon.core.topology.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One network of this node, as both sides of an exchange need it: who we are in it, its store, and what is remembered of
 * each peer. Safe for use by many threads: config and key are swapped as one, and each message is handled with the pair
 * that it found.
 */
public final class NetworkExchange {
    /** For so long after it was taken in, an entry that all wait for is always brought; then it goes like any other. */
    static final Duration URGENT = Duration.ofSeconds(3);

    private final SharedStore store;
    private final Consumer<List<Advance>> news;
    private final Map<String, Peer> peers = new ConcurrentHashMap<>();

    /** Those entries, by signer, that say something that others act upon at once. */
    private final Map<String, Urgent> urgent = new ConcurrentHashMap<>();

    private volatile Identity identity;
    private volatile Cadences cadences;
    private volatile Accounts accounts = Accounts.NONE;

    /**
     * @param config the network, with our own node id
     * @param signer our key in it
     * @param store its store, with the same keys
     * @param news told what new entries a message brought, on the thread that handles the message
     */
    public NetworkExchange(NetworkConfig config, Signer signer, SharedStore store, Consumer<List<Advance>> news) {
        this.identity = new Identity(config, signer);
        this.cadences = Cadences.of(config.observers());
        this.store = store;
        this.news = news;
        if (!store.networkId().equals(config.networkId())) {
            throw new IllegalArgumentException(
                    "found the store of %s, expected that of %s".formatted(store.networkId(), config.networkId()));
        }
    }

    /**
     * An entry that all wait for.
     *
     * @param dateMicros its own
     * @param tookNanos when we took it in, on our monotonic clock
     */
    private record Urgent(long dateMicros, long tookNanos) {}

    /** Who we are at one moment. */
    record Identity(NetworkConfig config, Signer signer) {
        Identity {
            if (!signer.nodeId().equals(config.nodeId())) {
                throw new IllegalArgumentException(
                        "found the key of %s, expected that of %s".formatted(signer.nodeId(), config.nodeId()));
            }
        }

        String networkId() {
            return config.networkId();
        }

        String nodeId() {
            return config.nodeId();
        }
    }

    /** The config that is valid now. */
    public NetworkConfig config() {
        return identity.config();
    }

    /** How often each member says something by the config. */
    public Cadences cadences() {
        return cadences;
    }

    public SharedStore store() {
        return store;
    }

    /**
     * Goes on with a changed config. What no valid key of a member vouches for any more leaves the store, and what was
     * remembered of removed members is forgotten: all but the nonces of requests that could come once more, should the
     * member be added again.
     *
     * @param config of the same network and for the same node; for another, make another exchange
     * @param now when it changed
     */
    public void reload(NetworkConfig config, Signer signer, Moment now) {
        Identity next = new Identity(config, signer);
        if (!config.networkId().equals(identity.networkId()) || !config.nodeId().equals(identity.nodeId())) {
            throw new IllegalArgumentException("found %s in %s, expected %s in %s"
                    .formatted(config.nodeId(), config.networkId(), identity.nodeId(), identity.networkId()));
        }
        identity = next;
        cadences = cadences.changed(config.observers(), now.monotonicNanos());
        store.rekey(config.keys());
        urgent.keySet().retainAll(config.keys().keys().keySet());
        peers.entrySet()
                .removeIf(peer -> !config.keys().contains(peer.getKey())
                        && peer.getValue().forget(now));
        peers.values().forEach(peer -> peer.holdsOnly(config.keys().keys().keySet()));
    }

    /** Has this network's peers tell, and be told, what happened while one of them was away; nobody does before. */
    public void tellBy(Accounts told) {
        accounts = told;
    }

    Accounts accounts() {
        return accounts;
    }

    /** What a member has signed with a key that is valid now; empty when it has not. */
    Optional<byte[]> verified(RawEntry signed) {
        return signed.verified(config().keys());
    }

    /** How far the clock of a peer is ahead of ours; empty before the first exchange. */
    public Optional<ClockOffset> clockOffset(String nodeId) {
        return Optional.ofNullable(peers.get(nodeId)).flatMap(Peer::offset);
    }

    /** How much is remembered of each peer. */
    Map<String, Peer.Kept> kept() {
        Map<String, Peer.Kept> kept = new HashMap<>();
        peers.forEach((id, peer) -> kept.put(id, peer.kept()));
        return kept;
    }

    Identity identity() {
        return identity;
    }

    /** What is remembered of a member; of anybody else, a blank that is forgotten at once. */
    Peer peer(String nodeId) {
        return config().keys().contains(nodeId) ? peers.computeIfAbsent(nodeId, id -> new Peer()) : new Peer();
    }

    /** Takes in the entries of a message of a peer that has passed all checks. */
    MergeResult merge(String nodeId, RawEntries entries, Moment arrived) {
        Peer peer = peer(nodeId);
        peer.spoke(arrived.monotonicNanos());
        MergeResult merged = store.merge(entries, peer.patience(arrived.monotonicNanos()));
        if (!merged.advances().isEmpty()) {
            merged.advances().forEach(advance -> remember(advance, arrived.monotonicNanos()));
            news.accept(merged.advances());
        }
        return merged;
    }

    private void remember(Advance advance, long nowNanos) {
        News news = News.of(advance);
        if (news.accused().isEmpty() && news.answered().isEmpty()) {
            urgent.remove(advance.signer());
        } else {
            urgent.put(advance.signer(), new Urgent(advance.now().data().dateMicros(), nowNanos));
        }
    }

    private boolean isUrgent(SignedNodeData entry, long nowNanos) {
        Urgent of = urgent.get(entry.raw().sigId());
        return of != null
                && of.dateMicros() == entry.data().dateMicros()
                && nowNanos - of.tookNanos() <= URGENT.toNanos();
    }

    /** Remembers what a peer holds that asks us. */
    void asked(String nodeId, Map<String, Long> have) {
        peer(nodeId).have(ofMembers(have));
    }

    /** Remembers what a peer holds that answers us. */
    void answered(String nodeId, Map<String, Long> have) {
        Map<String, Long> known = ofMembers(have);
        peer(nodeId)
                .answered(
                        known,
                        store.newerThan(known).stream()
                                .map(entry -> entry.raw().sigId())
                                .collect(Collectors.toUnmodifiableSet()));
    }

    /** As far as it concerns members: a peer can't fill our memory with made-up names. */
    private Map<String, Long> ofMembers(Map<String, Long> have) {
        Map<String, Long> known = new HashMap<>(have);
        known.keySet().removeIf(id -> !config().keys().contains(id));
        return Map.copyOf(known);
    }

    /**
     * Remembers what a peer will hold once our answer is there. Should it get lost, the peer's next message says so.
     *
     * @param entries among which what was sent is found
     */
    void sent(String nodeId, List<SignedNodeData> entries, RawEntries sent) {
        peer(nodeId).sent(dates(entries, sent));
    }

    /**
     * What a request to a peer is to bring: what it is not known to hold, but for what it hears from others, as {@link
     * Hearsay} tells. An entry that it signed itself is not left out for that: its next one must be newer (exchange.md,
     * R9), and others need not hold it. Nor is what all wait for (M7): who newly accuses somebody, or answers. A first
     * failure its signer tells, and who hears of it and fails too tells that. While nothing is known of the peer, or
     * nothing since two poll intervals, our own entry, its own and what all wait for, and nothing else, as it may hold the
     * rest.
     */
    List<SignedNodeData> toPush(String nodeId, long nowNanos) {
        String own = config().nodeId();
        Peer peer = peer(nodeId);
        boolean isKnown = peer.hasSpoken(nowNanos, lately(nodeId));
        List<SignedNodeData> lacking =
                new ArrayList<>(store.newerThan(peer.have().orElse(Map.of())));
        Map<String, Long> thirdParties = new HashMap<>();
        for (SignedNodeData entry : lacking) {
            String signer = entry.raw().sigId();
            if (!signer.equals(own) && !signer.equals(nodeId) && !isUrgent(entry, nowNanos)) {
                thirdParties.put(signer, entry.data().dateMicros());
            }
        }
        if (!isKnown) {
            lacking.removeIf(entry -> thirdParties.containsKey(entry.raw().sigId()));
            thirdParties.clear();
        }
        Set<String> leftOut = peer.request(thirdParties);
        lacking.removeIf(entry -> leftOut.contains(entry.raw().sigId()));
        return Collections.unmodifiableList(lacking);
    }

    private Duration lately(String nodeId) {
        return pollRate(nodeId).multipliedBy(2);
    }

    /** How often a peer is polled. */
    Duration pollRate(String nodeId) {
        return config().member(nodeId).map(Member::pollRate).orElse(Member.DEFAULT_POLL_RATE);
    }

    /** Remembers what a request brings a peer, as {@link #sent} does for an answer. */
    void pushed(String nodeId, List<SignedNodeData> entries, RawEntries sent) {
        peer(nodeId).pushed(dates(entries, sent));
    }

    private static Map<String, Long> dates(List<SignedNodeData> entries, RawEntries sent) {
        Map<String, Long> dates = new HashMap<>();
        for (SignedNodeData entry : entries) {
            if (sent.wellFormed().containsKey(entry.raw().sigId())) {
                dates.put(entry.raw().sigId(), entry.data().dateMicros());
            }
        }
        return dates;
    }
}
