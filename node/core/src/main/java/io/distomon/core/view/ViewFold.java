package io.distomon.core.view;

import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.topology.Member;
import io.distomon.core.view.Testimony.Subject;
import io.distomon.core.view.Testimony.Word;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One folding of a store, in reading order: who is heard → what they say → its {@link Judgement} → verdicts with their
 * witnesses, broken links, partitions.
 */
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
    private final Map<String, Subject> subjects = new LinkedHashMap<>();
    private final Map<String, List<Observation>> byTarget = new TreeMap<>();
    private final Judgement judgement;
    private final Strains strains;

    /** When something that was not yet the case comes to be by time alone. */
    private long changesAtNanos;

    ViewFold(ViewInput input) {
        this.input = input;
        this.changesAtNanos = input.nowNanos() + Duration.ofDays(1).toNanos();
        input.members().forEach(member -> subjects.put(member.nodeId(), subject(member)));
        List<Word> words = new ArrayList<>();
        for (Subject subject : subjects.values()) {
            HeldEntry held = input.entries().get(subject.id());
            if (held != null && subject.heard()) {
                listen(subject.id(), held, words);
            }
        }
        this.judgement = new Judgement(Testimony.of(subjects.values(), words, input.asker(), input.unreached()));
        this.strains = new Strains(byTarget.values(), judgement);
    }

    NetworkView view() {
        List<LinkFault> broken = faults(o -> o.isTestimony() && judgement.isBroken(o.word()));
        Map<String, Integer> brokenLinks = new HashMap<>();
        broken.stream()
                .flatMap(fault -> Stream.of(fault.from(), fault.to()))
                .forEach(end -> brokenLinks.merge(end, 1, Integer::sum));
        List<NodeVerdict> verdicts = subjects.keySet().stream()
                .map(id -> verdict(id, brokenLinks.getOrDefault(id, 0)))
                .toList();
        return new NetworkView(
                input.networkId(),
                verdicts,
                broken,
                strains.links(),
                faults(o -> o.barred() == Standing.SETTLING
                        && judgement.isFresh(o.word().from())),
                judgement.divided(),
                judgement.isMinority(),
                staysNanos());
    }

    private long staysNanos() {
        double soonest =
                Math.min(judgement.changesInSeconds() * NANOS_IN_SECOND, (double) (changesAtNanos - input.nowNanos()));
        return (long) Math.max(0, soonest);
    }

    private Subject subject(Member member) {
        String id = member.nodeId();
        HeldEntry held = input.entries().get(id);
        double interval = intervalSeconds(id, held);
        boolean heard = id.equals(input.asker())
                || (held != null
                        // A farewell is a node's last word: what follows is planned, and no broken link.
                        && !held.entry().data().leaving()
                        && isBefore(held.seenNanos() + (long) (FRESH_INTERVALS * interval * NANOS_IN_SECOND)));
        double upSeconds =
                held == null ? Double.POSITIVE_INFINITY : (input.nowNanos() - held.bootNanos()) / NANOS_IN_SECOND;
        return new Subject(id, member.url() != null, heard, interval, upSeconds);
    }

    private double intervalSeconds(String id, @Nullable HeldEntry held) {
        double asker = input.askerInterval().toNanos() / NANOS_IN_SECOND;
        if (held == null) {
            return asker;
        }
        double promised = held.entry().data().intervalSeconds();
        Integer cadence = input.cadenceSeconds().get(id);
        return Math.max(cadence == null ? promised : Math.min(promised, cadence), asker);
    }

    private void listen(String from, HeldEntry held, List<Word> words) {
        held.entry().data().pingData().forEach((to, ping) -> {
            Subject target = subjects.get(to);
            if (target != null && !to.equals(from) && ping.status() != PingStatus.UNKNOWN) {
                Word word = word(from, held, target, ping);
                Observation observation = new Observation(ping, held.entry().data(), word, barred(word, held, ping));
                byTarget.computeIfAbsent(to, id -> new ArrayList<>()).add(observation);
                if (observation.isTestimony()) {
                    words.add(word);
                }
            }
        });
    }

    private Word word(String from, HeldEntry held, Subject target, PingData ping) {
        String to = target.id();
        if (ping.status() != PingStatus.OFFLINE) {
            return new Word(from, to, false, 0, false, true);
        }
        Long onset = held.onsetNanos().get(to);
        HeldEntry accused = input.entries().get(to);
        boolean answered = target.heard()
                && accused != null
                && ping.sinceMicros() != null
                && ping.sinceMicros().equals(accused.entry().data().answers().get(from));
        return new Word(
                from,
                to,
                true,
                onset == null ? 0 : (input.nowNanos() - onset) / NANOS_IN_SECOND,
                answered,
                ping.reqTimeRtt() > 0);
    }

    private Standing barred(Word word, HeldEntry observer, PingData ping) {
        if (!input.observers().counts(word.from(), word.to())) {
            return Standing.STRANGER;
        }
        return isSettling(word, observer, ping) ? Standing.SETTLING : Standing.COUNTED;
    }

    private boolean isSettling(Word word, HeldEntry observer, PingData ping) {
        Long onset = observer.onsetNanos().get(word.to());
        if (!word.offline() || !UNAUTHENTICATED.equals(ping.error()) || onset == null) {
            return false;
        }
        HeldEntry target = input.entries().get(word.to());
        // A node that never reported can't have said that it runs with the same config.
        boolean sameConfig = target != null
                && Objects.equals(
                        observer.entry().data().configDigest(),
                        target.entry().data().configDigest());
        return !sameConfig && isBefore(onset + SETTLING.toNanos());
    }

    /** Failing links that fit. */
    private List<LinkFault> faults(Predicate<Observation> fits) {
        return byTarget.values().stream()
                .flatMap(List::stream)
                .filter(Observation::isOffline)
                .filter(fits)
                .map(o -> o.fault(seesOnline(o.word().to(), o.word().from()), judgement.stands(o.word())))
                .sorted(BY_ENDS)
                .toList();
    }

    private boolean seesOnline(String from, String to) {
        return on(to).stream().anyMatch(o -> o.word().from().equals(from) && !o.isOffline());
    }

    private NodeVerdict verdict(String id, int brokenLinks) {
        HeldEntry held = input.entries().get(id);
        Judgement.Finding finding = finding(id, held);
        boolean quiet = finding.state() == NodeState.OFFLINE || finding.reason() == Reason.SILENT;
        Strains.Finding strain = finding.state() == NodeState.ONLINE ? strains.of(id) : null;
        return new NodeVerdict(
                id,
                strain == null ? finding.state() : NodeState.DEGRADED,
                strain == null ? finding.reason() : strain.reason(),
                strain == null ? shownAs(finding) : strain.shownAs(),
                strain == null ? sinceMicros(id, finding, held) : (Long) strain.sinceMicros(),
                quiet && hasSaidFarewell(held),
                judgement.isFresh(id),
                finding.observers(),
                finding.offlineObservers(),
                brokenLinks,
                recordDate(held),
                on(id).stream()
                        .map(o -> o.witness(standing(o), strains.isHeeded(o)))
                        .sorted(Comparator.comparing(Witness::observer))
                        .toList());
    }

    /** As it is judged; only, who has never said anything has not ceased to. */
    private Judgement.Finding finding(String id, @Nullable HeldEntry held) {
        Judgement.Finding found = judgement.of(id);
        return held == null && found.reason() == Reason.SILENT
                ? new Judgement.Finding(
                        NodeState.UNKNOWN, Reason.UNREPORTED, found.observers(), found.offlineObservers())
                : found;
    }

    private Standing standing(Observation observation) {
        return observation.isTestimony() ? judgement.standing(observation.word()) : observation.barred();
    }

    private static String shownAs(Judgement.Finding finding) {
        int n = finding.observers();
        int d = finding.offlineObservers();
        if (finding.state() == NodeState.OFFLINE) {
            return "%s of %s observers".formatted(d, n);
        }
        return finding.state() == NodeState.ONLINE && n == 0 ? "by its own record" : "%s of %s".formatted(n - d, n);
    }

    private @Nullable Long sinceMicros(String id, Judgement.Finding finding, @Nullable HeldEntry held) {
        List<Observation> counted =
                on(id).stream().filter(o -> standing(o) == Standing.COUNTED).toList();
        return switch (finding.state()) {
            case ONLINE -> majoritySince(counted, PingStatus.ONLINE);
            case OFFLINE -> majoritySince(counted, PingStatus.OFFLINE);
            case UNKNOWN -> recordDate(held);
            case DEGRADED ->
                switch (Objects.requireNonNull(finding.reason())) {
                    case SILENT, UNOBSERVED, UNREPORTED -> recordDate(held);
                    case INBOUND -> majoritySince(counted, PingStatus.OFFLINE);
                    case ISOLATED, PARTITION, OUTBOUND -> lastSince(held);
                    case LOSSY, SLOW -> throw new IllegalStateException("judged by strains alone");
                };
        };
    }

    private boolean hasSaidFarewell(@Nullable HeldEntry held) {
        return held != null && held.entry().data().leaving() && isBefore(held.seenNanos() + PLANNED.toNanos());
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

    /** When the last of those stopped answering it that do not; null when it does not say. */
    private static @Nullable Long lastSince(@Nullable HeldEntry held) {
        return held == null
                ? null
                : held.entry().data().pingData().values().stream()
                        .filter(ping -> ping.status() == PingStatus.OFFLINE && ping.sinceMicros() != null)
                        .map(ping -> Objects.requireNonNull(ping.sinceMicros()))
                        .max(Comparator.naturalOrder())
                        .orElse(null);
    }

    private static @Nullable Long recordDate(@Nullable HeldEntry held) {
        return held == null ? null : (Long) held.entry().data().dateMicros();
    }

    /** Whether a moment is still to come, or is now. */
    private boolean isBefore(long nanos) {
        boolean toCome = nanos - input.nowNanos() >= 0;
        if (toCome && nanos - changesAtNanos < 0) {
            changesAtNanos = nanos + 1;
        }
        return toCome;
    }

    private List<Observation> on(String id) {
        return byTarget.getOrDefault(id, List.of());
    }
}
