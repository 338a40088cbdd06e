package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.config.ConfigException;
import io.distomon.core.config.NetworkWriter;
import io.distomon.node.git.GitHttpServer;
import io.distomon.node.git.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A node whose network is in a git repository, which it reads over HTTP with a token. */
class GitNetworkTest {
    private static final String USER = "hunter-of-the-network";
    private static final String TOKEN = "glpat-hunter2";

    /** Whose every word is heard, and not shown. */
    private static final List<String> TALKATIVE = List.of("org.eclipse.jgit", "io.distomon.node");

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            log.add(event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                log.add(String.valueOf(event.getThrowableProxy().getMessage()));
            }
        }
    };

    private NetworkOnDisk network;
    private Upstream upstream;
    private GitHttpServer server;
    private @Nullable Node node;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        appender.start();
        TALKATIVE.forEach(name -> {
            logger(name).setLevel(Level.TRACE);
            logger(name).setAdditive(false);
            logger(name).addAppender(appender);
        });
        network = new NetworkOnDisk(directory, "fra", "ams");
        upstream = new Upstream(directory.resolve("upstream"));
        server = new GitHttpServer(upstream, USER, TOKEN);
        write("nodeconf.yml", """
                networks:
                - name: lab
                  node_id: fra
                  config_type: github
                  git_repo: %s
                  git_branch: main
                  git_poll_seconds: 1
                  git_username_file: user
                  git_token_file: token
                login_password_file: password
                jwt_secret_file: jwt
                """.formatted(server.url()));
        write("user", USER + "\n");
        writeToken(TOKEN);
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
        server.close();
        upstream.close();
        TALKATIVE.forEach(name -> {
            logger(name).setLevel(null);
            logger(name).setAdditive(true);
            logger(name).detachAppender(appender);
        });
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(appender);
    }

    @Test
    void aBrokenCommitIsToldAndTheLastGoodOneStaysUntilAnotherGoodOneComes() throws Exception {
        String first = upstream.commit(members("fra", "ams"));
        node = Node.start(network.properties("fra"));
        assertThat(config().get("type").asText()).isEqualTo("git");
        assertThat(config().get("commit").asText()).isEqualTo(first);
        assertThat(config().get("fetched_at").asText()).startsWith("20");
        assertThat(config().get("error").isNull()).isTrue();
        assertMetrics(first, 1);
        assertThat(timestamp("distomon_config_last_fetch_timestamp_seconds")).isGreaterThan(1e9);

        String broken = upstream.commit(Map.of("config.yml", "network_id: [\n"));

        eventually()
                .untilAsserted(() -> assertThat(config().get("error").asText())
                        .contains("commit " + broken.substring(0, 12) + ": lab/config.yml:2:1: "));
        assertThat(config().get("commit").asText()).isEqualTo(first);
        assertThat(config().get("newest").asText()).isEqualTo(broken);
        assertThat(info().get("members")).hasSize(2);
        assertMetrics(first, 0);
        // The repository goes on answering, but with nothing that is good.
        double fetched = timestamp("distomon_config_last_fetch_timestamp_seconds");
        double success = timestamp("distomon_config_last_success_timestamp_seconds");
        eventually()
                .untilAsserted(() -> assertThat(timestamp("distomon_config_last_fetch_timestamp_seconds"))
                        .isGreaterThan(fetched));
        assertThat(timestamp("distomon_config_last_success_timestamp_seconds")).isEqualTo(success);

        String good = upstream.commit(members("fra"));

        eventually()
                .untilAsserted(() -> assertThat(config().get("commit").asText()).isEqualTo(good));
        assertThat(config().get("error").isNull()).isTrue();
        assertThat(info().get("members")).hasSize(1);
        assertMetrics(good, 1);
        assertThat(log)
                .contains(
                        "Network lab: runs with commit " + first.substring(0, 12),
                        "Network lab: runs with commit " + good.substring(0, 12))
                .anyMatch(line -> line.contains("the last good one stays: commit " + broken.substring(0, 12)))
                .doesNotContain("Network lab: runs with commit " + broken.substring(0, 12));
        assertThat(timestamp("distomon_config_last_success_timestamp_seconds")).isGreaterThan(success);
    }

    @Test
    void aRestartWhileTheRepositoryIsAwayGoesOnWithTheLastGoodCommitAndFollowsWhenItIsBack() throws Exception {
        String first = upstream.commit(members("fra", "ams"));
        node = Node.start(network.properties("fra"));
        String broken = upstream.commit(Map.of("config.yml", "network_id: [\n"));
        eventually()
                .untilAsserted(() -> assertThat(config().get("error").asText()).contains(broken.substring(0, 12)));
        node.close();
        upstream.vanish();

        node = Node.start(network.properties("fra"));

        assertThat(config().get("commit").asText()).isEqualTo(first);
        eventually()
                .untilAsserted(() ->
                        assertThat(config().get("error").asText()).contains("git_repo of lab, which can't be fetched"));
        assertMetrics(first, 0);
        assertThat(scrape().series("distomon_config_last")).isEmpty();

        upstream.comeBack();
        String other = upstream.rewrite(members("fra"));

        eventually()
                .untilAsserted(() -> assertThat(config().get("commit").asText()).isEqualTo(other));
        assertThat(config().get("error").isNull()).isTrue();
        assertMetrics(other, 1);
        assertThat(scrape().series("distomon_config_last")).hasSize(2);

        upstream.vanish();

        eventually()
                .untilAsserted(() -> assertThat(log)
                        .anyMatch(line -> line.matches(".* can't be fetched \\(it was last at 20[^)]+Z\\): .+")));
    }

    @Test
    void aNodeThatWaitsStartsBeforeAnythingIsGoodAndRunsItsNetworkOnceItIs() throws Exception {
        String broken = upstream.commit(Map.of("config.yml", "network_id: [\n"));
        Map<String, Object> properties = new HashMap<>(network.properties("fra"));
        properties.put("distomon.config.wait-for-git", true);

        node = Node.start(properties);

        assertThat(answer().get("networks")).isEmpty();
        JsonNode lab = answer().get("not_running").get(0);
        assertThat(lab.get("name").asText()).isEqualTo("lab");
        assertThat(lab.get("newest").asText()).isEqualTo(broken);
        assertThat(lab.get("error").asText()).contains("commit " + broken.substring(0, 12) + ": lab/config.yml:2:1: ");

        String good = upstream.commit(members("fra", "ams"));

        eventually().untilAsserted(() -> assertThat(answer().get("networks")).hasSize(1));
        assertThat(config().get("commit").asText()).isEqualTo(good);
        assertThat(answer().get("not_running")).isEmpty();
    }

    @Test
    void userAndTokenAreInNoLogNoErrorAndNotInInfo() throws Exception {
        upstream.commit(members("fra", "ams"));
        writeToken("wrong-hunter3");
        Throwable refusal = catchThrowable(() -> Node.start(network.properties("fra")));
        assertThat(refusal).hasRootCauseInstanceOf(ConfigException.class);
        assertThat(refusal).rootCause().message().contains("not authorized").doesNotContain("hunter");

        writeToken(TOKEN);
        node = Node.start(network.properties("fra"));
        writeToken("wrong-hunter3");

        eventually()
                .untilAsserted(() -> assertThat(config().get("error").asText()).contains("not authorized"));
        assertThat(info().get("members")).hasSize(2);
        // Since when it is refused is known, though it is asked by another follower.
        assertThat(config().get("fetched_at").asText()).startsWith("20");
        assertThat(timestamp("distomon_config_last_fetch_timestamp_seconds")).isGreaterThan(1e9);
        assertThat(timestamp("distomon_config_last_success_timestamp_seconds")).isGreaterThan(1e9);
        assertThat(info().toString()).doesNotContain("hunter");
        assertThat(metrics()).contains("distomon_config_ok").doesNotContain("hunter");
        assertThat(log).anyMatch(line -> line.contains("not authorized"));
        assertThat(log).noneMatch(line -> line.contains("hunter"));
    }

    private Map<String, String> members(String... nodeIds) {
        List<String> ids = List.of(nodeIds);
        return NetworkWriter.shared(
                NetworkOnDisk.NETWORK, ids.stream().map(network::member).toList(), network.keys(ids));
    }

    private JsonNode config() throws IOException, InterruptedException {
        return info().get("config");
    }

    private JsonNode info() throws IOException, InterruptedException {
        return answer().get("networks").get(0);
    }

    private JsonNode answer() throws IOException, InterruptedException {
        try (ApiClient api = new ApiClient(network.apiPort("fra"))) {
            return ApiClient.json(api.get("/info", api.token()));
        }
    }

    /** That one commit is shown, and no other beside it. */
    private void assertMetrics(String commit, double ok) throws IOException, InterruptedException {
        Exposition read = scrape();
        assertThat(read.series("distomon_config_info"))
                .singleElement()
                .satisfies(config ->
                        assertThat(config.labels()).containsEntry("type", "git").containsEntry("commit", commit));
        assertThat(read.value("distomon_config_ok", "network", "lab")).isEqualTo(ok);
    }

    private double timestamp(String name) throws IOException, InterruptedException {
        return Objects.requireNonNull(scrape().value(name, "network", "lab"), name);
    }

    private Exposition scrape() throws IOException, InterruptedException {
        return Exposition.parse(metrics());
    }

    private String metrics() throws IOException, InterruptedException {
        try (ApiClient management = new ApiClient(network.managementPort("fra"))) {
            return management.get("/metrics").body();
        }
    }

    private void writeToken(String token) throws IOException {
        write("token", token + "\n");
        Files.setPosixFilePermissions(
                network.directory("fra").resolve("token"), PosixFilePermissions.fromString("rw-------"));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(network.directory("fra").resolve(file), text);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(200));
    }
}
