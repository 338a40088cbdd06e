package io.distomon.core.view;

import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import io.distomon.core.topology.Topology;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A store in the making, for tests: who holds what of whom, at a time that the test sets. Interval 10 s everywhere. */
final class Mesh {
    static final long SECOND_NANOS = 1_000_000_000;
    /** The date of every entry, microseconds since the epoch. */
    static final long DATE = 1_700_000_000_000_000L;
    /** When statuses began unless a test says otherwise, microseconds since the epoch. */
    static final long SINCE = DATE - 60_000_000;

    private static final long NOW_NANOS = 1_000_000 * SECOND_NANOS;

    private final List<Member> members = new ArrayList<>();
    private final Map<String, Map<String, PingData>> pings = new LinkedHashMap<>();
    private final Map<String, Long> ageSeconds = new HashMap<>();
    private final Map<String, String> digests = new HashMap<>();
    private final Set<String> leaving = new HashSet<>();
    private final Map<String, Map<String, Long>> answers = new HashMap<>();
    private final Map<String, Long> startedSecondsAgo = new HashMap<>();
    private final Set<String> unreached = new HashSet<>();
    private final Map<String, Integer> promisedSeconds = new HashMap<>();
    private final Map<String, Integer> grantedSeconds = new HashMap<>();
    private @Nullable String asker;
    private Duration askerInterval = Duration.ofSeconds(10);

    /** Members that have all just reported, and said nothing of each other. */
    static Mesh of(String... ids) {
        Mesh mesh = new Mesh();
        for (String id : ids) {
            mesh.members.add(new Member(id, URI.create("http://" + id), Duration.ofSeconds(10), 2));
            mesh.pings.put(id, new LinkedHashMap<>());
        }
        return mesh;
    }

    /** Members that have all just reported, and see each other online. */
    static Mesh healthy(String... ids) {
        Mesh mesh = of(ids);
        for (String from : ids) {
            for (String to : ids) {
                mesh.says(from, to, PingStatus.ONLINE);
            }
        }
        return mesh;
    }

    Mesh says(String from, String to, PingStatus status) {
        return says(from, to, new PingData(status, 1, 2, SINCE, status == PingStatus.OFFLINE ? "timeout" : null));
    }

    Mesh says(String from, String to, PingData ping) {
        if (!from.equals(to)) {
            pings.computeIfAbsent(from, id -> new LinkedHashMap<>()).put(to, ping);
        }
        return this;
    }

    /** {@code id} gets no answer from these. */
    Mesh loses(String id, String... targets) {
        for (String target : targets) {
            says(id, target, PingStatus.OFFLINE);
        }
        return this;
    }

    /** {@code from} has got no answer from {@code to} for so long, when it said so. */
    Mesh losesFor(long seconds, String from, String to) {
        return says(from, to, new PingData(PingStatus.OFFLINE, 1, 2, DATE - seconds * 1_000_000, "timeout"));
    }

    /** No one of the one side reaches one of the other, and none of the other one of the one. */
    Mesh divides(List<String> side, List<String> other) {
        for (String one : side) {
            other.forEach(another -> loses(one, another).loses(another, one));
        }
        return this;
    }

    /** The last entry of {@code id} came so long ago. */
    Mesh unheardFor(String id, long seconds) {
        ageSeconds.put(id, seconds);
        return this;
    }

    /** {@code id} stopped reporting long ago, and the others get no answer from it. */
    Mesh down(String id) {
        unheardFor(id, 1000);
        pings.forEach((from, said) -> says(from, id, PingStatus.OFFLINE));
        return this;
    }

    /** {@code id} has heard that all others call it offline, and says so. */
    Mesh answering(String id) {
        List.copyOf(pings.keySet()).forEach(accuser -> answers(id, accuser));
        return this;
    }

    /** {@code id} has heard that {@code accuser} calls it offline, and says so. */
    Mesh answers(String id, String accuser) {
        PingData ping = pings.getOrDefault(accuser, Map.of()).get(id);
        if (ping != null && ping.status() == PingStatus.OFFLINE && ping.sinceMicros() != null) {
            answers.computeIfAbsent(id, any -> new HashMap<>()).put(accuser, ping.sinceMicros());
        }
        return this;
    }

    /** {@code id} promises an entry so often. */
    Mesh promising(String id, int seconds) {
        promisedSeconds.put(id, seconds);
        return this;
    }

    /** By the config {@code id} says something so often. */
    Mesh granting(String id, int seconds) {
        grantedSeconds.put(id, seconds);
        return this;
    }

    /** The first entry of the process of {@code id} was met so long ago. */
    Mesh startedSecondsAgo(String id, long seconds) {
        startedSecondsAgo.put(id, seconds);
        return this;
    }

    /** The onlooker has asked these in vain, and no other. */
    Mesh unreached(String... ids) {
        unreached.clear();
        unreached.addAll(List.of(ids));
        return this;
    }

    Mesh withoutEntry(String id) {
        pings.remove(id);
        return this;
    }

    Mesh withDigest(String id, String digest) {
        digests.put(id, digest);
        return this;
    }

    Mesh leaving(String id) {
        leaving.add(id);
        return this;
    }

    Mesh passive(String id) {
        members.replaceAll(member ->
                member.nodeId().equals(id) ? new Member(id, null, member.pollRate(), member.retry()) : member);
        return this;
    }

    Mesh askedBy(@Nullable String id) {
        asker = id;
        return this;
    }

    Mesh askedEvery(long seconds) {
        askerInterval = Duration.ofSeconds(seconds);
        return this;
    }

    List<Member> members() {
        return List.copyOf(members);
    }

    NetworkView view() {
        return viewIn(0);
    }

    /** Later, when nothing new has been heard. */
    NetworkView viewIn(long nanos) {
        return NetworkView.of(input(nanos));
    }

    private ViewInput input(long laterNanos) {
        Map<String, HeldEntry> entries = new LinkedHashMap<>();
        pings.forEach((id, said) -> {
            NodeData data = new NodeData(
                            DATE,
                            said,
                            id,
                            "1",
                            "lab",
                            promisedSeconds.getOrDefault(id, 10),
                            "boot",
                            digests.getOrDefault(id, "same"),
                            leaving.contains(id))
                    .answering(answers.getOrDefault(id, Map.of()));
            entries.put(id, held(id, data, NOW_NANOS - ageSeconds.getOrDefault(id, 0L) * SECOND_NANOS));
        });
        Observers observers = Topology.DEFAULT.observers("lab", members);
        Map<String, Integer> cadences = new HashMap<>(observers.cadenceSeconds());
        cadences.putAll(grantedSeconds);
        return new ViewInput(
                "lab", members, observers, cadences, entries, asker, askerInterval, unreached, NOW_NANOS + laterNanos);
    }

    private HeldEntry held(String id, NodeData data, long seenNanos) {
        Map<String, Long> onsets = new HashMap<>();
        data.pingData().forEach((target, ping) -> {
            Long since = ping.sinceMicros();
            if (ping.status() == PingStatus.OFFLINE && since != null) {
                onsets.put(target, seenNanos - Math.max(0, DATE - since) * 1_000);
            }
        });
        long bootNanos = NOW_NANOS - startedSecondsAgo.getOrDefault(id, 86_400L) * SECOND_NANOS;
        return new HeldEntry(new SignedNodeData(new RawEntry("", "", id), data), seenNanos, onsets, bootNanos);
    }

    NodeVerdict verdict(String id) {
        return view().node(id).orElseThrow();
    }
}
