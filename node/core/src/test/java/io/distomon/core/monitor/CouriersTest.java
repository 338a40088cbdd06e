package io.distomon.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** We are n0, in a sparse network of forty, in which each is polled by twelve; n30 to n39 are passive. */
class CouriersTest {
    private static final int DRAWS = 200;
    private static final int SIZE = 40;
    private static final NetworkConfig CONFIG = config(SIZE, new Topology(Topology.Mode.SPARSE, 12));

    private final Couriers couriers = new Couriers(new Random(7));

    @Test
    void withoutAnOccasionNobodyIsTold() {
        assertThat(choose(Occasion.NONE)).isEmpty();
    }

    @Test
    void anAnswerGoesToThreeAccusersAndOneOther() {
        Set<String> accusers = ids(1, 2, 3, 4, 5, 6, 7, 8);
        Set<String> everChosen = new HashSet<>();
        for (int i = 0; i < DRAWS; i++) {
            List<String> chosen = choose(new Occasion(accusers, Set.of(), Set.of()));
            assertThat(chosen).hasSize(4);
            assertThat(accusers).containsAll(chosen.subList(0, 3));
            everChosen.addAll(chosen);
        }
        assertThat(everChosen).hasSize(29); // all that can be polled, but us
    }

    @Test
    void anAnswerToOneAccuserGoesToThreeOthersToo() {
        for (int i = 0; i < DRAWS; i++) {
            assertThat(choose(new Occasion(ids(1), Set.of(), Set.of())))
                    .hasSize(4)
                    .startsWith("n1");
        }
    }

    @Test
    void anAnswerToWhoCannotBePolledGoesToOthers() {
        for (int i = 0; i < DRAWS; i++) {
            assertThat(choose(new Occasion(ids(35, 36, 37), Set.of(), Set.of())))
                    .hasSize(4);
        }
    }

    @Test
    void aFirstFailureGoesToFourOfTheTargetsOtherObservers() {
        String target = observedBy("n0").getFirst();
        Set<String> others = new HashSet<>(CONFIG.observers().observersOf(target));
        others.remove("n0");
        others.removeAll(ids(30, 31, 32, 33, 34, 35, 36, 37, 38, 39));
        Set<String> everChosen = new HashSet<>();
        for (int i = 0; i < DRAWS; i++) {
            List<String> chosen = choose(new Occasion(Set.of(), Set.of(target), Set.of()));
            assertThat(chosen).hasSize(4);
            everChosen.addAll(chosen);
        }
        assertThat(everChosen).isEqualTo(others);
    }

    @Test
    void firstFailuresOfManyGoToTheObserversOfTwo() {
        Set<String> targets = Set.copyOf(observedBy("n0"));
        assertThat(targets).hasSizeGreaterThan(8);
        Set<String> everChosen = new HashSet<>();
        int most = 0;
        for (int i = 0; i < DRAWS; i++) {
            List<String> chosen = choose(new Occasion(Set.of(), targets, Set.of()));
            assertThat(chosen).hasSizeBetween(4, 8);
            everChosen.addAll(chosen);
            most = Math.max(most, chosen.size());
        }
        assertThat(most).isEqualTo(8);
        assertThat(everChosen).hasSizeGreaterThan(20); // not always the same two
    }

    @Test
    void anOfflineGoesToFourOfTheTargetsOtherObserversThatAreNotOfflineToo() {
        String target = observedBy("n0").getFirst();
        Set<String> others = new HashSet<>(CONFIG.observers().observersOf(target));
        others.remove("n0");
        others.removeAll(ids(30, 31, 32, 33, 34, 35, 36, 37, 38, 39));
        String dead = others.iterator().next();
        others.remove(dead);
        Set<String> everChosen = new HashSet<>();
        for (int i = 0; i < DRAWS; i++) {
            assertThat(choose(new Occasion(Set.of(), Set.of(), Set.of(target)))).hasSize(4);
            List<String> chosen = choose(new Occasion(Set.of(), Set.of(), Set.of(target, dead)));
            assertThat(chosen).hasSizeBetween(4, 8).doesNotContain(target, dead);
            everChosen.addAll(chosen);
        }
        assertThat(everChosen).containsAll(others);
    }

