package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.Clock;
import io.distomon.core.store.EntryDate;
import io.distomon.core.topology.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes on loopback ports that come up one after the other, and are restarted on purpose. */
class RestartTest {
    private static final List<String> IDS = List.of("fra", "ams", "nyc");
    private static final Map<String, String> ALL_ONLINE = Map.of("fra", "Online", "ams", "Online", "nyc", "Online");

    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, String> tokens = new LinkedHashMap<>();
    private final List<String> alarms = new ArrayList<>();
    private NetworkOnDisk network;

    @BeforeEach
    void write(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(Node::close);
    }

    @Test
    void whoComesUpIsUnknownAndThenOnlineAndNothingIsCalledBroken() throws Exception {
        for (String id : IDS) {
            start(id);
            look();
        }

        untilAllAreOnline();

        assertThat(alarms).isEmpty();
    }

    @Test
    void aRollingRestartOfAllBlamesNobody() throws Exception {
        IDS.forEach(this::start);
        untilAllAreOnline();
        alarms.clear();

        for (String id : IDS) {
            stop(id);
            look();
            start(id);
            untilAllAreOnline();
        }

        assertThat(alarms).isEmpty();
    }

    /** Since when a fourth node is down, since when each link works or not, and what it has lost. */
    @Test
    void aRollingRestartForgetsNothingThatPeersKnow(@TempDir Path directory) throws Exception {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc", "rio");
        // Those that are restarted are never called offline meanwhile, which would be another state since then.
        List<Member> members = new ArrayList<>(List.of(network.member("rio")));
        IDS.forEach(id -> members.add(new Member(id, network.member(id).url(), Duration.ofSeconds(1), 30)));
        List.of("fra", "ams", "nyc", "rio").forEach(id -> network.writeSharedOf(id, members));
        try (ForkedNode rio = ForkedNode.start(network, "rio")) {
            IDS.forEach(this::start);
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> {
                        for (String asker : IDS) {
                            assertThat(new Verdicts(view(asker))
                                            .of("rio")
                                            .get("shown_as")
                                            .asText())
                                    .isEqualTo("3 of 3");
                            assertThat(sinces(asker)).hasSize(10).isEqualTo(sinces("fra"));
                        }
                    });
            rio.kill();
        }
        eventually().untilAsserted(() -> {
            for (String asker : IDS) {
                assertThat(new Verdicts(view(asker)).of("rio").get("shown_as").asText())
                        .isEqualTo("3 of 3 observers");
            }
        });
        Map<String, String> before = sinces("fra");

        for (String id : IDS) {
            stop(id);
            String stopped = EntryDate.format(Clock.system().wallMicros());
            for (String other : others(id)) {
                eventually()
                        .untilAsserted(() -> assertThat(loss(other, other, id)).isPositive());
            }
            start(id);

            eventually().untilAsserted(() -> {
                for (String asker : IDS) {
                    Verdicts verdicts = new Verdicts(view(asker));
                    for (String target : others(id)) {
                        assertThat(saidBy(verdicts, id, target)
                                        .get("entry_date")
                                        .asText())
                                .isGreaterThan(stopped);
                    }
                    assertThat(sinces(asker)).as("asked of " + asker).isEqualTo(before);
                }
            });
            // All of its polls since then were answered.
            for (String target : IDS.subList(0, IDS.indexOf(id))) {
                assertThat(loss("nyc", id, target)).as(id + " to " + target).isPositive();
            }
        }
    }

    private void start(String nodeId) {
        nodes.put(nodeId, Node.start(network.properties(nodeId)));
    }

    private void stop(String nodeId) {
        Objects.requireNonNull(nodes.remove(nodeId)).close();
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(200));
    }

    private void untilAllAreOnline() {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> look() == IDS.size());
    }

    /** Notes what any node's view calls broken that nobody stopped; how many say that all is well. */
    private int look() throws IOException, InterruptedException {
        int well = 0;
        for (String asker : nodes.keySet()) {
            JsonNode view = view(asker);
            for (JsonNode node : view.get("nodes")) {
                boolean isFault = List.of("Offline", "Degraded")
                                .contains(node.get("state").asText())
                        && !node.get("planned").asBoolean();
                if (isFault) {
                    alarms.add(asker + ": " + node.get("in_words").asText());
                }
            }
            for (JsonNode link : view.get("broken_links")) {
                if (link.get("standing").asBoolean()) {
                    alarms.add(asker + ": " + link.get("in_words").asText());
                }
            }
            well += new Verdicts(view).states().equals(ALL_ONLINE) ? 1 : 0;
        }
        return well;
    }

    private static JsonNode saidBy(Verdicts verdicts, String observer, String target) {
        for (JsonNode witness : verdicts.of(target).get("witnesses")) {
            if (witness.get("observer").asText().equals(observer)) {
                return witness;
            }
        }
        throw new AssertionError(observer + " says nothing of " + target);
    }

    private double loss(String asker, String observer, String target) throws IOException, InterruptedException {
        return saidBy(new Verdicts(view(asker)), observer, target).get("loss").asDouble();
    }

    /** Since when rio is offline, and since when each of those that run sees another as it does. */
    private Map<String, String> sinces(String asker) throws IOException, InterruptedException {
        Verdicts verdicts = new Verdicts(view(asker));
        Map<String, String> sinces = new TreeMap<>();
        sinces.put(
                "rio",
                verdicts.of("rio").get("state").asText() + " "
                        + verdicts.of("rio").get("since").asText());
        for (String observer : IDS) {
            for (String target : List.of("fra", "ams", "nyc", "rio")) {
                if (!observer.equals(target)) {
                    JsonNode said = saidBy(verdicts, observer, target);
                    sinces.put(
                            observer + ">" + target,
                            said.get("status").asText() + " "
                                    + said.get("since").asText());
                }
            }
        }
        return sinces;
    }

    private static List<String> others(String nodeId) {
        return IDS.stream().filter(id -> !id.equals(nodeId)).toList();
    }

    private JsonNode view(String asker) throws IOException, InterruptedException {
        try (ApiClient api = new ApiClient(network.apiPort(asker))) {
            if (!tokens.containsKey(asker)) {
                tokens.put(asker, api.token());
            }
            return ApiClient.json(api.get("/view/lab", Objects.requireNonNull(tokens.get(asker))));
        }
    }
}
