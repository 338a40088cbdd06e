package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.core.topology.Member;
import io.distomon.node.http.Introduction;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code distomon-node.jar} as users and Kubernetes run it: a process with an environment, signals and an exit code. */
class NodeJarIT {
    private static final Path JAR = Path.of("target", "distomon-node.jar").toAbsolutePath();

    private final List<Process> processes = new ArrayList<>();
    private NetworkOnDisk network;
    private Path logs;

    @BeforeEach
    void prepare(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
        logs = directory;
    }

    @AfterEach
    void killAll() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void aNodeThatIsTerminatedSaysFarewellAndEnds() throws Exception {
        Process fra = start("fra", Map.of());
        start("ams", Map.of());
        start("nyc", Map.of());
        awaitState("ams", "fra", "Online");
        awaitState("ams", "nyc", "Online");
        awaitState("fra", "ams", "Online");

        fra.destroy();

        assertThat(fra.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(log("fra")).contains("Said farewell to 2 of 2 peers").endsWith("Stopped");
        JsonNode verdict = awaitState("ams", "fra", "Offline");
        assertThat(verdict.get("planned").asBoolean()).isTrue();
    }

    @Test
    void aNodeThatIsTerminatedDoesNotWaitForAPeerThatHangs() throws Exception {
        Process fra = start("fra", Map.of());
        Process ams = start("ams", Map.of());
        start("nyc", Map.of());
        awaitState("fra", "ams", "Online");
        awaitState("nyc", "fra", "Online");

        signal("STOP", ams);
        try {
            fra.destroy();

            assertThat(fra.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(log("fra")).contains("Said farewell to 1 of 2 peers").endsWith("Stopped");
        } finally {
            signal("CONT", ams);
        }
    }

    @Test
    void aNodeThatIsToldSoStopsWhenItsStandardInputEnds() throws Exception {
        Process fra = start("fra", Map.of(Main.EXIT_ON_STDIN_EOF, "true"));
        await().atMost(Duration.ofSeconds(60)).until(() -> log("fra").contains("answers on port"));
        fra.getOutputStream().write("what is said does not matter\n".getBytes(StandardCharsets.UTF_8));
        fra.getOutputStream().flush();
        assertThat(fra.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();

        fra.getOutputStream().close();

        assertThat(fra.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(fra.exitValue()).isZero();
        assertThat(log("fra")).endsWith("Stopped");
    }

    @Test
    void aNodeThatIsNotToldSoOutlivesItsStandardInput() throws Exception {
        Process fra = start("fra", Map.of());
        fra.getOutputStream().close();

        await().atMost(Duration.ofSeconds(60)).until(() -> log("fra").contains("answers on port"));
        assertThat(fra.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void aNodeThatIsKilledIsOfflineToTheOthersUntilItIsBack() throws Exception {
        start("fra", Map.of());
        start("ams", Map.of());
        Process nyc = start("nyc", Map.of());
        awaitState("fra", "nyc", "Online");
        awaitState("ams", "nyc", "Online");

        nyc.destroyForcibly();

        JsonNode verdict = awaitState("fra", "nyc", "Offline");
        assertThat(verdict.get("planned").asBoolean()).isFalse();
        assertThat(verdict.get("shown_as").asText()).isEqualTo("2 of 2 observers");
        start("nyc", Map.of());
        awaitState("fra", "nyc", "Online");
        awaitState("ams", "nyc", "Online");
        String offline =
                ".* WARN .*lab: fra sees nyc offline: connect \\(TCP: (refused by AT|the connection to AT broke \\(.*\\))\\)"
                        .replace("AT", "127.0.0.1:" + network.apiPort("nyc"));
        // A line for each transition, however many polls there were meanwhile.
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(log("fra").lines().filter(line -> line.contains("fra sees nyc")))
                        .satisfiesExactly(
                                first -> assertThat(first).contains("lab: fra sees nyc online, round trip "),
                                second -> assertThat(second).matches(offline),
                                third -> assertThat(third).contains("lab: fra sees nyc online, round trip ")));
        assertThat(log("fra")).doesNotContain("Exception", NetworkOnDisk.PASSWORD, NetworkOnDisk.JWT_SECRET);
    }

    /** The JDK's own resolver, below ours, reads the file at each question. */
    @Test
    void aPeerWhoseNameLeadsElsewhereIsPolledThere(@TempDir Path elsewhere) throws Exception {
        OwnMounts.required();
        Path hosts = Files.writeString(elsewhere.resolve("hosts"), "127.0.0.2 moves.test\n");
        URI url = URI.create("http://moves.test:" + network.apiPort("ams"));
        List<Member> members = List.of(network.member("fra"), new Member("ams", url, Duration.ofSeconds(1), 1));
        network.writeSharedOf("fra", members);
        network.writeSharedOf("ams", members);
        try (ServerSocket moved = new ServerSocket(network.apiPort("ams"), 10, InetAddress.getLoopbackAddress())) {
            Process ams = start("ams", Map.of("MICRONAUT_SERVER_HOST", "127.0.0.2"));
            startIn(OwnMounts.hosts(hosts), "fra", Map.of());
            await().atMost(Duration.ofSeconds(60)).until(() -> log("fra").contains("fra sees ams online"));
            moved.setSoTimeout(1);
            assertThatThrownBy(moved::accept).isInstanceOf(SocketTimeoutException.class);

            Files.writeString(hosts, "127.0.0.1 moves.test\n");

            moved.setSoTimeout(60_000); // a guard alone: the machine may be busy
            try (Socket polled = moved.accept()) {
                assertThat(polled.getInputStream().readNBytes(13)).asString().isEqualTo("POST /mon/lab");
            }
            assertThat(ams.isAlive())
                    .as("at the old address, where a connection is kept")
                    .isTrue();
        }
    }

    @Test
    void aConfigDirectoryThatCannotBeWrittenToIsEnoughForANodeWithAKey() throws Exception {
        OwnMounts.required();
        Path directory = network.directory("fra");
        startIn(OwnMounts.readOnly(directory), "fra", Map.of());

        try (ApiClient api = new ApiClient(network.apiPort("fra"))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> log("fra").contains("records are kept in memory only"));
            JsonNode info = ApiClient.json(api.get("/info", api.token())).at("/networks/0");
            assertThat(info.get("recorder_trouble").asText())
                    .startsWith("records are kept in memory only, the last of them: its directory");
            assertThat(info.at("/config/error").isNull()).isTrue();
        }
        assertThat(log("fra")).contains("answers on port").doesNotContain("\tat ");
    }

    @Test
    void aConfigDirectoryThatCannotBeWrittenToEndsANodeWithoutAKeyWith78AndOneLine() throws Exception {
        OwnMounts.required();
        Path directory = network.directory("fra");
        Files.delete(directory.resolve(".private_keys/fra_lab.key"));
        Files.delete(directory.resolve("networks/lab/fra.pub"));

        Process fra = startIn(OwnMounts.readOnly(directory), "fra", Map.of());

        assertThat(fra.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(fra.exitValue()).isEqualTo(78);
        assertThat(log("fra").lines().filter(line -> line.contains(" ERROR ")))
                .satisfiesExactly(
                        named -> assertThat(named)
                                .endsWith(".private_keys/fra_lab.key: found no private key, and none can be made here"
                                        + " (Read-only file system), expected the key file, or a directory that can be"
                                        + " written to"),
                        last -> assertThat(last).endsWith("The node can't start with this config: 1 to be mended"));
        assertThat(log("fra")).doesNotContain("Exception");
    }

    @Test
    void aDiskThatIsFullHoldsNoHalfKey() throws Exception {
        OwnMounts.required();
        Path directory = network.directory("fra");
        List<String> command = new ArrayList<>(OwnMounts.smallDisk("64k", directory));
        command.addAll(List.of(
                "sh",
                "-c",
                "head -c 1000000 /dev/zero >\"$0/filler\" 2>/dev/null; \"$@\"; code=$?; find \"$0\" -type f; exit $code",
                directory.toString()));
        command.addAll(command("keygen", "nyc", "lab", "--config-dir", directory.toString()));

        Process keygen = run("fra", command, directory, Map.of());

        assertThat(keygen.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keygen.exitValue()).isEqualTo(78);
        assertThat(log("fra").lines())
                .containsExactly(
                        ".private_keys/nyc_lab.key: found no private key, and none can be made here (No space left on"
                                + " device), expected the key file, or a directory that can be written to",
                        directory.resolve("filler").toString());
    }

    @Test
    void theStartIsTwoLinesOfLogWithoutSecrets() throws Exception {
        start("fra", Map.of("LOG_LEVEL", "INFO"));
        await().atMost(Duration.ofSeconds(60)).until(() -> log("fra").contains("answers on port"));

        assertThat(log("fra").lines().limit(2))
                .satisfiesExactly(
                        network -> assertThat(network)
                                .matches("20[0-9-]+T[0-9:.]+Z INFO  .*")
                                .contains("Network lab: we are fra, 3 members, 2 of them polled, key "
                                        + this.network.signer("fra").verifier().fingerprint()),
                        ready -> assertThat(ready).contains("answers on port " + network.apiPort("fra")));
    }

    @Test
    void theLevelOfTheLogIsTheOneInTheEnvironment() throws Exception {
        start("fra", Map.of("LOG_LEVEL", "DEBUG"));
        await().atMost(Duration.ofSeconds(60)).until(() -> log("fra").contains("starts to poll"));
        assertThat(log("fra").lines()).anyMatch(line -> line.matches("20[0-9-]+T[0-9:.]+Z DEBUG .*starts to poll.*"));

        Process ams = start("ams", Map.of("LOG_LEVEL", "ERROR"));
        awaitState("ams", "fra", "Online");
        ams.destroy();

        assertThat(ams.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(log("ams")).doesNotContain(" DEBUG ", " INFO ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DISTOMON_RECORD_KEEP            | 200000d | distomon.record.keep: found PT4800000H, expected PT1H to 3650 days
            DISTOMON_RECORD_KEEP            | long    | [distomon.record.keep]. Unable to convert value [long]
            DISTOMON_RECORD_MAX_MEBIBYTES   | 1       | distomon.record.max-mebibytes: found 1, expected at least 2
            DISTOMON_CONNECTIONS_MAX        | -1      | distomon.connections.max: found -1, expected at least 16
            DISTOMON_PATH_PREFIX            | x       | distomon.path-prefix: found "x", expected a path such as /distomon
            DISTOMON_TRUSTED_PROXIES        | abc     | distomon.trusted-proxies: found "abc", expected an address
            """)
    void aSettingThatCannotBeUsedEndsWith78AndOneLineOfIt(String name, String value, String expected) throws Exception {
        Process fra = start("fra", Map.of(name, value));

        assertThat(fra.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(fra.exitValue()).isEqualTo(78);
        assertThat(log("fra").lines().filter(line -> line.contains(" ERROR ")))
                .satisfiesExactly(
                        named -> assertThat(named).contains(expected),
                        last -> assertThat(last).endsWith("The node can't start with this setting"));
        assertThat(log("fra")).doesNotContain("Exception");
    }

    @Test
    void aConfigThatCannotBeUsedEndsWith78AndEveryMistakeOnALine() throws Exception {
        Path directory = network.directory("fra");
        Files.writeString(directory.resolve("nodeconf.yml"), """
                networks:
                - {name: lab, node_id: fra, config_type: local}
                - {name: none, node_id: fra, config_type: local}
                login_password: %s
                jwt_secret_file: jwt
                """.formatted(NetworkOnDisk.PASSWORD));
        Files.writeString(directory.resolve("networks/lab/config.yml"), """
                network_id: lab
                node_config:
                - {node_id: fra, url: "http://127.0.0.1:1", poll_rate: often, retry: -1}
                """);

        Process fra = start("fra", Map.of());

        assertThat(fra.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(fra.exitValue()).isEqualTo(78);
        assertThat(log("fra"))
                .contains("networks/lab/config.yml:3: node_config[0].poll_rate: found \"often\", expected a number")
                .contains("networks/lab/config.yml:3: node_config[0].retry: found \"-1\", expected a whole number")
                .contains("networks/none/config.yml: found no file")
                .doesNotContain("\tat ", "Exception", NetworkOnDisk.PASSWORD);
    }

    @Test
    void checkStartsNoNodeAndEndsWith0Or78() throws Exception {
        Process good = start("fra", Map.of(), "check");
        assertThat(good.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(good.exitValue()).isZero();
        assertThat(log("fra")).contains("network lab: we are fra").doesNotContain("answers on port");

        Process bad = start("ams", Map.of("CONFIG_FILE_NAME", "other.yml"), "check");
        assertThat(bad.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(bad.exitValue()).isEqualTo(78);
        assertThat(log("ams")).contains("error: other.yml: found no file");
    }

    @Test
    void evidenceIsVerifiedByTheJarWithNothingButTheKeys(@TempDir Path elsewhere) throws Exception {
        start("fra", Map.of());
        start("ams", Map.of());
        awaitState("fra", "ams", "Online");
        Introduction.to("fra", network, List.of("nyc"));
        JsonNode verdict = awaitState("fra", "nyc", "Offline");
        String answer;
        try (ApiClient api = new ApiClient(network.apiPort("fra"))) {
            answer = api.get("/view/lab?evidence=true", api.token()).body();
        }
        Path keys = network.directory("fra").resolve("networks/lab");

        assertThat(verdict.get("in_words").asText()).startsWith("nyc is down: ");
        assertThat(verifyEvidence(elsewhere, answer, keys)).isZero();
        assertThat(log("0")).contains("nyc is down: ", "fra signed on ", "The evidence holds");

        assertThat(verifyEvidence(elsewhere, answer.replace("\"status\":\"offline\"", "\"status\":\"online\""), keys))
                .isEqualTo(1);
        assertThat(log("1")).contains("The evidence does NOT hold", "found \"online\", expected \"offline\"");

        // Another entry's signature under an entry: the payload is as it was.
        ObjectNode forged = (ObjectNode) new ObjectMapper().readTree(answer);
        ObjectNode entries = (ObjectNode) forged.get("evidence").get("entries");
        ((ObjectNode) entries.get("ams")).set("signature", entries.get("fra").get("signature"));
        assertThat(verifyEvidence(elsewhere, forged.toString(), keys)).isEqualTo(1);
        assertThat(log("2")).contains("evidence.entries.ams: found bad_signature");

        assertThat(verifyEvidence(elsewhere, answer, elsewhere)).isEqualTo(78);
        assertThat(log("3")).contains("fra.pub: found no file").doesNotContain("\tat ");
        assertThat(verifyEvidence(elsewhere, answer.substring(0, 100), keys)).isEqualTo(78);
        assertThat(log("4")).contains("no strict JSON").doesNotContain("\tat ");
    }

    @Test
    void withoutAConfigItSaysWhichFileItLooksFor() throws Exception {
        Process fra = start("fra", Map.of("CONFIG_FILE_NAME", "other.yml"));

        assertThat(fra.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(fra.exitValue()).isEqualTo(78);
        assertThat(log("fra")).contains("other.yml: found no file").doesNotContain("\tat ");
    }

    @Test
    void withoutAConfigDirectoryInTheEnvironmentItReadsTheOneInTheWorkingDirectory(@TempDir Path working)
            throws Exception {
        Files.move(network.directory("fra"), working.resolve("config"));

        Process fra = run("fra", command(), working, ports("fra"));

        await().atMost(Duration.ofSeconds(60)).until(() -> log("fra").contains("answers on port"));
        assertThat(log("fra"))
                .contains("Network lab: we are fra")
                .contains("answers on port %d, health on port %d"
                        .formatted(network.apiPort("fra"), network.managementPort("fra")));
        fra.destroy();
        assertThat(fra.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(log("fra")).endsWith("Stopped");
    }

    @Test
    void metricsAreAnsweredByTheJarTooInBothFormats() throws Exception {
        start("fra", Map.of());
        start("ams", Map.of());
        awaitState("fra", "ams", "Online");

        try (ApiClient management = new ApiClient(network.managementPort("fra"))) {
            // That ams reports is known before our own first poll of it ends.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Exposition.parse(management.get("/metrics").body())
                                    .value("distomon_link_up", "network", "lab", "peer", "ams")
                            != null);
            HttpResponse<String> text = management.get("/metrics");
            assertThat(text.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
            Exposition read = Exposition.parse(text.body());
            assertThat(read.value("distomon_link_up", "network", "lab", "peer", "ams"))
                    .isEqualTo(1);
            assertThat(read.value("process_resident_memory_bytes")).isPositive();
            HttpResponse<String> openMetrics = management.send(
                    management.request("/metrics").header("Accept", "application/openmetrics-text;version=1.0.0"));
            assertThat(openMetrics.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
            assertThat(openMetrics.body()).endsWith("# EOF\n");
        }
        assertThat(log("fra")).doesNotContain("Exception");
    }

    @Test
    void aPortThatIsTakenEndsWith1AndNamesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(network.apiPort("fra"), 1, InetAddress.getLoopbackAddress())) {
            Process fra = start("fra", Map.of());

            assertThat(fra.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(fra.exitValue()).isEqualTo(1);
            assertThat(log("fra"))
                    .contains(String.valueOf(taken.getLocalPort()))
                    .doesNotContain("\tat ");
        }
    }

    private Process start(String nodeId, Map<String, String> environment, String... args) throws IOException {
        return startIn(List.of(), nodeId, environment, args);
    }

    /** @param place what runs a command with mounts of its own; none: itself */
    private Process startIn(List<String> place, String nodeId, Map<String, String> environment, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(place);
        command.addAll(command(args));
        Map<String, String> whole = new HashMap<>(ports(nodeId));
        whole.put("CONFIG_DIR", network.directory(nodeId).toString());
        whole.putAll(environment);
        return run(nodeId, command, network.directory(nodeId), whole);
    }

    private static List<String> command(String... args) {
        List<String> command = new ArrayList<>(
                List.of(ForkedJava.program(), "-Xmx64m", "-XX:TieredStopAtLevel=1", "-jar", JAR.toString()));
        command.addAll(List.of(args));
        return command;
    }

    private Map<String, String> ports(String nodeId) {
        return Map.of(
                "MICRONAUT_SERVER_HOST", "127.0.0.1",
                "MICRONAUT_SERVER_PORT", String.valueOf(network.apiPort(nodeId)),
                "ENDPOINTS_ALL_PORT", String.valueOf(network.managementPort(nodeId)));
    }

    private Process run(String nodeId, List<String> command, Path working, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(working.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile(nodeId).toFile()));
        builder.environment().remove("CONFIG_DIR");
        builder.environment().remove("CONFIG_FILE_NAME");
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** The exit code; what is said is in the log of as many as were run before. */
    private int verifyEvidence(Path directory, String answer, Path keys) throws Exception {
        int number = 0;
        while (Files.exists(logFile(String.valueOf(number)))) {
            number++;
        }
        Path file = Files.writeString(directory.resolve("answer.json"), answer);
        Process process = run(
                String.valueOf(number),
                command("verify-evidence", file.toString(), "--pubkeys", keys.toString()),
                directory,
                Map.of());
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }

    private JsonNode awaitState(String asker, String nodeId, String state) {
        try (ApiClient api = new ApiClient(network.apiPort(asker))) {
            return await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(200))
                    .ignoreException(ConnectException.class)
                    .until(
                            () -> {
                                JsonNode nodes = ApiClient.json(api.get("/view/lab", api.token()))
                                        .get("nodes");
                                for (JsonNode node : nodes) {
                                    if (node.get("node_id").asText().equals(nodeId)) {
                                        return node;
                                    }
                                }
                                throw new AssertionError("no verdict on " + nodeId);
                            },
                            node -> node.get("state").asText().equals(state));
        }
    }

    private String log(String nodeId) throws IOException {
        return Files.exists(logFile(nodeId)) ? Files.readString(logFile(nodeId)).strip() : "";
    }

    private Path logFile(String nodeId) {
        return logs.resolve(nodeId + ".log");
    }
}
