package io.distomon.core.view;

import io.distomon.core.config.Member;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One folding of a store, in reading order: fresh → observations → suspects → broken links → verdicts → partitions. */
final class ViewFold {
    /** How many of its own intervals, or of the asker's, a node may be unheard and still count as reporting. */
    private static final int FRESH_INTERVALS = 4;

    /** For how long a refusal between nodes with different configs is passed over. */
    private static final Duration SETTLING = Duration.ofMinutes(3);

    /** For how long after its farewell a node's silence counts as planned. */
    private static final Duration PLANNED = Duration.ofMinutes(10);

    /** How a ping names an unsigned 401. */
    private static final String UNAUTHENTICATED = "unauthenticated";

    private static final double NANOS_IN_SECOND = 1e9;
    private static final Comparator<LinkFault> BY_ENDS =
            Comparator.comparing(LinkFault::from).thenComparing(LinkFault::to);

    private final ViewInput input;
    private final Set<String> memberIds = new LinkedHashSet<>();
    private final Set<String> fresh = new LinkedHashSet<>();
    private final Map<String, List<Observation>> bySource = new TreeMap<>();
    private final Map<String, List<Observation>> byTarget = new TreeMap<>();
    private final Map<String, Set<String>> onlineObservers = new HashMap<>();
    private final Set<String> suspects = new LinkedHashSet<>();
    private final List<LinkFault> brokenLinks;

    ViewFold(ViewInput input) {
        this.input = input;
        input.members().forEach(member -> memberIds.add(member.nodeId()));
        memberIds.stream().filter(this::isFresh).forEach(fresh::add);
        fresh.forEach(this::observe);
        fresh.stream().filter(this::isSuspect).forEach(suspects::add);
        this.brokenLinks = brokenLinks();
    }

    NetworkView view() {
        Map<String, Long> brokenSince = brokenSince();
        return new NetworkView(
                input.networkId(),
                memberIds.stream().map(id -> verdict(id, brokenSince)).toList(),
                brokenLinks,
                faults(observation -> observation.settling()),
                partitions(),
                isMinority());
    }

    private boolean isFresh(String id) {
        if (id.equals(input.asker())) {
            return true;
        }
        HeldEntry held = input.entries().get(id);
        if (held == null || held.entry().data().leaving()) {
            return false; // A farewell is a node's last word: what follows is planned, and no broken link.
        }
        double intervalSeconds = Math.max(
                held.entry().data().intervalSeconds(), input.askerInterval().toNanos() / NANOS_IN_SECOND);
        return input.nowNanos() - held.seenNanos() <= FRESH_INTERVALS * intervalSeconds * NANOS_IN_SECOND;
    }

    private void observe(String from) {
        HeldEntry held = input.entries().get(from);
        if (held == null) {
            return;
        }
        held.entry().data().pingData().forEach((to, ping) -> {
            if (!to.equals(from) && memberIds.contains(to) && ping.status() != PingStatus.UNKNOWN) {
                Observation observation =
                        new Observation(from, to, ping, held.entry().data(), isSettling(held, to, ping));
                bySource.computeIfAbsent(from, id -> new ArrayList<>()).add(observation);
                byTarget.computeIfAbsent(to, id -> new ArrayList<>()).add(observation);
                if (!observation.isOffline()) {
                    onlineObservers.computeIfAbsent(to, id -> new HashSet<>()).add(from);
                }
            }
        });
    }

    private boolean isSettling(HeldEntry observer, String to, PingData ping) {
        if (ping.status() != PingStatus.OFFLINE
                || !UNAUTHENTICATED.equals(ping.error())
                || ping.sinceMicros() == null) {
            return false;
        }
        NodeData data = observer.entry().data();
        HeldEntry target = input.entries().get(to);
        // A node that never reported can't have said that it runs with the same config.
        if (target != null
                && Objects.equals(data.configDigest(), target.entry().data().configDigest())) {
            return false;
        }
        // Both spans are measured on one clock each, so that no two nodes' clocks need to agree.
        double beforeEntry = Math.max(0, data.dateMicros() - ping.sinceMicros()) * 1e3;
        double sinceEntry = Math.max(0, input.nowNanos() - observer.seenNanos());
        return beforeEntry + sinceEntry <= SETTLING.toNanos();
    }

