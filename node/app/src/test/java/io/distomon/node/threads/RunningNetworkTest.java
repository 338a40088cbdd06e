package io.distomon.node.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.Clock;
import io.distomon.core.config.LoadedNetwork;
import io.distomon.core.config.Member;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.config.Topology;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SignedNodeData;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunningNetworkTest {
    private static final List<Member> MEMBERS =
            List.of(member("ams"), member("fra"), member("hel"), member("nyc"), member("rio"), member("syd"));
    private static final Topology THREE_OF_FIVE = new Topology(Topology.Mode.SPARSE, 3);

    private final SecureRandom random = new SecureRandom();
    private final Signer ams = Signer.generate("ams", random);
    private final Signer fra = Signer.generate("fra", random);
    private final HttpClient http = HttpClient.newHttpClient();
    private final RunningNetwork network = network();

    @AfterEach
    void end() {
        network.stop();
        http.shutdownNow();
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
        return new RunningNetwork(loaded(THREE_OF_FIVE), "1", "boot", Clock.system(), http, random);
    }

    private LoadedNetwork loaded(Topology topology) {
        KeyMapping keys = new KeyMapping(Map.of("ams", List.of(ams.verifier()), "fra", List.of(fra.verifier())));
        NetworkConfig config = NetworkConfig.of("lab", "ams", MEMBERS, keys, topology, List.of());
        return new LoadedNetwork(new NetworkSource("lab", "ams", null), config, ams);
    }

    /** Port 1 of this machine: nobody answers there. */
    private static Member member(String id) {
        return new Member(id, URI.create("http://127.0.0.1:1"), Duration.ofSeconds(10), 2);
    }
}
