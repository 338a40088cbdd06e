package io.distomon.core.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObserversTest {
    private static final Topology SPARSE = new Topology(Topology.Mode.SPARSE, 12);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 32})
    void upTo32EverybodyPollsEverybody(int size) {
        Map<String, Set<String>> polled = polled(Topology.DEFAULT, members(size));

        polled.forEach((id, targets) -> assertThat(targets).hasSize(size - 1).doesNotContain(id));
    }

    @Test
    void inLargerNetworksEachHasTwelveObserversUnlessTheConfigSaysOtherwise() {
        List<Member> members = members(33);

        assertThat(observers(polled(Topology.DEFAULT, members)).values())
                .allSatisfy(observers -> assertThat(observers).hasSize(12));
        assertThat(observers(polled(new Topology(Topology.Mode.FULL, 12), members))
                        .values())
                .allSatisfy(observers -> assertThat(observers).hasSize(32));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 20, 100})
    void theObserversOfANodeTakeTurnsAtEqualDistances(int size) {
        Observers observers = Topology.DEFAULT.observers("lab", members(size));
        Set<Double> firsts = new HashSet<>();
        for (int i = 0; i < size; i++) {
            String target = id(i);
            List<Double> turns = observers.observersOf(target).stream()
                    .map(observer -> observers.turn(observer, target))
                    .sorted()
                    .toList();
            double distance = 1.0 / turns.size();
            assertThat(turns.getFirst()).isBetween(0.0, distance);
            for (int k = 1; k < turns.size(); k++) {
                assertThat(turns.get(k) - turns.get(k - 1)).isCloseTo(distance, within(1e-9));
            }
            assertThat(turns.getLast()).isLessThan(1);
            firsts.add(turns.getFirst());
        }
        assertThat(firsts).hasSize(size);
    }

    @Test
    void whoCannotBePolledAndMayNotLookTakesNobodysTurn() {
        List<Member> members = new ArrayList<>(members(40));
        List<String> polled = members.stream().map(Member::nodeId).toList();
        for (int i = 40; i < 60; i++) {
            members.add(new Member(id(i), null, Duration.ofSeconds(10), 2));
        }
        Observers observers = SPARSE.observers("lab", members);
        for (int i = 0; i < 40; i++) {
            String target = id(i);
            List<Double> turns = observers.observersOf(target).stream()
                    .filter(polled::contains)
                    .map(observer -> observers.turn(observer, target))
                    .sorted()
                    .toList();
            for (int k = 1; k < turns.size(); k++) {
                assertThat(turns.get(k) - turns.get(k - 1)).isCloseTo(1.0 / turns.size(), within(1e-9));
            }
        }
    }

    @Test
    void whoeverStandsInHasATurnOfItsOwn() {
        Observers observers = SPARSE.observers("lab", members(100));
        Set<Double> turns = new HashSet<>();
        for (String standIn : observers.standIns(id(7), any -> true, 8)) {
            assertThat(observers.turn(standIn, id(7))).isBetween(0.0, Math.nextDown(1.0));
            turns.add(observers.turn(standIn, id(7)));
        }
        assertThat(turns).hasSize(8);
    }

    @Test
    void whatCountsIsSaidByWhoPollsANodeOrIsOfTheEightNearestThatDoNot() {
        List<Member> members = members(100);
        Observers observers = SPARSE.observers("lab", members);
        for (Member target : members.subList(0, 10)) {
            String id = target.nodeId();
            List<String> nearest = observers.standIns(id, any -> true, 100);
            Set<String> count = new HashSet<>();
            members.stream()
                    .map(Member::nodeId)
                    .filter(from -> observers.counts(from, id))
                    .forEach(count::add);

            assertThat(nearest)
                    .hasSize(Observers.NEAREST_COUNTED)
                    .doesNotContainAnyElementsOf(observers.observersOf(id));
            assertThat(count)
                    .hasSize(12 + 8)
                    .doesNotContain(id)
                    .containsAll(nearest)
                    .containsAll(observers.observersOf(id));
        }
        assertThat(Topology.DEFAULT.observers("lab", members(3)).counts(id(0), id(1)))
                .isTrue();
        assertThat(Topology.DEFAULT.observers("lab", members(3)).counts(id(0), id(0)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"14, 12", "20, 12", "33, 12", "33, 3", "100, 12", "100, 3", "500, 12", "1024, 12", "1024, 100"})
    void theLoadIsBalancedAndEverybodyCanReachEverybody(int size, int degree) {
        Map<String, Set<String>> polled = polled(new Topology(Topology.Mode.SPARSE, degree), members(size));

        assertThat(observers(polled).values())
                .hasSize(size)
                .allSatisfy(observers -> assertThat(observers).hasSize(degree));
        assertThat(polled.values()).allSatisfy(targets -> assertThat(targets).hasSizeBetween(1, 2 * degree));
        assertThat(polled.values().stream()
                        .mapToInt(Set::size)
                        .filter(out -> out > degree + degree / 2 + 1)
                        .count())
                .isLessThanOrEqualTo(size / 20);
        assertThat(rounds(polled, id(0))).isLessThanOrEqualTo(degree == 3 ? 14 : 4);
    }

    @Test
    void fewerThanTheDegreeAreAllObserved() {
        Map<String, Set<String>> polled = polled(SPARSE, members(13));

        assertThat(polled.values()).allSatisfy(targets -> assertThat(targets).hasSize(12));
    }

    @Test
    void whoAsksAndInWhichOrderTheMembersStandDoesNotMatter() {
        List<Member> members = members(200);
        List<Member> shuffled = new ArrayList<>(members);
        Collections.shuffle(shuffled, new Random(7));

        assertThat(polled(SPARSE, shuffled)).isEqualTo(polled(SPARSE, members));
    }

    @Test
    void anotherNetworkOfTheSameMembersIsWiredOtherwise() {
        List<Member> members = members(100);

        assertThat(SPARSE.observers("other", members).polledBy(id(0)))
                .isNotEqualTo(SPARSE.observers("lab", members).polledBy(id(0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 100, 1000})
    void aMemberThatComesMovesFewLinksOfTheOthers(int size) {
        Map<String, Set<String>> before = polled(SPARSE, members(size));
        Map<String, Set<String>> after = polled(SPARSE, members(size + 1));

        int gone = before.entrySet().stream()
                .mapToInt(polled -> {
                    Set<String> lost = new HashSet<>(polled.getValue());
                    lost.removeAll(after.get(polled.getKey()));
                    return lost.size();
                })
                .sum();

        // One in each ring, and what filled a place that is filled otherwise now.
        assertThat(gone).isLessThanOrEqualTo(3 * 12);
    }

    @Test
    void membersWithoutAUrlArePolledByNobodyAndAreNoneOfTheTwelve() {
        List<Member> members = new ArrayList<>(members(40));
        members.add(new Member("behind-nat", null, Duration.ofSeconds(10), 2));
        Map<String, Set<String>> polled = polled(SPARSE, members);

        assertThat(polled.get("behind-nat")).hasSize(12);
        assertThat(observers(polled)).doesNotContainKey("behind-nat");
        polled.remove("behind-nat");
        assertThat(observers(polled).values())
                .allSatisfy(observers -> assertThat(observers).hasSize(12));
    }

    @Test
    void standInsAreTheSameForAllAndNoneWhoPollsAnyway() {
        List<Member> members = members(100);
        Observers observers = SPARSE.observers("lab", members);
        Set<String> regular = observers(polled(SPARSE, members)).get(id(7));

        List<String> standIns = observers.standIns(id(7), id -> true, 4);

        assertThat(standIns).hasSize(4).doesNotContain(id(7)).doesNotContainAnyElementsOf(regular);
        assertThat(SPARSE.observers("lab", members.reversed()).standIns(id(7), id -> true, 4))
                .isEqualTo(standIns);
        assertThat(observers.standIns(id(7), id -> !id.equals(standIns.getFirst()), 3))
                .isEqualTo(standIns.subList(1, 4));
        assertThat(Topology.DEFAULT.observers("lab", members(20)).standIns(id(7), id -> true, 4))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 40})
    void nothingThatIsSaidOfAMemberWithoutAUrlCounts(int size) {
        List<Member> members = new ArrayList<>(members(size));
        members.add(new Member("passive", null, Duration.ofSeconds(10), 2));
        Observers observers = Topology.DEFAULT.observers("lab", members);

        assertThat(members).noneMatch(member -> observers.counts(member.nodeId(), "passive"));
        assertThat(observers.observersOf("passive")).isEmpty();
        assertThat(members).anyMatch(member -> observers.counts("passive", member.nodeId()));
    }

    private static List<Member> members(int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        new Member(id(i), URI.create("http://" + id(i) + ".example.com"), Duration.ofSeconds(10), 2))
                .toList();
    }

    private static String id(int i) {
        return "node-" + i;
    }

    private static Map<String, Set<String>> polled(Topology topology, List<Member> members) {
        Observers observers = topology.observers("lab", members);
        Map<String, Set<String>> polled = new HashMap<>();
        for (Member member : members) {
            Set<String> targets = new HashSet<>();
            observers.polledBy(member.nodeId()).forEach(target -> targets.add(target.nodeId()));
            polled.put(member.nodeId(), targets);
        }
        return polled;
    }

    private static Map<String, Set<String>> observers(Map<String, Set<String>> polled) {
        Map<String, Set<String>> observers = new HashMap<>();
        polled.forEach((observer, targets) -> targets.forEach(target ->
                observers.computeIfAbsent(target, id -> new HashSet<>()).add(observer)));
        return observers;
    }

    /** In how many rounds of polls, which carry news both ways, all know what one knows. */
    private static int rounds(Map<String, Set<String>> polled, String from) {
        Map<String, Set<String>> links = observers(polled);
        polled.forEach((observer, targets) ->
                links.computeIfAbsent(observer, id -> new HashSet<>()).addAll(targets));
        Map<String, Integer> reached = new HashMap<>(Map.of(from, 0));
        Deque<String> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            String at = next.remove();
            for (String to : links.getOrDefault(at, Set.of())) {
                if (reached.putIfAbsent(to, Objects.requireNonNull(reached.get(at)) + 1) == null) {
                    next.add(to);
                }
            }
        }
        assertThat(reached).hasSameSizeAs(polled);
        return Collections.max(reached.values());
    }
}
