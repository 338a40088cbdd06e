package io.distomon.core.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one node says of itself and of the others at one moment: the signed content of an entry.
 *
 * @param dateMicros when it was said, microseconds since the epoch; grows with each entry of a node
 * @param pingData node id to how this node sees it
 * @param nodeId who says it
 * @param version the software's version
 * @param networkId the network it is said in
 * @param intervalSeconds the next entry comes after this at the latest, 1 to 3600
 * @param boot an id that is new at every start of the process; two at once mean two processes with one key
 * @param configDigest digest of the network's config that the node runs with
 * @param leaving the node announces that it stops on purpose
 */
public record NodeData(
        long dateMicros,
        Map<String, PingData> pingData,
        String nodeId,
        String version,
        String networkId,
        double intervalSeconds,
        @Nullable String boot,
        @Nullable String configDigest,
        boolean leaving) {
    public NodeData {
        pingData = Collections.unmodifiableMap(new LinkedHashMap<>(pingData));
    }

    /** The same, said at another moment. */
    public NodeData at(long micros) {
        return new NodeData(micros, pingData, nodeId, version, networkId, intervalSeconds, boot, configDigest, leaving);
    }
}
