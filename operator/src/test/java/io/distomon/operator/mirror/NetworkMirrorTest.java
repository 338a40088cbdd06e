package io.distomon.operator.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.distomon.core.Clock;
import io.distomon.core.config.Secret;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.Reason;
import io.distomon.core.view.Standing;
import io.distomon.core.view.Witness;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.mirror.StoreServer.Manner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mirror of real stores over real HTTP. Each node of the network has a store and a server of its own. */
class NetworkMirrorTest {
    private static final String NETWORK = "lab";
    private static final Secret TOKENS = new Secret("a secret of at least thirty-two bytes");
    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final Duration SOON = Duration.ofSeconds(20);

    /** After the first round none comes by itself while a test lasts. */
    private static final Pace BY_HAND = new Pace(Duration.ofMinutes(5), () -> 1);

    private final Map<String, Signer> signers = new LinkedHashMap<>();
    private final Map<String, SharedStore> stores = new LinkedHashMap<>();
    private final Map<String, StoreServer> servers = new LinkedHashMap<>();
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicInteger networks = new AtomicInteger(1);
    private @Nullable NetworkMirror mirror;
    private volatile Runnable changed = () -> {};

    @BeforeEach
    void startNodes() throws IOException {
        for (String node : List.of("fra", "ams", "nyc")) {
            signers.put(node, Signer.generate(node, new SecureRandom()));
        }
        for (String node : signers.keySet()) {
            SharedStore store = new SharedStore(NETWORK, node, keys(), Clock.system());
            stores.put(node, store);
            servers.put(node, StoreServer.start(store, TOKENS));
        }
    }

    @AfterEach
    void stop() {
        if (mirror != null) {
            mirror.close();
        }
        servers.values().forEach(StoreServer::close);
    }

    @Test
    void knowsNothingBeforeItsFirstRound() {
        everybodySeesEverybody();
        servers.values().forEach(server -> server.answer(new Manner.Silent()));

        assertThat(start(target()).state()).isEqualTo(new MirrorState.NotYet());
    }

    @Test
    void showsWhatTheNodesSay() {
        everybodySeesEverybody();
        start(target());

        NetworkView view = freshWhere(seen -> online(seen) == 3);

        assertThat(view.brokenLinks()).isEmpty();
        assertThat(mirror().state())
                .isInstanceOfSatisfying(
                        MirrorState.Fresh.class,
                        fresh -> assertThat(fresh.versions())
                                .isEqualTo(Map.of("fra", "1.2.3", "ams", "1.2.3", "nyc", "1.2.3")));
    }

    @Test
    void othersAskThoseFirstThatItDidNotAskInVain() {
        everybodySeesEverybody();
        server("fra").close();
        start(target());

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(List.copyOf(mirror().inquiry().nodes().keySet()))
                                .hasSize(3)
                                .endsWith("fra"));

