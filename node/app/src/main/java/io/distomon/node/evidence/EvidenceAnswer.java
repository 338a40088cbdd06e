package io.distomon.node.evidence;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.distomon.core.Identifier;
import io.distomon.core.config.NetworkReader;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.RawEntry;
import io.distomon.core.text.ForeignText;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.core.view.Evidence;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link Evidence} as JSON: an answer's {@code evidence}. Only {@code entries} and {@code equivocations} are signed.
 *
 * @param format {@value #FORMAT}; raised when form, verdicts or words change so that what was kept would no longer fit
 * @param askedAt when, by the asker's clock
 * @param askerInterval how often the asker itself polls, seconds
 * @param configDigest of topology, members and keys, as the asker runs with them
 * @param topology auto, full or sparse
 * @param degree how many observers each has when it is sparse
 * @param cadenceSeconds how often each member says something by the config, as the asker granted it
 * @param entries what the asker held, byte for byte as it was signed
 * @param seenSecondsAgo for each entry, how long before {@code asked_at} its date had last advanced at the asker
 * @param processSecondsAgo for each entry, how long before that the asker had met the process that signed it
 * @param offlineSecondsAgo for each entry that calls others offline, by these: for how long it had when it was asked
 * @param equivocations for each node that signed two entries of one date, the two
 */
public record EvidenceAnswer(
        int format,
        String networkId,
        @JsonSetter(nulls = Nulls.SET) @Nullable String asker,
        String askedAt,
        double askerInterval,
        String configDigest,
        String topology,
        int degree,
        List<MemberAnswer> members,
        Map<String, Integer> cadenceSeconds,
        Map<String, RawEntry> entries,
        Map<String, Double> seenSecondsAgo,
        Map<String, Double> processSecondsAgo,
        Map<String, Map<String, Double>> offlineSecondsAgo,
        Map<String, List<RawEntry>> equivocations) {
    /** The form that is written and read here. */
    public static final int FORMAT = 2;

    private static final double NANOS_IN_SECOND = 1e9;

    /** Three centuries, seconds: nearly what nanoseconds in 64 bits hold. */
    private static final double MAX_SECONDS_AGO = 9e9;

    private static final double MAX_INTERVAL_SECONDS = 1e6;
    private static final int MAX_CADENCE_SECONDS = 3600;
    private static final int MAX_URL_LENGTH = 1024;
    private static final int MAX_RETRY = 1_000_000;

    /**
     * A member as the config has it.
     *
     * @param url null for a passive one
     * @param pollRate seconds
     * @param retryInterval seconds; null where the config gives none
     */
    public record MemberAnswer(
            String nodeId,
            @JsonSetter(nulls = Nulls.SET) @Nullable String url,
            double pollRate,
            int retry,
            @JsonSetter(nulls = Nulls.SET) @Nullable Double retryInterval) {}

    /** Why this is no evidence. The message names the place, what was found and expected. */
    public static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1;

        UnusableException(String place, String found, String expected) {
            super("evidence.%s: found %s, expected %s".formatted(place, found, expected));
        }

        /** @param format what it is written in */
        private UnusableException(int format) {
            super("evidence.format: found %s, expected %s: %s"
                    .formatted(
                            format,
                            FORMAT,
                            format < FORMAT
                                    ? "use the program of the version of the node that gave the answer"
                                    : "a newer node gave the answer, use a program of its version"));
        }
    }

    /** The JSON form. */
    public static EvidenceAnswer of(Evidence evidence) {
        Map<String, Double> seenSecondsAgo = new LinkedHashMap<>();
        Map<String, Double> processSecondsAgo = new LinkedHashMap<>();
        Map<String, Map<String, Double>> offlineSecondsAgo = new LinkedHashMap<>();
        evidence.met().forEach((id, met) -> {
            seenSecondsAgo.put(id, met.seenNanosAgo() / NANOS_IN_SECOND);
            processSecondsAgo.put(id, met.bootNanosAgo() / NANOS_IN_SECOND);
            if (!met.offlineNanosAgo().isEmpty()) {
                Map<String, Double> ago = new LinkedHashMap<>();
                met.offlineNanosAgo().forEach((target, nanos) -> ago.put(target, nanos / NANOS_IN_SECOND));
                offlineSecondsAgo.put(id, ago);
            }
        });
        Map<String, List<RawEntry>> equivocations = new LinkedHashMap<>();
        evidence.equivocations().forEach((id, pair) -> equivocations.put(id, List.of(pair.first(), pair.second())));
        return new EvidenceAnswer(
                FORMAT,
                evidence.networkId(),
                evidence.asker(),
                EntryDate.format(evidence.askedAtMicros()),
                seconds(evidence.askerInterval()),
                evidence.configDigest(),
                evidence.topology().mode().word(),
                evidence.topology().degree(),
                evidence.members().stream()
                        .map(member -> new MemberAnswer(
                                member.nodeId(),
                                member.url() == null ? null : member.url().toString(),
                                seconds(member.pollRate()),
                                member.retry(),
                                member.retryInterval() == null ? null : seconds(member.retryInterval())))
                        .toList(),
                evidence.cadenceSeconds(),
                evidence.entries(),
                seenSecondsAgo,
                processSecondsAgo,
                offlineSecondsAgo,
                equivocations);
    }

    /** Reads it back; whether it proves anything is {@link Evidence#verify}'s to say. */
    public Evidence read() throws UnusableException {
        if (format != FORMAT) {
            throw new UnusableException(format);
        }
        checkId("network_id", networkId);
        if (asker != null) {
            checkId("asker", asker);
        }
        Map<String, Member> byId = new LinkedHashMap<>();
        check(
                members.size() <= NetworkReader.MAX_MEMBERS,
                "members",
                members.size(),
                "at most " + NetworkReader.MAX_MEMBERS);
        for (int i = 0; i < members.size(); i++) {
            String place = "members[%s]".formatted(i);
            Member member = member(place, members.get(i));
            check(byId.put(member.nodeId(), member) == null, place + ".node_id", member.nodeId(), "every id once");
        }
        check(asker == null || byId.containsKey(asker), "asker", asker, "a member");
        Map<String, Integer> cadences = new LinkedHashMap<>();
        Map<String, Evidence.Met> met = new LinkedHashMap<>();
        for (String id : entries.keySet()) {
            check(byId.containsKey(id), "entries", ForeignText.quoted(id), "members only");
            Integer cadence = ofEntry("cadence_seconds", cadenceSeconds, id);
            check(
                    cadence >= 1 && cadence <= MAX_CADENCE_SECONDS,
                    "cadence_seconds." + id,
                    cadence,
                    "1 to " + MAX_CADENCE_SECONDS);
            cadences.put(id, cadence);
            met.put(id, met(id));
        }
        Map<String, Evidence.Pair> pairs = new LinkedHashMap<>();
        for (Map.Entry<String, List<RawEntry>> pair : equivocations.entrySet()) {
            String id = pair.getKey();
            check(byId.containsKey(id), "equivocations", ForeignText.quoted(id), "members only");
            int size = pair.getValue().size();
            check(size == 2, "equivocations." + id, size + " entries", "two");
            pairs.put(
                    id,
                    new Evidence.Pair(
                            pair.getValue().getFirst(), pair.getValue().getLast()));
        }
        return new Evidence(
                networkId,
                asker,
                EntryDate.parse(askedAt)
                        .orElseThrow(() -> new UnusableException(
                                "asked_at", ForeignText.quoted(askedAt), "YYYY-MM-DDThh:mm:ss.ffffffZ")),
                duration("asker_interval", askerInterval),
                cadences,
                configDigest,
                readTopology(),
                List.copyOf(byId.values()),
                entries,
                met,
                pairs);
    }

    private Evidence.Met met(String id) throws UnusableException {
        Map<String, Long> offline = new LinkedHashMap<>();
        for (Map.Entry<String, Double> target :
                offlineSecondsAgo.getOrDefault(id, Map.of()).entrySet()) {
            checkId("offline_seconds_ago." + id, target.getKey());
            offline.put(
                    target.getKey(),
                    nanosAgo("offline_seconds_ago.%s.%s".formatted(id, target.getKey()), target.getValue()));
        }
        return new Evidence.Met(
                nanosAgo("seen_seconds_ago." + id, ofEntry("seen_seconds_ago", seenSecondsAgo, id)),
                nanosAgo("process_seconds_ago." + id, ofEntry("process_seconds_ago", processSecondsAgo, id)),
                offline);
    }

    private static <T> T ofEntry(String place, Map<String, T> values, String id) throws UnusableException {
        T value = values.get(id);
        if (value == null) {
            throw new UnusableException(place + "." + id, "nothing", "a number, as for every entry");
        }
        return value;
    }

    private static long nanosAgo(String place, double seconds) throws UnusableException {
        check(Math.abs(seconds) <= MAX_SECONDS_AGO, place, seconds, "at most some centuries"); // no NaN either
        return Math.round(seconds * NANOS_IN_SECOND);
    }

    private Topology readTopology() throws UnusableException {
        check(
                degree >= Topology.MIN_DEGREE && degree <= Topology.MAX_DEGREE,
                "degree",
                degree,
                Topology.MIN_DEGREE + " to " + Topology.MAX_DEGREE);
        Topology.Mode mode = Topology.Mode.of(topology)
                .orElseThrow(
                        () -> new UnusableException("topology", ForeignText.quoted(topology), "auto, full or sparse"));
        return new Topology(mode, degree);
    }

    private static Member member(String place, MemberAnswer answer) throws UnusableException {
        checkId(place + ".node_id", answer.nodeId());
        check(
                answer.retry() >= 0 && answer.retry() <= MAX_RETRY,
                place + ".retry",
                answer.retry(),
                "0 to " + MAX_RETRY);
        check(
                answer.url() == null || answer.url().length() <= MAX_URL_LENGTH,
                place + ".url",
                "a longer one",
                "at most " + MAX_URL_LENGTH + " characters");
        try {
            return new Member(
                    answer.nodeId(),
                    answer.url() == null ? null : URI.create(answer.url()),
                    duration(place + ".poll_rate", answer.pollRate()),
                    answer.retry(),
                    answer.retryInterval() == null
                            ? null
                            : duration(place + ".retry_interval", answer.retryInterval()));
        } catch (IllegalArgumentException e) {
            throw new UnusableException(
                    place + ".url", ForeignText.quoted(String.valueOf(answer.url())), "a URL, or null");
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS_IN_SECOND;
    }

    private static Duration duration(String place, double seconds) throws UnusableException {
        check(
                seconds > 0 && seconds <= MAX_INTERVAL_SECONDS,
                place,
                seconds,
                "more than 0 and at most a million seconds");
        return Duration.ofNanos(Math.round(seconds * NANOS_IN_SECOND));
    }

    private static void checkId(String place, String id) throws UnusableException {
        check(Identifier.isValid(id), place, ForeignText.quoted(id), Identifier.RULE);
    }

    private static void check(boolean holds, String place, @Nullable Object found, Object expected)
            throws UnusableException {
        if (!holds) {
            throw new UnusableException(place, String.valueOf(found), String.valueOf(expected));
        }
    }
}
