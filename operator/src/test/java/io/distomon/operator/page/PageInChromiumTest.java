package io.distomon.operator.page;

import static io.distomon.operator.page.KnownNetworks.condition;
import static io.distomon.operator.page.KnownNetworks.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import io.distomon.core.Clock;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.operator.status.ConditionTypes;
import io.distomon.page.Chromium;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/**
 * The operator's page in a real Chromium, of three networks: {@code lab/mesh}, of which nyc is down, {@code lab/small}, where
 * all is well, and {@code prod/far}, of which nobody answers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageInChromiumTest {
    private static final String PASSWORD = "correct horse";
    private static final int DESKTOP = 1280;
    private static final int PHONE = 375;

    private @Nullable SmallNode fra;
    private @Nullable SmallNode ams;
    private @Nullable PageServer server;
    private @Nullable Chromium chromium;

    /** Why it failed is to be seen in the browser only, which is gone when somebody reads of it. */
    @RegisterExtension
    final TestExecutionExceptionHandler told = (test, failure) -> {
        throw new AssertionError(failure.getMessage() + "\n" + browser().seen(), failure);
    };

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        assumeTrue(Chromium.isInstalled(), "chromium and chromedriver are not installed");
        SmallNode one = SmallNode.start();
        SmallNode two = SmallNode.start();
        fra = one;
        ams = two;
        one.answer(exchange -> asNode(exchange, "fra"));
        two.answer(exchange -> asNode(exchange, "ams"));
        Map<String, URI> both = new LinkedHashMap<>();
        both.put("fra", one.url());
        both.put("ams", two.url());
        KnownNetworks networks = new KnownNetworks()
                .with(
                        "lab",
                        "mesh",
                        status(
                                2,
                                3,
                                condition(
                                        ConditionTypes.MESH_HEALTHY,
                                        ConditionStatus.False,
                                        "NodesOffline",
                                        "nyc is offline: 2 of 2 observers say so since 08:00:00Z")),
                        both)
                .with(
                        "lab",
                        "small",
                        status(
                                2,
                                2,
                                condition(
                                        ConditionTypes.MESH_HEALTHY,
                                        ConditionStatus.True,
                                        "AllOnline",
                                        "2 of 2 nodes are online")),
                        Map.of("ams", two.url()))
                .with(
                        "prod",
                        "far",
                        status(
                                0,
                                3,
                                condition(
                                        ConditionTypes.MIRROR_FRESH,
                                        ConditionStatus.False,
                                        "Unreachable",
                                        "no node has answered since 08:00:00Z: tyo: no connection")),
                        Map.of("tyo", nowhere()));
        server = PageServer.start(
                new PageSettings(0, Files.writeString(directory.resolve("password"), PASSWORD)),
                networks,
                Clock.system());
        chromium = new Chromium(Files.createDirectories(directory.resolve("downloads")));
    }

    @AfterAll
    void stop() {
        Stream.of(chromium, server, fra, ams).filter(Objects::nonNull).forEach(PageInChromiumTest::close);
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void nothingWentWrongAndNothingWentOut() throws IOException {
        assertThat(browser().complaints()).isEmpty();
        assertThat(browser().addresses()).isNotEmpty().allMatch(address -> {
            URI uri = URI.create(address);
            return List.of("data", "blob", "about").contains(uri.getScheme()) || "127.0.0.1".equals(uri.getHost());
        });
    }

    @Test
    void whoLogsInSeesAllNetworksInWordsTheWorstFirst() {
        open(DESKTOP, false);
        logIn("a guess");
        eventually().until(() -> text("#login-message").equals("Wrong name or password."));
        assertThat(shown("#view")).isFalse();

        logIn(PASSWORD);

        eventually().until(() -> headline().equals("Offline: lab/mesh. Unknown: prod/far. 1 of 3 networks are well."));
        assertThat(rows())
                .containsExactly(
                        "lab/mesh|✕ Offline|2 of 3|nyc is offline: 2 of 2 observers say so since 08:00:00Z",
                        "prod/far|◇ Unknown|0 of 3|no node has answered since 08:00:00Z: tyo: no connection",
                        "lab/small|● Online|2 of 2|2 of 2 nodes are online");
        assertThat(text("#freshness")).isEqualTo("Live");
        assertThat(shown("#tabs")).isFalse();
        assertThat(shown("#evidence")).isFalse();
        assertThat(browser().driver().getTitle())
                .isEqualTo("Offline: lab/mesh. Unknown: prod/far. 1 of 3 networks are well.");
        browser().picture("networks-light");

        browser().driver().navigate().refresh();
        eventually().until(() -> shown("#login"));
        assertThat(shown("#view")).isFalse();
    }

    @Test
    void aNetworkIsSeenAsOnTheNodesOwnPageAndOneGoesBackToAll() {
        enter(DESKTOP, true);
        browser().picture("networks-dark");

        follow("lab/mesh");

        eventually().until(() -> headline().equals("Offline: nyc. 2 of 3 nodes are online."));
        assertThat(text("#whose")).isEqualTo("lab/mesh, as fra sees it");
        assertThat(browser().driver().getCurrentUrl()).endsWith("/#/lab%2Fmesh/overview");
        assertThat(text("#view dl")).contains("fra of the network lab/mesh, version 0.1.0");
        browser().picture("network-dark");
        for (String tab : List.of("Graph", "Heat map", "Time line", "Overview")) {
            follow(tab);
            eventually()
                    .until(() -> tab.equals(text("#tabs [aria-current]"))
                            && !headline().isEmpty());
        }
        follow("look at nyc");
        eventually().until(() -> headline().equals("nyc"));
        assertThat(browser().driver().getCurrentUrl()).endsWith("/#/lab%2Fmesh/node/nyc");

        follow("All networks");
        eventually().until(() -> headline().startsWith("Offline: lab/mesh."));
        assertThat(shown("#all")).isFalse();
    }

    @Test
    void whereNobodyAnswersItSaysSoAndTheOtherNetworksGoOn() {
        enter(DESKTOP, false);

        follow("prod/far");

        eventually()
                .until(() -> text("#freshness")
                        .matches("prod/far can't be asked since [0-9:]+ UTC: no node of prod/far answers this: tyo: no"
                                + " connection\\."));
        assertThat(shown("#view")).isFalse();
        browser().picture("unreachable-light");

        run("document.getElementById('network').value = 'lab/small';"
                + "document.getElementById('network').dispatchEvent(new Event('change'))");
        eventually().until(() -> text("#whose").equals("lab/small, as ams sees it"));
        assertThat(text("#freshness")).isEqualTo("Live");

        go("#/lab%2Fnone/overview");
        eventually().until(() -> text("#notice").equals("This operator looks after no network lab/none."));
        assertThat(rows()).hasSize(3);
    }

    @Test
    void aPhoneNeedsNoScrollingToTheSide() {
        enter(PHONE, false);
        assertThat(width()).isEqualTo(PHONE);
        browser().picture("phone-networks");

        follow("lab/mesh");
        eventually().until(() -> headline().startsWith("Offline: nyc."));
        assertThat(width()).isEqualTo(PHONE);
        browser().picture("phone-network");

        go("#/prod%2Ffar/overview");
        eventually().until(() -> text("#freshness").startsWith("prod/far can't be asked"));
        assertThat(width()).isEqualTo(PHONE);
        browser().picture("phone-unreachable");
    }

    /** What a node answers that knows of fra, ams and nyc, which is down. */
    private static void asNode(HttpExchange exchange, String self) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String now = Instant.now().toString();
        switch (path) {
            case "/info" -> SmallNode.answer(exchange, 200, "application/json", info(self, now));
            case "/view/mesh" -> SmallNode.answer(exchange, 200, "application/json", view(self, now));
            case "/links/mesh" -> SmallNode.answer(exchange, 200, "application/json", "{\"links\":[]}");
            case "/store/mesh" -> SmallNode.answer(exchange, 200, "application/json", "{}");
            case "/events/mesh" ->
                SmallNode.answer(
                        exchange, 200, "application/json", "{\"events\":[],\"next\":null,\"chain\":{\"last_seq\":0}}");
            case "/uptime/mesh" -> SmallNode.answer(exchange, 200, "application/json", "{\"nodes\":{}}");
            default -> SmallNode.answer(exchange, 404, "application/problem+json", "{\"status\":404}");
        }
    }

    private static String info(String self, String now) {
        String members = Stream.of("fra", "ams", "nyc")
                .map(id ->
                        "{\"node_id\":\"%s\",\"url\":\"http://%s:8000\",\"poll_rate\":1,\"retry\":3,".formatted(id, id)
                                + "\"retry_interval\":null,\"monitor\":null}")
                .collect(Collectors.joining(","));
        return """
            {"version":"0.1.0","networks":[{"network_id":"mesh","node_id":"%s","topology":"full","degree":2,"public_keys":{},
            "key_fingerprints":{},"public_key":"","key_fingerprint":"sha256:00","members":[%s],"warnings":[],"doubles":{},
            "clock_ahead_of_most_seconds":null,"recorder_trouble":null,"config":{"type":"files","digest":"0123456789abcdef01",
            "commit":null,"newest":null,"loaded_at":"%s","fetched_at":null,"error":null}}],"not_running":[],"tls":null,
            "warnings":[]}\
            """.formatted(self, members, now);
    }

    private static String view(String self, String now) {
        String nodes = Stream.of("fra", "ams", "nyc").map(id -> node(id, now)).collect(Collectors.joining(","));
        return """
            {"network_id":"mesh","asker":"%s","asked_at":"%s","minority":false,"nodes":[%s],"broken_links":[],
            "strained_links":[],"settling_links":[],"partitions":[],"equivocations":[]}\
            """.formatted(self, now, nodes);
    }

    private static String node(String id, String now) {
        boolean down = id.equals("nyc");
        String witnesses = Stream.of("fra", "ams")
                .filter(other -> !other.equals(id))
                .map(other ->
                        "{\"observer\":\"%s\",\"status\":\"%s\",\"since\":\"%s\",\"error\":null,\"rtt_ms\":1.5,\"loss\":0,"
                                        .formatted(other, down ? "offline" : "online", now)
                                + "\"jitter_ms\":0.1,\"breaches\":[],\"standing\":\"counted\",\"entry_date\":\"%s\"}"
                                        .formatted(now))
                .collect(Collectors.joining(","));
        return """
            {"node_id":"%s","state":"%s","reason":null,"since":"%s","planned":false,"observers":2,"offline_observers":%s,
            "shown_as":"2 of 2 observers","in_words":"%s is %s: 2 of 2 observers say so","broken_links":0,"record_date":"%s",
            "witnesses":[%s]}\
            """.formatted(
                        id, down ? "Offline" : "Online", now, down ? 2 : 0, id, down ? "down" : "up", now, witnesses);
    }

    private static URI nowhere() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            return URI.create("http://127.0.0.1:" + taken.getLocalPort());
        }
    }

    private void open(int width, boolean dark) {
        browser().screen(width, dark);
        browser().driver().get("about:blank");
        browser()
                .driver()
                .get("http://127.0.0.1:" + Objects.requireNonNull(server).port() + "/");
        eventually().until(() -> shown("#login"));
    }

    private void enter(int width, boolean dark) {
        open(width, dark);
        logIn(PASSWORD);
        eventually().until(() -> headline().startsWith("Offline: lab/mesh."));
    }

    private void logIn(String password) {
        browser().driver().findElement(By.id("password")).clear();
        browser().driver().findElement(By.id("password")).sendKeys(password);
        browser().driver().findElement(By.id("login-button")).click();
    }

    /** By the page itself: where a link stands may change while somebody aims at it. */
    private void follow(String link) {
        run("[...document.querySelectorAll('a')].find((one) => one.textContent === '" + link + "').click()");
    }

    private void go(String hash) {
        run("location.hash = '" + hash + "'");
    }

    private String headline() {
        return text("#view h2");
    }

    private List<String> rows() {
        return browser().driver().findElements(By.cssSelector("#view tbody tr")).stream()
                .map(row -> row.findElements(By.cssSelector("th, td")).stream()
                        .map(cell -> cell.getText().strip())
                        .collect(Collectors.joining("|")))
                .toList();
    }

    private String text(String selector) {
        Object text =
                run("return document.querySelector('%s')?.textContent ?? ''".formatted(selector.replace("'", "\\'")));
        return String.valueOf(text).strip();
    }

    private boolean shown(String selector) {
        return browser().driver().findElements(By.cssSelector(selector)).stream()
                .anyMatch(element -> element.isDisplayed());
    }

    private int width() {
        return ((Number) Objects.requireNonNull(run("return document.documentElement.scrollWidth"))).intValue();
    }

    private @Nullable Object run(String script) {
        return browser().driver().executeScript(script);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(100));
    }

    private Chromium browser() {
        return Objects.requireNonNull(chromium);
    }
}
