package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node gets another key while it and its peers run: published to all, then used, then the old one retired. */
class KeyRotationTest {
    private static final List<String> IDS = List.of("fra", "ams", "nyc");

    private final Map<String, ApiClient> apis = new LinkedHashMap<>();
    private final Map<String, String> tokens = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final ExchangeLog exchanges = new ExchangeLog();
    private NetworkOnDisk network;
    private Signer old;
    private Signer next;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
        for (String id : IDS) {
            // A machine under load may be slow; whoever is refused would be offline all the same.
            Path file = network.directory(id).resolve("networks/lab/config.yml");
            Files.writeString(file, Files.readString(file).replace("retry: 1", "retry: 10"));
        }
        for (String id : IDS) {
            nodes.add(Node.start(network.properties(id)));
            apis.put(id, new ApiClient(network.apiPort(id)));
            tokens.put(id, api(id).token());
        }
        old = network.signer("fra");
        next = Signer.generate("fra", new SecureRandom());
        eventually().untilAsserted(() -> {
            for (String asker : IDS) {
                assertThat(pings(asker))
                        .hasSize(6)
                        .allSatisfy((pair, ping) -> assertThat(ping).startsWith("online "));
            }
        });
    }

    @AfterEach
    void stop() {
        apis.values().forEach(ApiClient::close);
        nodes.forEach(Node::close);
        exchanges.close();
    }

    @Test
    void aKeyIsReplacedWithoutARefusedExchangeOrAnyoneSeenOffline() throws Exception {
        // While the nodes started they could not answer yet.
        int before = exchanges.faults().size();
        Map<String, String> pings = pings("nyc");

        publish(old.verifier().pem() + next.verifier().pem());
        eventually().untilAsserted(() -> {
            for (String id : IDS) {
                assertThat(info(id).at("/public_keys/fra")).hasSize(2);
            }
        });
        assertThat(info("fra").get("key_fingerprint").asText())
                .isEqualTo(old.verifier().fingerprint());

        keep(old.privatePem() + next.privatePem());
        eventually().untilAsserted(() -> assertThat(signersOfFra()).containsOnly(next.verifier()));
        assertThat(info("fra").get("key_fingerprint").asText())
                .isEqualTo(next.verifier().fingerprint());

        publish(next.verifier().pem());
        keep(next.privatePem());
        eventually().untilAsserted(() -> {
            for (String id : IDS) {
                assertThat(info(id).at("/public_keys/fra")).hasSize(1);
                assertThat(info(id).at("/config/error").isNull()).isTrue();
            }
        });

        Map<String, String> digests = new TreeMap<>();
        for (String id : IDS) {
            digests.put(id, info(id).at("/config/digest").asText());
        }
        // Everybody has heard from everybody with the new config.
        eventually().untilAsserted(() -> {
            for (String asker : IDS) {
                assertThat(store(asker, ""))
                        .hasSize(3)
                        .allSatisfy(entry -> assertThat(
                                        entry.at("/data/config_digest").asText())
                                .isEqualTo(digests.get("fra")));
            }
        });
        assertThat(signersOfFra()).containsOnly(next.verifier());
        assertThat(exchanges.faults().subList(before, exchanges.faults().size()))
                .isEmpty();
        // Since when each sees each online: whoever was offline in between would have moved it.
        assertThat(pings("nyc")).isEqualTo(pings);
    }

    /** The public keys file of fra, for each node one after the other. */
    private void publish(String pem) throws IOException {
        for (String id : List.of("nyc", "fra", "ams")) {
            replace(network.directory(id).resolve("networks/lab/fra.pub"), pem);
        }
    }

    private void keep(String pem) throws IOException {
        replace(network.directory("fra").resolve(".private_keys/fra_lab.key"), pem);
    }

    private static void replace(Path file, String text) throws IOException {
        Path temporary = Files.writeString(file.resolveSibling("next"), text);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** With which of its keys the entry of fra is signed that each node holds. */
    private List<Verifier> signersOfFra() throws IOException, InterruptedException {
        List<Verifier> signers = new ArrayList<>();
        for (String asker : IDS) {
            JsonNode entry = store(asker, "?raw=true").get("fra");
            byte[] payload = Base64.getDecoder().decode(entry.get("payload").asText());
            byte[] signature = Base64.getDecoder().decode(entry.get("signature").asText());
            signers.addAll(List.of(old.verifier(), next.verifier()).stream()
                    .filter(key -> key.verify(payload, signature))
                    .toList());
        }
        assertThat(signers).hasSize(IDS.size());
        return signers;
    }

    /** Who sees whom, in what state and since when, by what one node holds. */
    private Map<String, String> pings(String asker) throws IOException, InterruptedException {
        Map<String, String> pings = new TreeMap<>();
        store(asker, "")
                .properties()
                .forEach(entry -> entry.getValue()
                        .at("/data/ping_data")
                        .properties()
                        .forEach(ping -> pings.put(
                                entry.getKey() + " sees " + ping.getKey(),
                                ping.getValue().get("status").asText() + " since "
                                        + ping.getValue().path("since").asText())));
        return pings;
    }

    private JsonNode store(String asker, String query) throws IOException, InterruptedException {
        return get(asker, "/store/lab" + query);
    }

    private JsonNode info(String asker) throws IOException, InterruptedException {
        return get(asker, "/info").get("networks").get(0);
    }

    private JsonNode get(String asker, String path) throws IOException, InterruptedException {
        return ApiClient.json(api(asker).get(path, String.valueOf(tokens.get(asker))));
    }

    private ApiClient api(String id) {
        ApiClient api = apis.get(id);
        if (api == null) {
            throw new IllegalArgumentException(id);
        }
        return api;
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200));
    }
}
