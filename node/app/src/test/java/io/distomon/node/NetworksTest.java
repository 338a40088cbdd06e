package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.config.NetworkWriter;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two running nodes that take part in a second network, and leave it again, while the first goes on. */
class NetworksTest {
    private static final List<String> IDS = List.of("fra", "ams");

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, ApiClient> apis = new LinkedHashMap<>();
    private NetworkOnDisk network;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        network = new NetworkOnDisk(directory, "fra", "ams");
        for (String id : IDS) {
            // A machine under load may be slow; a monitor that began anew would be noticed all the same.
            Path file = network.directory(id).resolve("networks/lab/config.yml");
            Files.writeString(file, Files.readString(file).replace("retry: 1", "retry: 10"));
        }
        for (String id : IDS) {
            nodes.add(Node.start(network.properties(id)));
            apis.put(id, new ApiClient(network.apiPort(id)));
        }
        eventually()
                .untilAsserted(() -> assertThat(since())
                        .hasSize(2)
                        .allSatisfy((pair, since) -> assertThat(since).startsWith("online ")));
    }

    @AfterEach
    void stop() {
        apis.values().forEach(ApiClient::close);
        nodes.forEach(Node::close);
    }

    @Test
    void aNetworkIsJoinedAndLeftWhileAnotherGoesOn() throws Exception {
        Map<String, String> undisturbed = since();
        String shared = NetworkWriter.shared(
                        "other", IDS.stream().map(network::member).toList(), network.keys(List.of()))
                .get("config.yml");
        for (String id : IDS) {
            Path directory = network.directory(id);
            Files.createDirectories(directory.resolve("networks/other"));
            replace(directory.resolve("networks/other/config.yml"), String.valueOf(shared));
            listNetworks(id, "lab", "other");
        }

        // Each has made a key; they get to know each other's as people would tell them.
        eventually().untilAsserted(() -> assertThat(publicKeys()).hasSize(2));
        for (Map.Entry<String, String> key : publicKeys().entrySet()) {
            for (String id : IDS) {
                replace(
                        network.directory(id).resolve("networks/other/pubkeys/" + key.getKey() + ".pub"),
                        key.getValue());
            }
        }
        eventually().untilAsserted(() -> {
            for (String asker : IDS) {
                assertThat(states(asker)).isEqualTo(Map.of("fra", "Online", "ams", "Online"));
            }
        });
        assertThat(since()).isEqualTo(undisturbed);

        listNetworks("fra", "lab");

        eventually().untilAsserted(() -> {
            assertThat(get("fra", "/view/other").statusCode()).isEqualTo(404);
            assertThat(states("ams")).doesNotContainEntry("fra", "Online");
        });
        assertThat(get("fra", "/store/lab").statusCode()).isEqualTo(200);
        assertThat(json("fra", "/info").get("networks")).hasSize(1);
        assertThat(since()).isEqualTo(undisturbed);
    }

    private void listNetworks(String id, String... names) throws IOException {
        String networks = List.of(names).stream()
                .map("- {name: %s, node_id: %%s, config_type: local}\n"::formatted)
                .map(line -> line.formatted(id))
                .collect(Collectors.joining());
        replace(
                network.directory(id).resolve("nodeconf.yml"),
                "networks:\n" + networks + "login_password_file: password\njwt_secret_file: jwt\n");
    }

    private static void replace(Path file, String text) throws IOException {
        Path temporary = Files.writeString(file.resolveSibling("next"), text);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The key of each node in the second network, of those that are in it. */
    private Map<String, String> publicKeys() throws IOException, InterruptedException {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String id : IDS) {
            for (JsonNode one : json(id, "/info").get("networks")) {
                if (one.get("network_id").asText().equals("other")) {
                    keys.put(id, one.get("public_key").asText());
                }
            }
        }
        return keys;
    }

    /** Who is what in the second network. */
    private Map<String, String> states(String asker) throws IOException, InterruptedException {
        return new Verdicts(json(asker, "/view/other")).states();
    }

    /** How each sees the other in the first network, and since when: a monitor that began anew would have moved it. */
    private Map<String, String> since() throws IOException, InterruptedException {
        Map<String, String> since = new LinkedHashMap<>();
        for (String id : IDS) {
            JsonNode own = json(id, "/store/lab").path(id);
            own.at("/data/ping_data")
                    .properties()
                    .forEach(ping -> since.put(
                            id + " sees " + ping.getKey(),
                            ping.getValue().get("status").asText() + " since "
                                    + ping.getValue().path("since").asText()));
        }
        return since;
    }

    private JsonNode json(String asker, String path) throws IOException, InterruptedException {
        return ApiClient.json(get(asker, path));
    }

    private HttpResponse<String> get(String asker, String path) throws IOException, InterruptedException {
        ApiClient api = apis.get(asker);
        if (api == null) {
            throw new IllegalArgumentException(asker);
        }
        return api.get(path, api.token());
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200));
    }
}