    private boolean isSuspect(String id) {
        List<Observation> own = from(id).stream().filter(o -> !o.settling()).toList();
        if (own.size() < 2 || !own.stream().allMatch(Observation::isOffline)) {
            return false;
        }
        // It sees nobody online itself, so whoever does is another.
        return fresh.size() == 1 || own.stream().anyMatch(o -> onlineObservers.containsKey(o.to()));
    }

    private List<LinkFault> brokenLinks() {
        return faults(observation -> isCounted(observation) && isSound(observation.to()));
    }

    /** Failing links that fit. */
    private List<LinkFault> faults(Predicate<Observation> fits) {
        return bySource.values().stream()
                .flatMap(List::stream)
                .filter(Observation::isOffline)
                .filter(fits)
                .map(o ->
                        o.fault(onlineObservers.getOrDefault(o.from(), Set.of()).contains(o.to())))
                .sorted(BY_ENDS)
                .toList();
    }

    /** Each end of a broken link, and since when its first one is broken; 0 when nobody says. */
    private Map<String, Long> brokenSince() {
        Map<String, Long> since = new HashMap<>();
        for (LinkFault fault : brokenLinks) {
            long faultSince = fault.sinceMicros() == null ? 0 : fault.sinceMicros();
            since.merge(fault.from(), faultSince, Math::min);
            since.merge(fault.to(), faultSince, Math::min);
        }
        return since;
    }

    private NodeVerdict verdict(String id, Map<String, Long> brokenSince) {
        List<Observation> counted = to(id).stream().filter(this::isCounted).toList();
        int n = counted.size();
        int d = (int) counted.stream().filter(Observation::isOffline).count();
        HeldEntry held = input.entries().get(id);
        Long recordDate = held == null ? null : (Long) held.entry().data().dateMicros();
        NodeState state;
        Reason reason = null;
        Long since;
        if (!fresh.contains(id) && n == 0) {
            state = NodeState.UNKNOWN;
            reason = Reason.UNOBSERVED;
            since = recordDate;
        } else if (!fresh.contains(id) && 2 * d > n) {
            state = NodeState.OFFLINE;
            since = majoritySince(counted, PingStatus.OFFLINE);
        } else if (!fresh.contains(id)) {
            state = NodeState.DEGRADED;
            reason = Reason.SILENT;
            since = recordDate;
        } else if (suspects.contains(id)) {
            state = NodeState.DEGRADED;
            reason = Reason.ISOLATED;
            since = lastSince(from(id).stream().filter(o -> !o.settling()).toList());
        } else if (brokenSince.containsKey(id)) {
            state = NodeState.DEGRADED;
            reason = Reason.LINKS;
            since = brokenSince.get(id) == 0 ? null : brokenSince.get(id);
        } else {
            state = NodeState.ONLINE;
            since = majoritySince(counted, PingStatus.ONLINE);
        }
        boolean quiet = state == NodeState.OFFLINE || reason == Reason.SILENT;
        return new NodeVerdict(
                id,
                state,
                reason,
                shownAs(state, n, d),
                since,
                quiet && hasSaidFarewell(held),
                fresh.contains(id),
                n,
                d,
                recordDate,
                to(id).stream()
                        .map(o -> o.witness(standing(o)))
                        .sorted(Comparator.comparing(Witness::observer))
                        .toList());
    }

    private static String shownAs(NodeState state, int n, int d) {
        if (state == NodeState.OFFLINE) {
            return "%d of %d observers".formatted(d, n);
        }
        return state == NodeState.ONLINE && n == 0 ? "by its own record" : "%d of %d".formatted(n - d, n);
    }

