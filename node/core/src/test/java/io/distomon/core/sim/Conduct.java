package io.distomon.core.sim;

import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What a node signs, compared with what its monitors found; everything else it does as it should. */
@FunctionalInterface
interface Conduct {
    /** It signs what it found. */
    Conduct HONEST = (found, nowMicros) -> found;

    /** Some are offline, and have been for an hour. */
    static Conduct slander(Set<String> victims, long sinceMicros) {
        return (found, nowMicros) -> accusing(found, victims, sinceMicros - 3_600_000_000L);
    }

    /** Some are offline, each time for another reason: whoever has answered that is to answer again. */
    static Conduct accuse(Set<String> victims) {
        return (found, nowMicros) -> accusing(found, victims, nowMicros);
    }

    /** It will be silent for an hour. */
    static Conduct claimAnHour() {
        return (found, nowMicros) -> new NodeData(
                        found.dateMicros(),
                        found.pingData(),
                        found.nodeId(),
                        found.version(),
                        found.networkId(),
                        3600,
                        found.boot(),
                        found.configDigest(),
                        found.leaving())
                .answering(found.answers());
    }

    /** What {@code nowMicros} its clock shows and what it found make of its next entry. */
    NodeData says(NodeData found, long nowMicros);

    private static NodeData accusing(NodeData found, Set<String> victims, long sinceMicros) {
        Map<String, PingData> pings = new LinkedHashMap<>(found.pingData());
        victims.forEach(id -> pings.put(id, new PingData(PingStatus.OFFLINE, 0, 0, sinceMicros, "timeout")));
        pings.remove(found.nodeId());
        return new NodeData(
                        found.dateMicros(),
                        pings,
                        found.nodeId(),
                        found.version(),
                        found.networkId(),
                        found.intervalSeconds(),
                        found.boot(),
                        found.configDigest(),
                        found.leaving())
                .answering(found.answers());
    }
}