        assertThat(mirror().inquiry().networkId()).isEqualTo(NETWORK);
        assertThat(mirror().inquiry().nodes()).isEqualTo(target().nodes());
    }

    @Test
    void ofANetworkThatHasBeenWellForAWhileOneNodeIsAskedInARound() {
        everybodySeesEverybody();
        start(target());
        await().atMost(SOON.multipliedBy(3)).until(() -> requests() > 3 * 13);
        int before = requests();
        long began = System.nanoTime();

        await().atMost(SOON.multipliedBy(3)).until(() -> requests() >= before + 9);

        // With three in a round there would be two pauses of half a second at most.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(3_500));
    }

    @Test
    void amongThousandsOneThatIsWellIsLookedAtSeldomAndAtOnceWhenSomebodyWantsTo() {
        networks.set(2_000);
        everybodySeesEverybody();
        start(target());
        await().atMost(SOON.multipliedBy(3)).until(() -> requests() > 3 * 12);

        int[] last = {-1};
        await("two seconds without a round")
                .atMost(SOON)
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> last[0] == (last[0] = requests()));

        int before = requests();
        mirror().wake();
        await().atMost(SOON).until(() -> requests() == before + 1);
        assertThat(freshWhere(seen -> online(seen) == 3).brokenLinks()).isEmpty();
    }

    @Test
    void aNetworkThatHasLongBeenSilentIsAskedSeldomUntilItAnswers() {
        everybodySeesEverybody();
        servers.values().forEach(server -> server.answer(new Manner.Fixed(503, null, "")));
        start(target(), new Pace(Duration.ofMillis(400), () -> 1));
        for (int i = 0; i < 40; i++) {
            nextRound();
        }

        MirrorState silent = mirror().state();
        await("several of the usual pauses without a round")
                .during(Duration.ofSeconds(2))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(mirror().state()).isSameAs(silent));

        servers.values().forEach(server -> server.answer(new Manner.Honest()));
        nextRound();
        int asked = requests();
        await().atMost(Duration.ofSeconds(8)).until(() -> requests() > asked + 3 * 3);
    }

    private void untilTheFirstRound() {
        await().atMost(SOON).until(() -> !(mirror().state() instanceof MirrorState.NotYet));
    }

    /** Has the nodes asked now, and waits until that is done. */
    private void nextRound() {
        MirrorState before = mirror().state();
        mirror().wake();
        await().pollInterval(Duration.ofMillis(5))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(mirror().state()).isNotSameAs(before));
    }

    private int requests() {
        return servers.values().stream()
                .mapToInt(server -> server.queries().size())
                .sum();
    }

    @Test
    void tellsWhichConfigEachRunsWithAndWhichOfTwoKeysSigned() {
        Signer next = Signer.generate("nyc", new SecureRandom());
        Map<String, List<Verifier>> keys = new LinkedHashMap<>(keys().keys());
        keys.put("nyc", List.of(signer("nyc").verifier(), next.verifier()));
        stores.values().forEach(store -> store.rekey(new KeyMapping(keys)));
        everybodySeesEverybody();
        MirrorTarget target = target();
        start(new MirrorTarget(with(target.network(), keys), target.nodes(), target.tokens()));

        assertThat(reportsWhere(reports -> reports.signedWith().size() == 3))
                .isEqualTo(new MemberReports(
                        Map.of("fra", "config-fra", "ams", "config-ams", "nyc", "config-nyc"),
                        Map.of("fra", "keys-fra", "ams", "keys-ams", "nyc", "keys-nyc"),
                        Map.of(
                                "fra", signer("fra").verifier().fingerprint(),
                                "ams", signer("ams").verifier().fingerprint(),
                                "nyc", signer("nyc").verifier().fingerprint())));
        int before = changes.get();

        store("nyc").publish(content("nyc", Map.of("fra", PingStatus.ONLINE, "ams", PingStatus.ONLINE)), next);

        reportsWhere(reports ->
                next.verifier().fingerprint().equals(reports.signedWith().get("nyc")));
        await().atMost(SOON).until(() -> changes.get() > before);
    }

    @Test
    void ofANodeThatIsSilentNothingIsTold() {
        publish("fra", Map.of("ams", PingStatus.ONLINE, "nyc", PingStatus.OFFLINE));
        publish("ams", Map.of("fra", PingStatus.ONLINE, "nyc", PingStatus.OFFLINE));
        shareAll("fra", "ams");
        start(target());

        assertThat(reportsWhere(reports -> reports.signedWith().size() == 2).configDigests())
                .containsOnlyKeys("fra", "ams");
    }

    @Test
    void afterTheFirstTimeAsksOnlyForWhatChanged() {
        everybodySeesEverybody();
        start(target());

        await().atMost(SOON).until(() -> server("fra").queries().size() > 2);

        assertThat(server("fra").queries().getFirst()).isEqualTo("raw=true");
        assertThat(server("fra").queries().get(1)).startsWith("raw=true&after=");
    }

    @Test
    void tellsOnceWhenSomethingChangesAndNothingWhileNothingDoes() {
        everybodySeesEverybody();
        start(target());
        freshWhere(seen -> online(seen) == 3);
        int before = changes.get();

        int queries = server("fra").queries().size();
        await().atMost(SOON).until(() -> {
            everybodySeesEverybody();
            return server("fra").queries().size() > queries + 5;
        });

        assertThat(changes.get()).isEqualTo(before);
    }

    @Test
    void showsANodeThatTheOthersCannotReach() {
        server("nyc").close();
        publish("fra", Map.of("ams", PingStatus.ONLINE, "nyc", PingStatus.OFFLINE));
        publish("ams", Map.of("fra", PingStatus.ONLINE, "nyc", PingStatus.OFFLINE));
        shareAll("fra", "ams");
        start(target());

        NetworkView view = freshWhere(seen -> state(seen, "nyc") == NodeState.OFFLINE);

        assertThat(state(view, "fra")).isEqualTo(NodeState.ONLINE);
        assertThat(view.node("nyc").orElseThrow().shownAs()).isEqualTo("2 of 2 observers");
    }

    @Test
    void aLinkThatIsBrokenIsToldOnceAndNotWithEveryEntryThatSaysSo() {
        Map<String, PingStatus> lost = Map.of("fra", PingStatus.ONLINE, "nyc", PingStatus.OFFLINE);
        everybodySeesEverybody();
        publish("ams", lost);
        shareAll("fra", "ams", "nyc");
        start(target());
        freshWhere(seen -> seen.brokenLinks().stream().anyMatch(LinkFault::standing));
        int before = changes.get();

        int queries = server("fra").queries().size();
        await().atMost(SOON).until(() -> {
            publish("ams", lost);
            shareAll("ams", "fra");
            return server("fra").queries().size() > queries + 5;
        });

        assertThat(changes.get()).isEqualTo(before);
    }

    @Test
    void whoAloneIsLeftIsBelievedSinceTheOthersWereAskedInVain() {
        server("nyc").close();
        server("ams").close();
        publish("fra", Map.of("ams", PingStatus.OFFLINE, "nyc", PingStatus.OFFLINE));
        start(target());

        NetworkView view = freshWhere(seen -> state(seen, "nyc") == NodeState.OFFLINE);

        assertThat(state(view, "ams")).isEqualTo(NodeState.OFFLINE);
        assertThat(state(view, "fra")).isEqualTo(NodeState.ONLINE);
    }

    @Test
    void whoAloneIsHeardAndReachesNobodyIsNotBelievedWhileTheMirrorReachesAnother() {
        server("nyc").close();
        publish("fra", Map.of("ams", PingStatus.OFFLINE, "nyc", PingStatus.OFFLINE));
        start(target());

        NetworkView view = freshWhere(seen -> state(seen, "fra") == NodeState.DEGRADED);

        assertThat(view.node("fra").orElseThrow().reason()).isEqualTo(Reason.ISOLATED);
        assertThat(state(view, "nyc")).isEqualTo(NodeState.UNKNOWN);
    }

    @Test
    void ofWhoIsNoObserverByTheTopologyNothingCounts() {
        // Two dozen members without a server; each has three observers, and what eight others say counts besides.
        List<Member> members = new ArrayList<>(target().network().members());
        for (int i = 0; i < 21; i++) {
            members.add(new Member("n" + i, URI.create("http://127.0.0.1:1/" + i), Duration.ofSeconds(10), 2));
        }
        NetworkMembers sparse = new NetworkMembers(NETWORK, members, keys(), new Topology(Topology.Mode.SPARSE, 3));
        String stranger = members.stream()
                .map(Member::nodeId)
                .filter(id -> !id.equals("fra") && !sparse.observers().counts("fra", id))
                .findFirst()
                .orElseThrow();
        publish("fra", Map.of(stranger, PingStatus.ONLINE));
        start(new MirrorTarget(sparse, target().nodes(), target().tokens()));

        NetworkView view = freshWhere(
                seen -> !seen.node(stranger).orElseThrow().witnesses().isEmpty());

        assertThat(view.node(stranger).orElseThrow().witnesses())
                .extracting(Witness::standing)
                .containsExactly(Standing.STRANGER);
    }

    @Test
    void afterAChangeOfPollRatesNobodyIsCalledSilentForKeepingToTheOldOnes() {
        List<Member> slow = members(3600);
        MirrorTarget now = target();
        start(new MirrorTarget(new NetworkMembers(NETWORK, slow, keys(), Topology.DEFAULT), now.nodes(), now.tokens()));
        // Five minutes old: too old for ten seconds, and not for an hour.
        for (String node : signers.keySet()) {
            store(node)
                    .merge(RawEntries.of(List.of(SignedNodeData.sign(
                            content(node, Map.of(), 3600).at(Clock.system().wallMicros() - 300_000_000L),
                            signer(node)))));
        }
        freshWhere(seen -> online(seen) == 3);
        int queries = server("fra").queries().size();

        mirror().retarget(now);

        await().atMost(SOON).until(() -> server("fra").queries().size() > queries + 3);
        assertThat(online(freshWhere(seen -> true))).isEqualTo(3);
    }

    @Test
    void aRoundThatFailsIsToldInsteadOfTheLastThatDidNot() {
        everybodySeesEverybody();
        MirrorTarget good = target();
        start(good);
        freshWhere(seen -> online(seen) == 3);

        URI noHttp = URI.create("nothing:fra");
        mirror().retarget(new MirrorTarget(good.network(), Map.of("fra", noHttp), good.tokens()));

        assertThat(unreachable().message()).contains("asking them failed");
        mirror().retarget(good);
        freshWhere(seen -> online(seen) == 3);
    }

    @Test
    void asksANodeThatNobodyHearsDirectly() throws IOException {
        // Five nodes; the four in turn know nothing of the fifth, which nobody names and which is asked last in turn.
        for (String node : List.of("sin", "syd")) {
            signers.put(node, Signer.generate(node, new SecureRandom()));
        }
        for (String node : signers.keySet()) {
            SharedStore store = new SharedStore(NETWORK, node, keys(), Clock.system());
            stores.put(node, store);
            StoreServer before = servers.put(node, StoreServer.start(store, TOKENS));
            if (before != null) {
                before.close();
            }
            publish(node, Map.of());
        }
        start(target(), BY_HAND);

        freshWhere(seen -> seen.nodes().stream().allMatch(node -> node.fresh()));

        assertThat(server("syd").queries()).hasSize(1);
    }

    @Test
    void takesNoEntryThatItsSignerDidNotSign() {
        Signer forger = Signer.generate("nyc", new SecureRandom());
        SharedStore lying = new SharedStore(
                NETWORK, "nyc", new KeyMapping(Map.of("nyc", List.of(forger.verifier()))), Clock.system());
        lying.publish(content("nyc", Map.of("fra", PingStatus.OFFLINE)), forger);
        servers.put("nyc", replaced("nyc", lying));
        publish("fra", Map.of("ams", PingStatus.ONLINE));
        publish("ams", Map.of("fra", PingStatus.ONLINE));
        start(target());

        await().atMost(SOON).until(() -> server("nyc").queries().size() > 2);
        NetworkView view = freshWhere(seen -> state(seen, "fra") == NodeState.ONLINE);

        assertThat(view.node("nyc").orElseThrow().recordDateMicros()).isNull();
    }

    @Test
    void aNodeThatHangsHoldsUpNobody() {
        everybodySeesEverybody();
        server("ams").answer(new Manner.Silent());
        start(target());

        freshWhere(seen -> online(seen) == 3);
    }

    @Test
    void twoProcessesThatSignWithOneKeyAreNamed() throws IOException {
        everybodySeesEverybody();
        start(target());
        freshWhere(seen -> online(seen) == 3);

        String[] boots = {"one", "other"};
        for (int i = 0; i < 8; i++) {
            NodeData said = new NodeData(0, Map.of(), "fra", "1.2.3", NETWORK, 10, boots[i % 2], null, false);
            store("fra").publish(said, signer("fra"));
            int asked = server("fra").queries().size();
            await().atMost(SOON).until(() -> server("fra").queries().size() > asked + 1);
        }

        reportsWhere(reports -> reports.misused().equals(Map.of("fra", MemberReports.Misuse.TWO_PROCESSES)));
    }

    @Test
    void whoSignsTwoEntriesOfOneDateIsNamed() {
        everybodySeesEverybody();
        long date = Clock.system().wallMicros();
        SignedNodeData one = SignedNodeData.sign(
                content("fra", Map.of("ams", PingStatus.ONLINE)).at(date), signer("fra"));
        SignedNodeData other = SignedNodeData.sign(
                content("fra", Map.of("ams", PingStatus.OFFLINE)).at(date), signer("fra"));
        store("ams").merge(RawEntries.of(List.of(one)));
        store("nyc").merge(RawEntries.of(List.of(other)));

        start(target());

        reportsWhere(reports -> reports.misused().equals(Map.of("fra", MemberReports.Misuse.TWO_ENTRIES)));
    }

    @Test
    void theOnlyOneOfFourThatLivesIsFoundInEachRoundAndTheOthersStayOffline() throws IOException {
        start("sgp");
        onlyLives("ams");
        start(target());
        freshWhere(seen -> state(seen, "ams") == NodeState.ONLINE);
        List<MirrorState> states = new CopyOnWriteArrayList<>();
        changed = () -> states.add(mirror().state());

        int asked = server("ams").queries().size();
        await().atMost(SOON).until(() -> server("ams").queries().size() > asked + 8);

        MirrorState last = mirror().state();
        assertThat(states).as("what has changed meanwhile").isEmpty();
        assertThat(last).isInstanceOf(MirrorState.Fresh.class);
        NetworkView view = ((MirrorState.Fresh) last).view();
        assertThat(view.nodes().stream().map(node -> node.nodeId() + " " + node.state()))
                .containsExactlyInAnyOrder("fra OFFLINE", "ams ONLINE", "nyc OFFLINE", "sgp OFFLINE");
    }

    @Test
    void theOnlyOneOfThirtyThatLivesIsFoundInTheFirstRound() throws IOException {
        for (int i = 0; i < 27; i++) {
            start("n" + i);
        }
        onlyLives("n20");

        start(target());

        untilTheFirstRound();
        assertThat(mirror().state()).isInstanceOf(MirrorState.Fresh.class);
        NetworkView view = freshWhere(seen -> seen.nodes().stream()
                        .filter(node -> node.state() == NodeState.OFFLINE)
                        .count()
                == 29);
        assertThat(state(view, "n20")).isEqualTo(NodeState.ONLINE);
    }

    @Test
    void whoLivesBehindTenThatDontIsFoundInTheSecondRoundThoughNobodyHearsIt() throws IOException {
        forgetNodes();
        // In turn, one that lives answers in each round, so that the round goes on to ask in turn no others.
        for (String node : List.of("heard1", "d1", "d2", "heard2", "d3", "d4", "heard3", "d5", "d6")) {
            start(node);
        }
        for (int i = 7; i <= 14; i++) {
            start("d" + i);
        }
        start("lives");
        signers.keySet().stream()
                .filter(node -> node.startsWith("d"))
                .forEach(node -> server(node).close());
        List<String> heard = List.of("heard1", "heard2", "heard3");
        heard.forEach(node -> publish(node, Map.of()));
        shareAll(heard.toArray(String[]::new));
        publish("lives", Map.of());

        start(target(), BY_HAND);
        untilTheFirstRound();
        assertThat(server("lives").queries()).as("asked in the first round").isEmpty();
        nextRound();

        assertThat(server("lives").queries()).hasSize(1);
        assertThat(((MirrorState.Fresh) mirror().state())
                        .view()
                        .node("lives")
                        .orElseThrow()
                        .fresh())
                .isTrue();
    }

    @Test
    void ofADividedNetworkBothPartsAreAskedInEachRound() throws IOException {
        forgetNodes();
        // More of each part than are asked in turn, so that many rounds would ask one part only.
        List<String> east = List.of("e1", "e2", "e3", "e4");
        List<String> west = List.of("w1", "w2", "w3", "w4");
        for (String node : east) {
            start(node);
        }
        for (String node : west) {
            start(node);
        }
        seeEachOtherAndNot(east, west);
        seeEachOtherAndNot(west, east);
        start(target(), BY_HAND);
        untilTheFirstRound();
        for (int i = 0; partitions().isEmpty() && i < 10; i++) {
            nextRound();
        }
        assertThat(partitions()).containsExactlyInAnyOrder(east, west);

        for (int i = 0; i < 8; i++) {
            int inTheEast = requests(east);
            int inTheWest = requests(west);
            nextRound();
            assertThat(requests(east)).as("asked in the east").isGreaterThan(inTheEast);
            assertThat(requests(west)).as("asked in the west").isGreaterThan(inTheWest);
        }
    }

    /** All in one part hold and say the same: that they reach each other, and nobody of the other part. */
    private void seeEachOtherAndNot(List<String> own, List<String> others) {
        for (String node : own) {
            Map<String, PingStatus> seen = new LinkedHashMap<>();
            own.stream().filter(other -> !other.equals(node)).forEach(other -> seen.put(other, PingStatus.ONLINE));
            others.forEach(other -> seen.put(other, PingStatus.OFFLINE));
            publish(node, seen);
        }
        shareAll(own.toArray(String[]::new));
    }

    private List<List<String>> partitions() {
        return mirror().state() instanceof MirrorState.Fresh(NetworkView view, var versions, var reports)
                ? view.partitions()
                : List.of();
    }

    private int requests(List<String> nodes) {
        return nodes.stream().mapToInt(node -> server(node).queries().size()).sum();
    }

    /** Everybody else is dead, and this one has seen that. */
    private void onlyLives(String node) {
        signers.keySet().stream()
                .filter(other -> !other.equals(node))
                .forEach(other -> server(other).close());
        publish(
                node,
                signers.keySet().stream()
                        .filter(other -> !other.equals(node))
                        .collect(Collectors.toMap(other -> other, other -> PingStatus.OFFLINE)));
    }

    /** For networks that have other nodes than the usual. */
    private void forgetNodes() {
        servers.values().forEach(StoreServer::close);
        servers.clear();
        signers.clear();
        stores.clear();
    }

    /** One more node. */
    private void start(String node) throws IOException {
        signers.put(node, Signer.generate(node, new SecureRandom()));
        stores.put(node, new SharedStore(NETWORK, node, keys(), Clock.system()));
        servers.put(node, StoreServer.start(store(node), TOKENS));
        stores.values().forEach(store -> store.rekey(keys()));
    }

    @Test
    void tellsHowLongAgoSomebodyAnswered() {
        everybodySeesEverybody();
        start(target());
        await().atMost(SOON).until(() -> mirror().state(), MirrorState.Fresh.class::isInstance);
        assertThat(mirror().sinceAnswer()).isLessThan(SOON);

        servers.values().forEach(StoreServer::close);
        unreachable();
        Duration before = mirror().sinceAnswer();

        await("what nobody renews grows")
                .atMost(SOON)
                .until(() -> mirror().sinceAnswer().compareTo(before.plusSeconds(1)) > 0);
    }

    @Test
    void saysWhyNobodyAnswers() {
        server("fra").answer(new Manner.Fixed(503, null, ""));
        server("ams").answer(new Manner.Fixed(200, "0-0", "[1, 2"));
        server("nyc").answer(new Manner.Fixed(200, null, "{}"));
        start(target());

        MirrorState state =
                await().atMost(SOON).until(() -> mirror().state(), MirrorState.Unreachable.class::isInstance);

        assertThat(((MirrorState.Unreachable) state).message())
                .contains("fra: it answers 503")
                .contains("ams: its answer is no store")
                .contains("nyc: its answer has no usable Distomon-Cursor");
    }

    @Test
    void remembersSinceWhenNobodyAnswers() {
        server("fra").answer(new Manner.Fixed(500, null, ""));
        server("ams").close();
        server("nyc").close();
        start(target());
        MirrorState.Unreachable first = unreachable();

        int asked = server("fra").queries().size();
        await().atMost(SOON).until(() -> server("fra").queries().size() > asked + 2);

        assertThat(unreachable()).isEqualTo(first);
    }

    @Test
    void aCauseThatHasChangedIsToldAndTheMomentStands() {
        servers.values().forEach(server -> server.answer(new Manner.Fixed(503, null, "")));
        start(target(), BY_HAND);
        MirrorState.Unreachable refused = unreachable();
        assertThat(refused.message()).contains("fra: it answers 503");
        await().atMost(SOON).until(() -> changes.get() == 1);

        servers.values().forEach(StoreServer::close);
        nextRound();
        nextRound();

        assertThat(unreachable().message()).contains("fra: ", "ams: ", "nyc: ").doesNotContain("503");
        assertThat(unreachable().since()).isEqualTo(refused.since());
        await("somebody is told").atMost(SOON).until(() -> changes.get() == 2);
    }

    @Test
    void aCauseOfOneRoundIsNotTold() {
        servers.values().forEach(server -> server.answer(new Manner.Fixed(503, null, "")));
        start(target(), BY_HAND);
        await().atMost(SOON).until(() -> changes.get() == 1);

        for (int i = 0; i < 6; i++) {
            Manner next = new Manner.Fixed(500 + i, null, "");
            servers.values().forEach(server -> server.answer(next));
            nextRound();
            assertThat(unreachable().message()).contains("fra: it answers 503");
        }
        nextRound();

        await().atMost(SOON).until(() -> changes.get() == 2);
        assertThat(unreachable().message()).contains("fra: it answers 505");
    }

    @Test
    void isRefusedWithTheWrongSecret() {
        everybodySeesEverybody();
        MirrorTarget right = target();
        start(new MirrorTarget(
                right.network(), right.nodes(), new TokenSigner(new Secret("another secret of thirty-two bytes"))));

        MirrorState state =
                await().atMost(SOON).until(() -> mirror().state(), MirrorState.Unreachable.class::isInstance);

        assertThat(((MirrorState.Unreachable) state).message()).contains("fra: it answers 401");
    }

    @Test
    void withNewKeysAsksForEverythingAgain() {
        everybodySeesEverybody();
        MirrorTarget whole = target();
        Map<String, List<Verifier>> withoutNyc =
                new LinkedHashMap<>(whole.network().keys().keys());
        withoutNyc.put("nyc", List.of());
        start(new MirrorTarget(with(whole.network(), withoutNyc), whole.nodes(), whole.tokens()));
        freshWhere(seen -> seen.node("fra").orElseThrow().fresh()
                && !seen.node("nyc").orElseThrow().fresh());

        mirror().retarget(whole);

        freshWhere(seen -> seen.node("nyc").orElseThrow().fresh());
    }

    @Test
    void staysWithItsNetwork() {
        start(target());
        MirrorTarget other = new MirrorTarget(
                new NetworkMembers("other", List.of(), new KeyMapping(Map.of()), Topology.DEFAULT),
                Map.of(),
                new TokenSigner(TOKENS));

        assertThatThrownBy(() -> mirror().retarget(other)).hasMessage("found network other, expected lab");
    }

    @Test
    void asksNobodyAfterItsEnd() {
        everybodySeesEverybody();
        start(target());
        freshWhere(seen -> online(seen) == 3);

        mirror().close();

        // The round under way may still end; many intervals then pass without one.
        int[] asked = {-1};
        await().during(INTERVAL.multipliedBy(10)).atMost(SOON).until(() -> {
            int before = asked[0];
            asked[0] = server("fra").queries().size();
            return asked[0] == before;
        });
    }

    @Test
    void tokensOfAShortSecretAreNotMade() {
        assertThatThrownBy(() -> new TokenSigner(new Secret("short")))
                .hasMessage("the secret that tokens are signed with is too short, expected at least 32 bytes");
    }

    private NetworkMirror start(MirrorTarget target) {
        return start(target, new Pace(INTERVAL, networks::get));
    }

    private NetworkMirror start(MirrorTarget target, Pace pace) {
        mirror = NetworkMirror.start(target, new StoreClient(), Clock.system(), pace, () -> {
            changes.incrementAndGet();
            changed.run();
        });
        return mirror;
    }

    private NetworkMirror mirror() {
        return Objects.requireNonNull(mirror);
    }

    private StoreServer server(String node) {
        return Objects.requireNonNull(servers.get(node));
    }

    private SharedStore store(String node) {
        return Objects.requireNonNull(stores.get(node));
    }

    private Signer signer(String node) {
        return Objects.requireNonNull(signers.get(node));
    }

    private MirrorState.Unreachable unreachable() {
        return (MirrorState.Unreachable)
                await().atMost(SOON).until(() -> mirror().state(), MirrorState.Unreachable.class::isInstance);
    }

    @Test
    void theMembersOfARepositoryAreThoseThatItsNodesName() {
        everybodySeesEverybody();
        MirrorTarget whole = target();
        // The spec knows of one node, which runs here; the repository of two more, whose words count once they are
        // named.
        MirrorTarget spec = new MirrorTarget(
                new NetworkMembers(
                        NETWORK,
                        members(10).subList(0, 1),
                        new KeyMapping(Map.of("fra", keys().of("fra"))),
                        Topology.DEFAULT),
                Map.of("fra", server("fra").url()),
                whole.tokens(),
                true,
                List.of());
        server("fra").inform(info("c1", null));
        start(spec);

        assertThat(freshWhere(seen -> online(seen) == 3).nodes()).hasSize(3);
        assertThat(mirror().membership().members()).isEqualTo(whole.network());

        server("fra").inform(info("c1", "config.yml: bad"));
        await().atMost(SOON)
                .until(
                        () -> mirror().membership().reports().get("fra"),
                        report -> report != null && report.refusesNewest());
        assertThat(freshWhere(seen -> online(seen) == 3).nodes()).hasSize(3);

        mirror().retarget(whole);
        await().atMost(SOON).until(() -> !mirror().membership().isKnown());
    }

    /** What a node says that runs with all members. */
    private String info(String commit, @Nullable String error) {
        String members = members(10).stream()
                .map(member -> "{\"node_id\": \"%s\", \"url\": \"%s\", \"poll_rate\": 10, \"retry\": 2}"
                        .formatted(member.nodeId(), member.url()))
                .collect(Collectors.joining(", "));
        String keys = signers.values().stream()
                .map(signer -> "\"%s\": [\"%s\"]"
                        .formatted(signer.nodeId(), signer.verifier().pem().replace("\n", "\\n")))
                .collect(Collectors.joining(", "));
        return """
                {"networks": [{"network_id": "lab", "topology": "auto", "degree": 12, "public_keys": {%s}, "members": [%s],
                 "config": {"commit": "%s", "newest": "%s", "loaded_at": "2026-05-01T10:00:00Z", "error": %s}}]}
                """.formatted(
                keys, members, commit, error == null ? commit : "bad", error == null ? "null" : "\"" + error + "\"");
    }

    /** The view once it is fresh and as it should be. */
    private NetworkView freshWhere(Predicate<NetworkView> expected) {
        return ((MirrorState.Fresh) await().atMost(SOON)
                        .until(
                                () -> mirror().state(),
                                state -> state instanceof MirrorState.Fresh(NetworkView view, var versions, var reports)
                                        && expected.test(view)))
                .view();
    }

    /** What the members say of themselves once it is as it should be. */
    private MemberReports reportsWhere(Predicate<MemberReports> expected) {
        return await().atMost(SOON).until(() -> mirror().state().reports(), expected);
    }

    private static long online(NetworkView view) {
        return view.nodes().stream()
                .filter(node -> node.state() == NodeState.ONLINE)
                .count();
    }

    private static NodeState state(NetworkView view, String node) {
        return view.node(node).orElseThrow().state();
    }

    private MirrorTarget target() {
        Map<String, URI> urls = new LinkedHashMap<>();
        servers.forEach((node, server) -> urls.put(node, server.url()));
        return new MirrorTarget(
                new NetworkMembers(NETWORK, members(10), keys(), Topology.DEFAULT), urls, new TokenSigner(TOKENS));
    }

    private List<Member> members(int pollSeconds) {
        return signers.keySet().stream()
                .map(node -> new Member(node, server(node).url(), Duration.ofSeconds(pollSeconds), 2))
                .toList();
    }

    private static NetworkMembers with(NetworkMembers network, Map<String, List<Verifier>> keys) {
        return new NetworkMembers(network.networkId(), network.members(), new KeyMapping(keys), network.topology());
    }

    private KeyMapping keys() {
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        signers.forEach((node, signer) -> keys.put(node, List.of(signer.verifier())));
        return new KeyMapping(keys);
    }

    private void everybodySeesEverybody() {
        for (String node : signers.keySet()) {
            publish(
                    node,
                    signers.keySet().stream()
                            .filter(other -> !other.equals(node))
                            .collect(Collectors.toMap(other -> other, other -> PingStatus.ONLINE)));
        }
        shareAll(signers.keySet().toArray(String[]::new));
    }

    private void publish(String node, Map<String, PingStatus> seen) {
        store(node).publish(content(node, seen), signer(node));
    }

    private static NodeData content(String node, Map<String, PingStatus> seen) {
        return content(node, seen, 10);
    }

    private static NodeData content(String node, Map<String, PingStatus> seen, int interval) {
        Map<String, PingData> pings = new LinkedHashMap<>();
        seen.forEach((other, status) -> pings.put(other, new PingData(status, 1, 2, 1_000_000L, null)));
        return new NodeData(0, pings, node, "1.2.3", NETWORK, interval, "boot-" + node, "config-" + node, false)
                .verifyingWith("keys-" + node);
    }

    /** What exchanges would have done. */
    private void shareAll(String... nodes) {
        for (String from : nodes) {
            for (String to : nodes) {
                store(to).merge(RawEntries.of(store(from).newerThan(store(to).have())));
            }
        }
    }

    private StoreServer replaced(String node, SharedStore store) {
        server(node).close();
        try {
            return StoreServer.start(store, TOKENS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
