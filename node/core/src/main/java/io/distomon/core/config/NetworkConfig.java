package io.distomon.core.config;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Sha256;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.threshold.Thresholds;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import io.distomon.core.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A network as one of its nodes knows it. Immutable; a change of the files makes a new one.
 *
 * @param networkId the network
 * @param nodeId which of the members we are
 * @param members all members in the file's order, ourselves included
 * @param keys the valid public keys of the members
 * @param topology who polls whom
 * @param thresholds how slow and lossy links may be; not in the digest, as nobody has to agree: who judges signs by what
 * @param observers who polls whom by the topology
 * @param digest what {@link #digestOf} makes of the above: equal on all nodes that run with the same config
 * @param keysDigest what {@link #keysDigestOf} makes of the keys
 * @param warnings what was found odd but survivable, each naming file, place and key
 */
public record NetworkConfig(
        String networkId,
        String nodeId,
        List<Member> members,
        KeyMapping keys,
        Topology topology,
        Thresholds thresholds,
        Observers observers,
        String digest,
        String keysDigest,
        List<String> warnings) {
    private static final int KEYS_DIGEST_BYTES = 8;

    public NetworkConfig {
        members = List.copyOf(members);
        warnings = List.copyOf(warnings);
    }

    /** A config with the default topology. */
    public static NetworkConfig of(
            String networkId, String nodeId, List<Member> members, KeyMapping keys, List<String> warnings) {
        return of(networkId, nodeId, members, keys, Topology.DEFAULT, warnings);
    }

    /** A config without thresholds. */
    public static NetworkConfig of(
            String networkId,
            String nodeId,
            List<Member> members,
            KeyMapping keys,
            Topology topology,
            List<String> warnings) {
        return of(networkId, nodeId, members, keys, topology, Thresholds.NONE, warnings);
    }

    /** A config with what follows from its parts computed. */
    public static NetworkConfig of(
            String networkId,
            String nodeId,
            List<Member> members,
            KeyMapping keys,
            Topology topology,
            Thresholds thresholds,
            List<String> warnings) {
        return new NetworkConfig(
                networkId,
                nodeId,
                members,
                keys,
                topology,
                thresholds,
                topology.observers(networkId, members),
                digestOf(networkId, members, keys, topology),
                keysDigestOf(networkId, keys),
                warnings);
    }

    /** Whom we poll by the topology, in the file's order. */
    public List<Member> polled() {
        return observers.polledBy(nodeId);
    }

    /**
     * How often nodes are usually polled: half of those with a url are polled as rarely, or more rarely, or half of those
     * that we poll, whichever is longer. A few that are polled more often don't change how long news of all the others
     * are under way. How often we speak ourselves would not do instead: a node that is polled often makes those who poll it
     * speak often, though all others hear them by rarer polls (in simulated worlds with mixed rates, one poll rate in four
     * an eighth of the others, healthy nodes were called silent then).
     */
    public Duration usualPollRate() {
        return usualPollRate(members, polled());
    }

    static Duration usualPollRate(List<Member> members, List<Member> polled) {
        Duration everywhere =
                middle(members.stream().filter(member -> member.url() != null).toList());
        Duration here = polled.isEmpty() ? everywhere : middle(polled);
        return everywhere.compareTo(here) > 0 ? everywhere : here;
    }

    private static Duration middle(List<Member> members) {
        List<Duration> rates = members.stream().map(Member::pollRate).sorted().toList();
        return rates.isEmpty() ? Member.DEFAULT_POLL_RATE : rates.get(rates.size() / 2);
    }

    /** The same config with other warnings. */
    NetworkConfig withWarnings(List<String> others) {
        return new NetworkConfig(
                networkId, nodeId, members, keys, topology, thresholds, observers, digest, keysDigest, others);
    }

    /** The same config with one warning more. */
    public NetworkConfig withWarning(String warning) {
        List<String> more = new ArrayList<>(warnings);
        more.add(warning);
        return withWarnings(more);
    }

    /** The member with this id. */
    public Optional<Member> member(String id) {
        return members.stream().filter(member -> member.nodeId().equals(id)).findFirst();
    }

    /**
     * SHA-256, as lower-case hex, over everything that peers must agree on: the network's id and each member's id, url,
     * poll rate, retry limit, key fingerprints and retry interval if it has one, and the topology unless it is the default
     * one. Neither the order and layout of files nor who asks changes it.
     */
    public static String digestOf(String networkId, List<Member> members, KeyMapping keys, Topology topology) {
        String canonical = members.stream()
                .sorted(Comparator.comparing(Member::nodeId))
                .map(member -> "\n%s\t%s\t%s\t%s\t%s%s"
                        .formatted(
                                member.nodeId(),
                                member.url() == null ? "-" : member.url(),
                                member.pollRate().toNanos(),
                                member.retry(),
                                fingerprints(keys.of(member.nodeId())),
                                shown(member.retryInterval())))
                .collect(Collectors.joining("", "distomon-config-1\n" + networkId + shown(topology), "\n"));
        return Sha256.hex(canonical);
    }

    /**
     * The first 64 bits of SHA-256, as lower-case hex, over the network's id and each member's id and key fingerprints: who
     * may sign, without where anybody is reached. So nodes that reach others at other addresses tell whose new key they
     * have. The order of files does not change it.
     */
    public static String keysDigestOf(String networkId, KeyMapping keys) {
        String canonical = keys.keys().keySet().stream()
                .sorted()
                .map(id -> "\n" + id + "\t" + fingerprints(keys.of(id)))
                .collect(Collectors.joining("", "distomon-keys-1\n" + networkId, "\n"));
        return HexFormat.of().formatHex(Sha256.of(canonical), 0, KEYS_DIGEST_BYTES);
    }

    private static String fingerprints(List<Verifier> keys) {
        return keys.stream().map(Verifier::fingerprint).sorted().collect(Collectors.joining(","));
    }

    private static String shown(Topology topology) {
        return topology.equals(Topology.DEFAULT) ? "" : "\t%s\t%s".formatted(topology.mode(), topology.degree());
    }

    private static String shown(@Nullable Duration retryInterval) {
        return retryInterval == null ? "" : "\t" + retryInterval.toNanos();
    }
}
