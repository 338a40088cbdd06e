package io.distomon.core.view;

import io.distomon.core.config.Member;
import io.distomon.core.store.HeldEntry;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a view depends on.
 *
 * @param networkId the network
 * @param members its members; entries of others, and what is said of others, are passed over
 * @param entries what the asker holds, by node id
 * @param asker which member asks; null for the operator, who is none
 * @param askerInterval how often the asker itself looks: a node's usual poll rate, the operator's mirror round. Nobody is
 *     called stale for not having been heard between two looks
 * @param nowNanos the asker's monotonic time, on the clock of {@link HeldEntry#seenNanos}
 */
public record ViewInput(
        String networkId,
        List<Member> members,
        Map<String, HeldEntry> entries,
        @Nullable String asker,
        Duration askerInterval,
        long nowNanos) {
    public ViewInput {
        members = List.copyOf(members);
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
}
