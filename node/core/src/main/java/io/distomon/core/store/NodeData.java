package io.distomon.core.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
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
 * @param answers of every node whose held entry calls this one offline, since when it does, as it says itself,
 *     microseconds since the epoch: the accused is alive and has heard of it
 * @param keysDigest digest of the ids and keys alone that the node runs with: the same where members are reached at other
 *     addresses; absent in what versions before said
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
        boolean leaving,
        Map<String, Long> answers,
        @Nullable String keysDigest) {
    public NodeData {
        pingData = Collections.unmodifiableMap(new LinkedHashMap<>(pingData));
        answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
    }

    /** What a node says that nobody calls offline, and that does not tell which keys it verifies with. */
    public NodeData(
            long dateMicros,
            Map<String, PingData> pingData,
            String nodeId,
            String version,
            String networkId,
            double intervalSeconds,
            @Nullable String boot,
            @Nullable String configDigest,
            boolean leaving) {
        this(
                dateMicros,
                pingData,
                nodeId,
                version,
                networkId,
                intervalSeconds,
                boot,
                configDigest,
                leaving,
                Map.of(),
                null);
    }

    /** The same, by a node that verifies with these keys. */
    public NodeData verifyingWith(String digestOfKeys) {
        return with(dateMicros, pingData, answers, digestOfKeys);
    }

    /** The same, with these answers. */
    public NodeData answering(Map<String, Long> accusers) {
        return with(dateMicros, pingData, accusers, keysDigest);
    }

    /** The same, said at another moment. */
    public NodeData at(long micros) {
        return with(micros, pingData, answers, keysDigest);
    }

    /** The same without loss and jitter of the links. */
    public NodeData withoutMeasures() {
        return withEach(PingData::withoutMeasures);
    }

    /** The same without which links are worse than they may be. */
    public NodeData withoutBreaches() {
        return withEach(PingData::withoutBreaches);
    }

    /** The same without why polls failed. */
    public NodeData withoutErrors() {
        return withEach(PingData::withoutError);
    }

    private NodeData withEach(UnaryOperator<PingData> change) {
        Map<String, PingData> changed = new LinkedHashMap<>(pingData);
        changed.replaceAll((target, ping) -> change.apply(ping));
        return with(dateMicros, changed, answers, keysDigest);
    }

    private NodeData with(
            long otherDate,
            Map<String, PingData> otherPings,
            Map<String, Long> otherAnswers,
            @Nullable String otherKeysDigest) {
        return new NodeData(
                otherDate,
                otherPings,
                nodeId,
                version,
                networkId,
                intervalSeconds,
                boot,
                configDigest,
                leaving,
                otherAnswers,
                otherKeysDigest);
    }
}