    private boolean hasSaidFarewell(@Nullable HeldEntry held) {
        return held != null
                && held.entry().data().leaving()
                && input.nowNanos() - held.seenNanos() <= PLANNED.toNanos();
    }

    /** When the observers that say {@code status} became more than half of all; null when they don't say. */
    private static @Nullable Long majoritySince(List<Observation> counted, PingStatus status) {
        List<Long> moments = counted.stream()
                .map(Observation::ping)
                .filter(ping -> ping.status() == status && ping.sinceMicros() != null)
                .map(ping -> Objects.requireNonNull(ping.sinceMicros()))
                .sorted()
                .toList();
        int majority = counted.size() / 2 + 1;
        return moments.size() < majority ? null : moments.get(majority - 1);
    }

    /** When the last of these began; null when one does not say. */
    private static @Nullable Long lastSince(List<Observation> observations) {
        long last = 0;
        for (Observation observation : observations) {
            Long since = observation.ping().sinceMicros();
            if (since == null) {
                return null;
            }
            last = Math.max(last, since);
        }
        return last == 0 ? null : (Long) last;
    }

    private List<List<String>> partitions() {
        Map<String, String> parents = new HashMap<>();
        List<Observation> between = bySource.values().stream()
                .flatMap(List::stream)
                .filter(o -> isCounted(o) && isSound(o.to()))
                .toList();
        for (Observation observation : between) {
            String a = root(parents, observation.from());
            String b = root(parents, observation.to());
            if (!observation.isOffline() && !a.equals(b)) {
                parents.put(a, b);
            }
        }
        // What is said across groups is that polls fail, or they would be one. A group of which nothing is said, and
        // that says nothing, is not known to be cut off.
        Set<String> cutOff = new LinkedHashSet<>();
        for (Observation observation : between) {
            String a = root(parents, observation.from());
            String b = root(parents, observation.to());
            if (!a.equals(b)) {
                cutOff.add(a);
                cutOff.add(b);
            }
        }
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        for (String id : List.copyOf(parents.keySet())) {
            String root = root(parents, id);
            if (cutOff.contains(root)) {
                groups.computeIfAbsent(root, r -> new TreeSet<>()).add(id);
            }
        }
        return groups.values().stream()
                .map(List::copyOf)
                .sorted(Comparator.<List<String>>comparingInt(List::size)
                        .reversed()
                        .thenComparing(List::getFirst))
                .toList();
    }

    /** Who stands for the group of {@code id}; on the way there, paths are halved. */
    private static String root(Map<String, String> parents, String id) {
        String at = id;
        String parent = parents.computeIfAbsent(at, self -> self);
        while (!parent.equals(at)) {
            String next = parents.getOrDefault(parent, parent);
            parents.put(at, next);
            at = next;
            parent = parents.getOrDefault(at, at);
        }
        return at;
    }

    private boolean isMinority() {
        List<Member> pollable =
                input.members().stream().filter(member -> member.url() != null).toList();
        long heard = pollable.stream()
                .filter(member -> fresh.contains(member.nodeId()))
                .count();
        return !pollable.isEmpty() && 2 * heard <= pollable.size();
    }

    private Standing standing(Observation observation) {
        if (observation.settling()) {
            return Standing.SETTLING;
        }
        return suspects.contains(observation.from()) ? Standing.SUSPECT : Standing.COUNTED;
    }

    private boolean isCounted(Observation observation) {
        return standing(observation) == Standing.COUNTED;
    }

    /** Whether it reports and is not suspect. */
    private boolean isSound(String id) {
        return fresh.contains(id) && !suspects.contains(id);
    }

    private List<Observation> from(String id) {
        return bySource.getOrDefault(id, List.of());
    }

    private List<Observation> to(String id) {
        return byTarget.getOrDefault(id, List.of());
    }
}
