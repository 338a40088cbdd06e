package io.distomon.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.distomon.core.config.NetworkWriter;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Pem;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.topology.Member;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code join}: from the operator's ConfigMap to a node that could start. */
class JoinTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, List<Verifier>> keys = new LinkedHashMap<>();

    @TempDir
    Path root;

    private Path directory;

    @BeforeEach
    void makeAKey() throws Exception {
        directory = root.resolve("tokyo");
        assertThat(run("keygen", "tokyo", "lab")).isZero();
        keys.put("fra", List.of(someKey("fra")));
        keys.put("tokyo", new ArrayList<>(Pem.publicKeys(out.toString())));
        out.getBuffer().setLength(0);
    }

    @Test
    void theFilesAreThereAndTheNodeCouldStart() throws Exception {
        assertThat(run("join", "tokyo", configMap().toString()))
                .as(err.toString())
                .isZero();

        assertThat(out.toString())
                .contains("The files of lab with 2 members are in networks/lab", "fra at https://fra.example.com");
        assertThat(run("check", directory.toString())).as(out.toString()).isZero();
        assertThat(out.toString()).contains("network lab: we are tokyo", "Nothing is wrong.");
    }

    @Test
    void doneAgainItTakesOverWhatChangedAndTouchesNothingElse() throws Exception {
        run("join", "tokyo", configMap().toString());
        Path own = Files.writeString(directory.resolve("nodeconf.yml"), """
                networks: [{name: lab, node_id: tokyo, config_type: local}]
                login_password: change-me-please
                """);
        Path left = Files.writeString(
                directory.resolve("networks/lab/gone.pub"), someKey("gone").pem());
        keys.put("fra", List.of(someKey("fra")));
        Path key = directory.resolve("networks/lab/fra.pub");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-rw-r--"));

        assertThat(run("join", "tokyo", configMap().toString())).isZero();

        assertThat(Files.getPosixFilePermissions(key)).isEqualTo(PosixFilePermissions.fromString("rw-rw-r--"));
        assertThat(Files.readString(directory.resolve("networks/lab/fra.pub")))
                .isEqualTo(keys.get("fra").getFirst().pem());
        assertThat(left).doesNotExist();
        assertThat(Files.readString(own)).contains("change-me-please");
        assertThat(out.toString()).contains("nodeconf.yml stays as it is");
    }

    @Test
    void whatIsNotForThisNodeIsRefusedAndNothingIsWritten() throws Exception {
        keys.put("tokyo", List.of(someKey("tokyo")));
        Path others = configMap();
        keys.remove("tokyo");
        Path without = configMap();

        assertThat(run("join", "tokyo", others.toString())).isEqualTo(78);
        assertThat(err.toString()).contains("tokyo.pub does not publish");
        assertThat(run("join", "tokyo", without.toString())).isEqualTo(78);
        assertThat(err.toString()).contains("no node tokyo");
        assertThat(run("join", "Tokyo/..", others.toString())).isEqualTo(2);
        assertThat(directory.resolve("networks")).doesNotExist();
        assertThat(directory.resolve("nodeconf.yml")).doesNotExist();
    }

    @Test
    void whatIsNoConfigMapOfANetworkIsNamed() throws Exception {
        for (Map.Entry<String, String> input : Map.of(
                        "", "found nothing",
                        "kind: ConfigMap", "found no JSON",
                        "{\"kind\": \"Secret\", \"data\": {}}", "found no ConfigMap",
                        "{\"kind\": \"ConfigMap\"}", "found a ConfigMap with no files",
                        "{\"kind\": \"ConfigMap\", \"data\": {\"config.yml\": \"\", \"../a.pub\": \"\"}}",
                                "found a ConfigMap with ../a.pub, config.yml")
                .entrySet()) {
            Path file = Files.writeString(root.resolve("input.json"), input.getKey());

            assertThat(run("join", "tokyo", file.toString())).as(input.getKey()).isEqualTo(78);

            assertThat(err.toString())
                    .contains(input.getValue() + ", expected what `kubectl get configmap <network>-network -o json`");
        }
        assertThat(run("join", "tokyo", root.resolve("absent").toString())).isEqualTo(78);
        assertThat(err.toString()).contains("found no file");
        assertThat(directory.resolve("networks")).doesNotExist();
    }

    private Path configMap() throws IOException {
        List<Member> members = keys.keySet().stream()
                .map(id ->
                        new Member(id, URI.create("https://%s.example.com".formatted(id)), Duration.ofSeconds(10), 2))
                .toList();
        Map<String, String> data = NetworkWriter.shared("lab", members, new KeyMapping(keys));
        return Files.writeString(
                Files.createTempFile(root, "configmap", ".json"),
                JSON.writeValueAsString(Map.of("apiVersion", "v1", "kind", "ConfigMap", "data", data)));
    }

    private static Verifier someKey(String node) {
        return Signer.generate(node, new SecureRandom()).verifier();
    }

    private int run(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(arguments));
        if (!command.equals("check")) {
            all.add("--config-dir=" + directory);
        }
        return Commands.execute(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    }
}
