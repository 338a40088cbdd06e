package io.distomon.operator.reconcile;

import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.KeySecret;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one network from one pass to the next; the next start finds it out anew. A network has one pass at a
 * time, so that this needs no lock; who asks how a network stands meanwhile may read what is volatile.
 */
final class Remembered {
    private final String uid;
    private final Map<String, Applied> applied = new HashMap<>();
    private final Map<String, ReadKey> keys = new HashMap<>();
    private final Map<String, ReadReference> references = new HashMap<>();
    private final Map<String, Long> unsettledSince = new HashMap<>();
    private final Set<String> restartedWhileDown = new HashSet<>();

    private volatile @Nullable Network lastGood;
    private volatile @Nullable Instant oldestKey;
    private @Nullable Long leavingSince;
    private @Nullable Long statusWritten;
    private Set<String> lastAvailable = Set.of();
    private int failedPasses;

    /** @param uid of the resource; one made again under the same name is another network */
    Remembered(String uid) {
        this.uid = uid;
    }

    /** A child as it was asked for, and what tells whether it has changed since the API server took that. */
    private record Applied(HasMetadata desired, State state) {}

    /** What changes of an object when somebody changes what was applied to it, and not when its status changes. */
    private record State(String uid, Object version, Map<String, String> labels, List<?> owners) {
        static State of(HasMetadata child) {
            ObjectMeta metadata = child.getMetadata();
            // What has a status has a generation, which that does not change.
            Object version = metadata.getGeneration() == null
                    ? Objects.requireNonNullElse(metadata.getResourceVersion(), "")
                    : metadata.getGeneration();
            return new State(
                    Objects.requireNonNullElse(metadata.getUid(), ""),
                    version,
                    Map.copyOf(metadata.getLabels()),
                    List.copyOf(metadata.getOwnerReferences()));
        }
    }

    private record ReadKey(@Nullable String resourceVersion, KeyReading reading) {}

    /**
     * A Secret of somebody else's as it was read last.
     *
     * @param secret null when there was none
     * @param entries what was looked for in it; of all else it is not known whether it has that
     * @param nanos when
     */
    record ReadReference(@Nullable Secret secret, Set<String> entries, long nanos) {
        ReadReference {
            entries = Set.copyOf(entries);
        }
    }

    boolean isOf(String resourceUid) {
        return uid.equals(resourceUid);
    }

    /** The API server holds {@code actual}, and that is what it makes of {@code desired}. */
    void took(HasMetadata desired, HasMetadata actual) {
        applied.put(name(actual), new Applied(desired, State.of(actual)));
    }

    /** Whether {@code actual} is still what the API server made of {@code desired}. */
    boolean isTaken(HasMetadata desired, HasMetadata actual) {
        Applied last = applied.get(name(actual));
        return last != null
                && last.state().equals(State.of(actual))
                && last.desired().equals(desired);
    }

    void forget(HasMetadata deleted) {
        applied.remove(name(deleted));
        keys.remove(deleted.getMetadata().getName());
    }

    /** {@link KeySecret#read}, once for each version of a Secret. */
    KeyReading key(Network network, String nodeId, Secret secret) {
        String version = secret.getMetadata().getResourceVersion();
        ReadKey known = keys.get(secret.getMetadata().getName());
        if (known == null || version == null || !version.equals(known.resourceVersion())) {
            known = new ReadKey(version, KeySecret.read(network, nodeId, secret));
            keys.put(secret.getMetadata().getName(), known);
        }
        return known.reading();
    }

    /** What was read last of a Secret of somebody else's; null when it never was. */
    @Nullable
    ReadReference reference(String secretName) {
        return references.get(secretName);
    }

    void wasRead(String secretName, ReadReference reference) {
        references.put(secretName, reference);
    }

    /** All other Secrets are nobody's business any more. */
    void keepReferences(Set<String> secretNames) {
        references.keySet().retainAll(secretNames);
    }

    /** Of all other nodes nothing is remembered: one that comes back has just come. */
    void keepNodes(Set<String> nodeIds) {
        unsettledSince.keySet().retainAll(nodeIds);
        restartedWhileDown.retainAll(nodeIds);
    }

    /** Tells whether a node is at work, now. */
    void seen(String nodeId, boolean settled, long nowNanos) {
        if (settled) {
            unsettledSince.remove(nodeId);
            restartedWhileDown.remove(nodeId);
        } else {
            unsettledSince.putIfAbsent(nodeId, nowNanos);
        }
    }

    /** A node that was not at work restarts with another spec: that spec is not why. */
    void restartedWhileDown(String nodeId) {
        restartedWhileDown.add(nodeId);
    }

    boolean wasRestartedWhileDown(String nodeId) {
        return restartedWhileDown.contains(nodeId);
    }

    /** How long a node has not been at work; zero when it is, or has never been seen. */
    Duration unsettledFor(String nodeId, long nowNanos) {
        Long since = unsettledSince.get(nodeId);
        return since == null ? Duration.ZERO : Duration.ofNanos(nowNanos - since);
    }

    /** When the next node will have been away from work for longer than {@code patience}; empty when none will. */
    Optional<Duration> lateIn(Duration patience, long nowNanos) {
        return unsettledSince.values().stream()
                .map(since -> patience.minusNanos(nowNanos - since))
                .filter(left -> !left.isNegative())
                .min(Comparator.naturalOrder())
                .map(left -> left.plusMillis(1));
    }

    @Nullable
    Network lastGood() {
        return lastGood;
    }

    void isGood(Network network) {
        lastGood = network;
    }

    /** When the oldest of the keys was made that the nodes run with; null while none is known. */
    @Nullable
    Instant oldestKey() {
        return oldestKey;
    }

    /** @param secrets those with the keys that the nodes run with */
    void runsWith(Stream<Secret> secrets) {
        oldestKey = secrets.map(secret -> secret.getMetadata().getCreationTimestamp())
                .map(Instant::parse)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** How long children of a predecessor have been in the way; zero when there are none. */
    Duration leavingFor(boolean leaving, long nowNanos) {
        if (!leaving) {
            leavingSince = null;
            return Duration.ZERO;
        }
        if (leavingSince == null) {
            leavingSince = nowNanos;
        }
        return Duration.ofNanos(nowNanos - leavingSince);
    }

    /** Tells which nodes are available now; whether there are some that were not. */
    boolean gains(Set<String> available) {
        boolean more = !lastAvailable.containsAll(available);
        lastAvailable = Set.copyOf(available);
        return more;
    }

    /** How many passes in a row have failed in part. */
    int failedPasses() {
        return failedPasses;
    }

    void passed(boolean whole) {
        failedPasses = whole ? 0 : failedPasses + 1;
    }

    void wroteStatus(long nowNanos) {
        statusWritten = nowNanos;
    }

    /** How long it is since a status was written; null when none was. */
    @Nullable
    Duration sinceStatus(long nowNanos) {
        return statusWritten == null ? null : Duration.ofNanos(nowNanos - statusWritten);
    }

    private static String name(HasMetadata child) {
        return child.getKind() + "/" + child.getMetadata().getName();
    }
}
