package io.distomon.core.view;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.topology.Cadences;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a view depends on.
 *
 * @param networkId the network
 * @param members its members; entries of others, and what is said of others, are passed over
 * @param observers who polls whom, and whose words count
 * @param cadenceSeconds how often each member says something by the config, by node id, as {@link
 *     Cadences#at} gives it; a member that is not in it is taken at its word
 * @param entries what the asker holds, by node id
 * @param asker which member asks; null for the operator, an onlooker
 * @param askerInterval how often the asker itself looks: a node's usual poll rate, the operator's mirror round. Nobody is
 *     called stale for not having been heard between two looks
 * @param unreached whom an onlooker asked in vain in its last round; empty for a member
 * @param nowNanos the asker's monotonic time, on the clock of {@link HeldEntry#seenNanos}
 */
public record ViewInput(
        String networkId,
        List<Member> members,
        Observers observers,
        Map<String, Integer> cadenceSeconds,
        Map<String, HeldEntry> entries,
        @Nullable String asker,
        Duration askerInterval,
        Set<String> unreached,
        long nowNanos) {
    public ViewInput {
        members = List.copyOf(members);
        cadenceSeconds = Map.copyOf(cadenceSeconds);
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        unreached = Set.copyOf(unreached);
    }

    /**
     * What a member sees, that runs with this config.
     *
     * @param cadences of this config, and for a while of the one before
     * @param entries what it holds, by node id
     * @param nowNanos its monotonic time
     */
    public static ViewInput ofMember(
            NetworkConfig config, Cadences cadences, Map<String, HeldEntry> entries, long nowNanos) {
        return new ViewInput(
                config.networkId(),
                config.members(),
                config.observers(),
                cadences.at(nowNanos),
                entries,
                config.nodeId(),
                config.usualPollRate(),
                Set.of(),
                nowNanos);
    }

    /** The same, asked at another moment. */
    public ViewInput at(long otherNanos) {
        return new ViewInput(
                networkId, members, observers, cadenceSeconds, entries, asker, askerInterval, unreached, otherNanos);
    }
}