    @Test
    void whereMostOfItsObserversAreOfflineTooOthersAreToldOfIt() {
        String target = observedBy("n0").getFirst();
        List<String> observers = new ArrayList<>(CONFIG.observers().observersOf(target));
        observers.remove("n0");
        observers.removeAll(ids(30, 31, 32, 33, 34, 35, 36, 37, 38, 39));
        String reached = observers.removeLast();
        Set<String> down = new HashSet<>(observers);
        down.add(target);
        for (int i = 0; i < DRAWS; i++) {
            assertThat(choose(new Occasion(Set.of(), Set.of(), Set.of(target)), down))
                    .hasSize(4)
                    .contains(reached)
                    .doesNotContainAnyElementsOf(down);
            assertThat(choose(new Occasion(Set.of(), Set.of(target), Set.of()), down))
                    .containsExactly(reached);
        }
    }

    @Test
    void anAnswerGoesToTheAccuserThoughWeDoNotReachItAndOtherwiseToThoseWhomWeReach() {
        Set<String> down =
                new HashSet<>(CONFIG.members().stream().map(Member::nodeId).toList());
        down.remove("n7");

        assertThat(choose(new Occasion(ids(1), Set.of(), Set.of()), down)).containsExactly("n1", "n7");
    }

    @Test
    void noMoreThanTwentyAreToldOfAllAtOnceEachOnceAndNeverOurselvesOrWhoCannotBePolled() {
        Set<String> all = IntStream.range(0, SIZE).mapToObj(i -> "n" + i).collect(Collectors.toSet());
        for (int i = 0; i < DRAWS; i++) {
            List<String> chosen = choose(new Occasion(all, Set.copyOf(observedBy("n0")), Set.copyOf(observedBy("n1"))));
            assertThat(chosen).hasSizeLessThanOrEqualTo(20).doesNotHaveDuplicates();
            assertThat(chosen)
                    .doesNotContain("n0")
                    .doesNotContainAnyElementsOf(ids(30, 31, 32, 33, 34, 35, 36, 37, 38, 39));
        }
    }

    @Test
    void inASmallNetworkAllThereAreAreTold() {
        NetworkConfig small = config(3, Topology.DEFAULT);

        assertThat(couriers.choose(said(new Occasion(ids(1), ids(1), Set.of()), Set.of()), small))
                .extracting(Member::nodeId)
                .containsExactlyInAnyOrder("n1", "n2");
        assertThat(couriers.choose(said(new Occasion(Set.of(), Set.of(), ids(1)), ids(1)), config(2, Topology.DEFAULT)))
                .isEmpty();
    }

    @Test
    void whoIsNoMemberAnyMoreIsNotTold() {
        assertThat(choose(new Occasion(Set.of("gone"), Set.of("gone"), Set.of("gone"))))
                .doesNotContain("gone")
                .hasSizeBetween(4, 8);
    }

    @Test
    void whoIsAskedForWhatWeSaidBeforeIsAnybody() {
        Set<String> everChosen = new HashSet<>();
        for (int i = 0; i < DRAWS; i++) {
            List<String> chosen = couriers.anybody(Couriers.ASKED_AT_START, CONFIG).stream()
                    .map(Member::nodeId)
                    .toList();
            assertThat(chosen).hasSize(3).doesNotHaveDuplicates();
            everChosen.addAll(chosen);
        }
        assertThat(everChosen).hasSize(29).doesNotContain("n0");
    }

    private List<String> choose(Occasion occasion) {
        return choose(occasion, occasion.offline());
    }

    private List<String> choose(Occasion occasion, Set<String> down) {
        return couriers.choose(said(occasion, down), CONFIG).stream()
                .map(Member::nodeId)
                .toList();
    }

    private static OwnRecord.Said said(Occasion occasion, Set<String> down) {
        Map<String, PingData> pings = new HashMap<>();
        down.forEach(id -> pings.put(id, new PingData(PingStatus.OFFLINE, 1, 2, 3L, "timeout")));
        return new OwnRecord.Said(new NodeData(0, pings, "n0", "1", "lab", 10, "boot", null, false), occasion);
    }

    private static List<String> observedBy(String observer) {
        return CONFIG.observers().polledBy(observer).stream()
                .map(Member::nodeId)
                .toList();
    }

    private static Set<String> ids(int... numbers) {
        return IntStream.of(numbers).mapToObj(i -> "n" + i).collect(Collectors.toSet());
    }

    private static NetworkConfig config(int size, Topology topology) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            URI url = i < 30 ? URI.create("http://n" + i) : null;
            members.add(new Member("n" + i, url, Duration.ofSeconds(10), 2));
        }
        return NetworkConfig.of("lab", "n0", members, new KeyMapping(Map.of()), topology, List.of());
    }
}
