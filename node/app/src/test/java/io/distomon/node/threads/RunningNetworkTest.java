package io.distomon.node.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.Clock;
import io.distomon.core.config.LoadedNetwork;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.Admission;
import io.distomon.core.exchange.HttpRequestHead;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.exchange.OutgoingRequest;
import io.distomon.core.exchange.Receiver;
import io.distomon.core.exchange.Requester;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.tls.PeerTrust;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.core.view.NetworkView;
import io.distomon.node.polls.PeerConnections;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunningNetworkTest {
    /** Port 1 of this machine: nobody answers there. */
    private static final URI NOBODY = URI.create("http://127.0.0.1:1");

    private static final List<Member> MEMBERS =
            List.of(member("ams"), member("fra"), member("hel"), member("nyc"), member("rio"), member("syd"));
    private static final Topology THREE_OF_FIVE = new Topology(Topology.Mode.SPARSE, 3);

    private final SecureRandom random = new SecureRandom();
    private final Signer ams = Signer.generate("ams", random);
    private final Signer fra = Signer.generate("fra", random);
    private final PeerConnections peers = PeerConnections.alone(new PeerTrust(List.of())::context, Clock.system());
    private final RunningNetwork network = network();

    @AfterEach
    void end() {
        network.stop();
        peers.close();
    }

    @Test
    void whoComesInQuestionIsPolledByThoseThatStandIn() {
        String other = unpolled();
        fraHasLost(other);

        network.start();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(network.peers())
                        .containsKey(other)
                        .hasSize(network.config().polled().size() + 1));
    }

    @Test
    void afterAFarewellNobodyIsPolledWhoeverComesInQuestion() {
        fraHasLost(unpolled());

        network.leave();

        assertThat(network.peers()).isEmpty();
    }

    @Test
    void anotherTopologyChangesWhoIsPolledWithoutARestart() {
        network.start();
        List<String> some =
                network.config().polled().stream().map(Member::nodeId).toList();
        assertThat(network.peers()).containsOnlyKeys(some).hasSizeLessThan(MEMBERS.size() - 1);

        network.reconfigure(loaded(new Topology(Topology.Mode.FULL, 3)));

        assertThat(network.peers()).containsOnlyKeys("fra", "hel", "nyc", "rio", "syd");

        network.reconfigure(loaded(THREE_OF_FIVE));

        assertThat(network.peers()).containsOnlyKeys(some);
        assertThat(network.links()).hasSameSizeAs(some);
    }

    @Test
    void anOfflinePeerThatAsksUsIsPolledAtOnce() {
        network.reconfigure(loaded(withFra(Duration.ofSeconds(1), 0)));
        fraHasLost("nyc"); // so it has been there, and is not only coming up
        network.start();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(fra().status()).isEqualTo(PingStatus.OFFLINE));
        network.reconfigure(loaded(withFra(Duration.ofHours(1), 0)));
        long polls = failed(fra());

        fraAsks();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(failed(fra())).isGreaterThan(polls));
    }

    /** A scrape takes {@code view()}, {@code /view} what {@code ask()} says. */
    @Test
    void howeverManyAskWhatTheStoreMeansItIsFoldedOncePerChange() {
        NetworkView scraped = network.view();
        assertThat(network.ask().view()).isSameAs(scraped);
        assertThat(network.view()).isSameAs(scraped);

        fraHasLost("nyc");

        NetworkView shown = network.ask().view();
        assertThat(shown).isNotSameAs(scraped);
        assertThat(shown.node("nyc")).isNotEqualTo(scraped.node("nyc"));
        assertThat(network.view()).isSameAs(shown);
    }

    private PeerReport fra() {
        return Objects.requireNonNull(network.peers().get("fra"));
    }

    private static long failed(PeerReport peer) {
        return peer.polls().failed().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static List<Member> withFra(Duration pollRate, int retry) {
        return List.of(member("ams"), new Member("fra", NOBODY, pollRate, retry));
    }

    /** What a request of fra's does, but for HTTP. */
    private void fraAsks() {
        Clock clock = Clock.system();
        NetworkConfig config = NetworkConfig.of("lab", "fra", withFra(Duration.ofHours(1), 0), keys(), List.of());
        SharedStore store = new SharedStore("lab", "fra", keys(), clock);
        store.publish(new NodeData(0, Map.of(), "fra", "1", "lab", 10, "boot", null, false), fra);
        OutgoingRequest request = new Requester(new NetworkExchange(config, fra, store, news -> {}), clock, random)
                .prepare("ams")
                .orElseThrow();
        Receiver receiver = new Receiver(clock, random, id -> Optional.of(network.exchange()));
        Admission admission =
                receiver.admit(new HttpRequestHead("POST", request.uri().getPath(), request.fields()));
        assertThat(admission)
                .isInstanceOfSatisfying(
                        Admission.Admitted.class,
                        admitted -> assertThat(receiver.answer(admitted, request.body(), Moment.now(clock))
                                        .status())
                                .isEqualTo(200));
    }

    private String unpolled() {
        return MEMBERS.stream()
                .filter(member -> !network.config().polled().contains(member))
                .map(Member::nodeId)
                .filter(id -> !id.equals("ams") && !id.equals("fra"))
                .findFirst()
                .orElseThrow();
    }

    private void fraHasLost(String id) {
        long now = Clock.system().wallMicros();
        PingData lost = new PingData(PingStatus.OFFLINE, 1, 2, now, "timeout");
        NodeData said = new NodeData(now, Map.of(id, lost), "fra", "1", "lab", 10, "boot", null, false);
        network.store().merge(RawEntries.of(List.of(SignedNodeData.sign(said, fra))));
    }

    private RunningNetwork network() {
        return new RunningNetwork(loaded(THREE_OF_FIVE), "1", "boot", Clock.system(), peers, random);
    }

    private KeyMapping keys() {
        return new KeyMapping(Map.of("ams", List.of(ams.verifier()), "fra", List.of(fra.verifier())));
    }

    private LoadedNetwork loaded(Topology topology) {
        return loaded(NetworkConfig.of("lab", "ams", MEMBERS, keys(), topology, List.of()));
    }

    private LoadedNetwork loaded(List<Member> members) {
        return loaded(NetworkConfig.of("lab", "ams", members, keys(), List.of()));
    }

    private LoadedNetwork loaded(NetworkConfig config) {
        return new LoadedNetwork(new NetworkSource("lab", "ams", null), config, ams);
    }

    private static Member member(String id) {
        return new Member(id, NOBODY, Duration.ofSeconds(10), 2);
    }
}
