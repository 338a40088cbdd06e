package io.distomon.node.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.node.ApiClient;
import io.distomon.node.Exposition;
import io.distomon.node.ForkedNode;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import io.distomon.page.Chromium;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
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
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;

/** The page in a real Chromium: of four real nodes, of which {@code nyc} is a process, and of one that knows of 200. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageInChromiumTest {
    private static final int DESKTOP = 1280;
    private static final int PHONE = 375;
    private static final int MANY = 200;

    /** Far above what it takes: a second is what people are promised. */
    private static final Duration DRAWN = Duration.ofSeconds(5);

    private final List<Node> nodes = new ArrayList<>();
    private Path directory;
    private NetworkOnDisk network;
    private URI fra;
    private @Nullable ForkedNode nyc;
    private @Nullable Chromium chromium;

    /** Why it failed is to be seen in the browser only, which is gone when somebody reads of it. */
    @RegisterExtension
    final TestExecutionExceptionHandler told = (test, failure) -> {
        throw new AssertionError(failure.getMessage() + "\n" + browser().seen(), failure);
    };

    @BeforeAll
    void start(@TempDir Path root) throws IOException {
        assumeTrue(Chromium.isInstalled(), "chromium and chromedriver are not installed");
        directory = root;
        network = new NetworkOnDisk(root.resolve("lab"), "ams", "fra", "nyc", "rio");
        nyc = process("nyc");
        for (String id : List.of("ams", "fra", "rio")) {
            nodes.add(Node.start(network.properties(id)));
        }
        fra = nodes.get(1).api();
        chromium = new Chromium(Files.createDirectories(root.resolve("downloads")));
    }

    @AfterAll
    void stop() throws IOException {
        if (chromium != null) {
            chromium.close();
        }
        if (nyc != null) {
            nyc.close();
        }
        nodes.forEach(Node::close);
    }

    @AfterEach
    void nothingWentWrongAndNothingWentOut() throws IOException {
        assertThat(browser().complaints()).isEmpty();
        assertThat(browser().addresses()).isNotEmpty().allMatch(address -> {
            URI uri = URI.create(address);
            return List.of("data", "blob", "about").contains(uri.getScheme())
                    || List.of("127.0.0.1", "fra.example").contains(uri.getHost());
        });
    }

    @Test
    void aWrongPasswordIsToldAndTheRightOneShowsWhatIsAndIsKeptNowhere() {
        open(fra, DESKTOP, false);
        assertThat(shown("#clear-text")).isFalse();
        logIn("a guess");
        eventually().until(() -> text("#login-message").equals("Wrong name or password."));
        assertThat(shown("#view")).isFalse();

        logIn(NetworkOnDisk.PASSWORD);

        eventually().until(() -> headline().equals("All 4 nodes are online."));
        assertThat(shown("#login")).isFalse();
        assertThat(text("#whose")).isEqualTo("lab, as fra sees it");
        assertThat(browser().driver().findElements(By.cssSelector("#view tbody tr")))
                .hasSize(4);
        assertThat(browser().driver().getCurrentUrl()).endsWith("/#/lab/overview");
        assertThat(run("return localStorage.length + sessionStorage.length + document.cookie.length"))
                .isEqualTo(0L);
        browser().picture("overview-light");

        browser().driver().findElement(By.id("logout")).click();
        assertThat(shown("#view")).isFalse();
        logIn(NetworkOnDisk.PASSWORD);
        eventually().until(() -> shown("#view h2"));

        browser().driver().navigate().refresh();
        eventually().until(() -> shown("#login"));
        assertThat(shown("#view")).isFalse();
    }

    @Test
    void graphMapAndNodesAreReachedByKeysAlone() {
        enter(fra, DESKTOP, true);
        eventually().until(() -> headline().equals("All 4 nodes are online."));
        browser().picture("overview-dark");

        browser().driver().findElement(By.linkText("Graph")).sendKeys(Keys.ENTER);
        canvas().sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        eventually().until(() -> text(".pointed").startsWith("fra is online: 3 of 3 observers say so since "));
        browser().picture("graph-dark");

        browser().driver().findElement(By.linkText("Heat map")).sendKeys(Keys.ENTER);
        eventually().until(() -> headline().equals("Who reaches whom"));
        canvas().sendKeys(Keys.ARROW_RIGHT);
        eventually().until(() -> text(".pointed").startsWith("ams → fra: online since "));
        browser().picture("map-dark");

        canvas().sendKeys(Keys.ENTER);
        eventually().until(() -> headline().equals("ams"));
        assertThat(text("#view")).contains(network.signer("ams").verifier().fingerprint(), "the same as fra's");
        assertThat(browser().driver().getCurrentUrl()).endsWith("#/lab/node/ams");
        browser().picture("node-dark");
    }

    @Test
    void aNodeThatIsKilledIsShownAsDownAndComesBack() throws Exception {
        enter(fra, DESKTOP, false);
        eventually().until(() -> headline().equals("All 4 nodes are online."));

        Objects.requireNonNull(nyc).kill();

        eventually().until(() -> headline().equals("Offline: nyc. 3 of 4 nodes are online."));
        assertThat(text(".findings .offline")).contains("nyc is down: 3 of 3 observers say so since ");
        assertThat(browser().driver().getTitle()).isEqualTo("lab: Offline: nyc. 3 of 4 nodes are online.");
        browser().picture("down-light");
        go("graph");
        browser().picture("graph-light");

        nyc = process("nyc");
        go("overview");
        eventually().until(() -> headline().equals("All 4 nodes are online."));
    }

    @Test
    void whatHappenedStandsOnTheTimeLineAndAMomentOfItIsSeenAgain() throws Exception {
        enter(fra, DESKTOP, false);
        eventually().until(() -> headline().equals("All 4 nodes are online."));
        Objects.requireNonNull(nyc).kill();
        eventually().until(() -> headline().equals("Offline: nyc. 3 of 4 nodes are online."));
        nyc = process("nyc");
        eventually().until(() -> headline().equals("All 4 nodes are online."));

        go("time");

        eventually().until(() -> newestOfNyc().contains(" nyc is online again."));
        assertThat(events()).anyMatch(event -> event.matches("(?s).* nyc is down: \\d of 3 observers say so\\..*"));
        assertThat(attribute(".line[aria-label^='nyc']", "aria-label"))
                .matches("nyc: Offline for \\d+ .+, Online for \\d+ .+");
        browser().driver().findElement(By.xpath("//button[.='1 hour']")).click();
        eventually()
                .until(() ->
                        attribute("button[data-span='1 hour']", "aria-pressed").equals("true"));
        eventually().until(() -> Boolean.TRUE.equals(run("""
                const down = [...document.querySelectorAll('.events li')].find((one) => one.textContent.includes('nyc is down'));
                down?.querySelector('a').click();
                return down !== undefined;
                """)));
        eventually().until(() -> text(".then").startsWith("3 of 4 nodes were online."));
        assertThat(text("#view ul.findings")).contains("nyc was Offline.");
        assertThat(browser().driver().getCurrentUrl()).matches(".*/#/lab/time/[0-9-]{10}T[0-9%3A]+Z");
        browser().picture("time-light");

        String moment = browser().driver().getCurrentUrl();
        browser().driver().findElement(By.linkText("The change after")).click();
        eventually()
                .until(() -> !browser().driver().getCurrentUrl().equals(moment)
                        && !text(".then").isEmpty());
        WebElement slider = browser().driver().findElement(By.id("moment"));
        slider.sendKeys(Keys.HOME);
        eventually()
                .until(() -> text("#view .notice").contains("It can't be told: at: found a time before the oldest"));
        slider.sendKeys(Keys.END);
        eventually().until(() -> text(".then").startsWith("4 of 4 nodes were online."));

        browser().driver().findElement(By.id("records")).click();
        Path file = eventually().until(() -> downloaded("distomon-lab-fra-events-"), Objects::nonNull);
        JsonNode answer = new ObjectMapper().readTree(file.toFile());
        assertThat(answer.get("events")).isNotEmpty();
        assertThat(answer.get("entries")).isNotEmpty();
        go("node/nyc");
        eventually().until(() -> newestOfNyc().contains(" nyc is online again."));
        assertThat(text("#view dl")).containsPattern("Up\\d+\\.\\d\\d % of 1h");
        go("overview");
        eventually().until(() -> newestOfNyc().contains(" nyc is online again."));
    }

    @Test
    void whatAPeerToldOfTheTimeInWhichTheNodeWasAwayStandsWhereItBelongs() throws Exception {
        enter(nodes.getFirst().api(), DESKTOP, false);
        eventually().until(() -> headline().equals("All 4 nodes are online."));
        nodes.get(1).close();
        eventually().until(() -> !headline().equals("All 4 nodes are online."));
        Objects.requireNonNull(nyc).kill();
        eventually().until(() -> headline().contains("nyc"));
        nyc = process("nyc");
        eventually().until(() -> !headline().contains("nyc"));
        nodes.set(1, Node.start(network.properties("fra")));

        enter(fra, DESKTOP, false);
        go("time");

        eventually().until(() -> indexOf(" recorded: nyc is down") > 0);
        assertThat(indexOf("fra begins to record")).isLessThan(indexOf(" recorded: nyc is down"));
        eventually().until(() -> Boolean.TRUE.equals(run("""
                const down = [...document.querySelectorAll('.events li')]
                  .find((one) => one.textContent.includes(' recorded: nyc is down'));
                down?.querySelector('a').click();
                return down !== undefined;
                """)));
        eventually().until(() -> text("#view ul.findings").contains("nyc was Offline"));
        assertThat(text("#view")).containsPattern("fra was away: this is what (ams|rio) recorded, and signed.");
        assertThat(text("#view ul.findings")).contains("fra was Offline");
        assertThat(attribute(".line[aria-label^='fra']", "aria-label")).contains("Offline for");
        browser().picture("told-light");
    }

    @Test
    void ofLinksThatWereBrokenThePageTellsHowManyAreNotListedAndCallsNoneWholeThatWasNot() {
        enter(fra, DESKTOP, false);
        answerUptime("{nodes: {}, links: [], links_left_out: 3}");
        go("node/nyc");
        eventually().until(() -> text("#view").contains("3 more broken links of the network are not listed."));

        enter(fra, DESKTOP, false);
        String windows = "{'1h': {ratio: 1}, '30d': {ratio: 0.99996}}";
        answerUptime("{nodes: {nyc: %s}, links: [{observer: 'fra', target: 'nyc', windows: %s}]}"
                .formatted(windows, windows));
        go("node/nyc");
        eventually().until(() -> text("#view dl").contains("100.00 % of 1h, > 99.99 % of 30d"));
        assertThat(text("#view"))
                .contains("Links that were broken, and the share of the time in which they were not")
                .doesNotContain("not listed");
    }

    /** Until the page is loaded anew. */
    private void answerUptime(String answer) {
        run("""
                const asked = window.fetch;
                window.fetch = (path, request) => String(path).includes('uptime/')
                    ? Promise.resolve(new Response(JSON.stringify(%s)))
                    : asked(path, request);
                """.formatted(answer));
    }

    /** What changed last of nyc itself, and not of a link to it. */
    private String newestOfNyc() {
        return events().stream()
                .filter(event -> event.endsWith("look at nyc"))
                .findFirst()
                .orElse("");
    }

    @Test
    void evidenceIsDownloadedAsItWasAnswered() throws Exception {
        enter(fra, DESKTOP, false);

        browser().driver().findElement(By.id("evidence")).click();

        Path file = eventually().until(() -> downloaded("distomon-lab-fra-2"), Objects::nonNull);
        assertThat(file.getFileName().toString()).matches("distomon-lab-fra-\\d{8}T\\d{6}Z\\.json");
        JsonNode answer = new ObjectMapper().readTree(file.toFile());
        assertThat(answer.get("asker").asText()).isEqualTo("fra");
        assertThat(answer.at("/evidence/entries").has("fra")).isTrue();
    }

    @Test
    void aPhoneNeedsNoScrollingToTheSide() {
        enter(fra, PHONE, false);
        for (String tab : List.of("overview", "graph", "map", "time", "node/nyc")) {
            go(tab);
            assertThat(run("return document.documentElement.scrollWidth"))
                    .as(tab)
                    .isEqualTo((long) PHONE);
            browser().picture("phone-" + tab.replace('/', '-'));
        }
    }

    @Test
    void twoHundredNodesAreDrawnAtOnceAndTheWorstStandFirst() throws Exception {
        try (WideNetwork wide = new WideNetwork(directory.resolve("wide"), MANY)) {
            enter(wide.api(), DESKTOP, false);
            eventually().until(() -> headline().contains(WideNetwork.DOWN));
            assertThat(text("#view"))
                    .contains("n007 is down: 12 of 12 observers say so since ", "n010 gets no answer from ")
                    .contains("n020 finds n", ": 182 ms p95 over 5 min, limit 120 ms")
                    .contains("n030 finds 13 others slow or lossy: the fault is on its side.")
                    .doesNotContain("as other links of n030 are");
            browser().picture("overview-200");

            Object millis = Objects.requireNonNull(browser().driver().executeAsyncScript("""
                    const done = arguments[0];
                    const begun = performance.now();
                    location.hash = '#/lab/map';
                    requestAnimationFrame(() => requestAnimationFrame(() => done(Math.round(performance.now() - begun))));
                    """));

            System.out.printf("The heat map of %s nodes was drawn after %s ms%n", MANY, millis);
            assertThat(Duration.ofMillis(Long.parseLong(millis.toString()))).isLessThan(DRAWN);
            assertThat(text("#view .quiet")).startsWith("2").contains("among 200 nodes");
            canvas().sendKeys(Keys.ARROW_DOWN);
            assertThat(text(".pointed")).contains("→ " + WideNetwork.DOWN);
            browser().picture("map-200");
            browser()
                    .driver()
                    .findElement(By.xpath("//button[.='Large cells']"))
                    .click();
            browser().picture("map-200-large");
            go("graph");
            browser().picture("graph-200");
            go("node/" + WideNetwork.WITH_A_SLOW_LINK);
            eventually().until(() -> text("#view").contains("online, slow"));
        }
    }

    @Test
    void nothingBarsAnybody() throws Exception {
        String axe = resource("axe.min.js");
        for (boolean dark : List.of(false, true)) {
            open(fra, DESKTOP, dark);
            assertThat(barriers(axe)).as("login").isEmpty();
            enter(fra, DESKTOP, dark);
            for (String tab : List.of("overview", "graph", "map", "time", "node/nyc")) {
                go(tab);
                assertThat(barriers(axe)).as("%s, dark: %s", tab, dark).isEmpty();
            }
        }
    }

    @Test
    void guessesAreSlowedDownAndANodeThatIsGoneIsTold() throws Exception {
        NetworkOnDisk alone = new NetworkOnDisk(directory.resolve("alone"), "rio");
        try (Node node = Node.start(alone.properties("rio"))) {
            enter(node.api(), DESKTOP, false);
            eventually().until(() -> text("#freshness").equals("Live"));
        }
        eventually()
                .until(
                        () -> text("#freshness")
                                .matches(
                                        "rio can't be asked since [0-9:]{8} UTC: no answer\\. What is shown is of [0-9:]{8} UTC\\."));
        assertThat(shown("#view")).isTrue();
        assertThat(browser().driver().getTitle()).startsWith("Not live: lab: ");
        browser().picture("stale-light");

        try (Node node = Node.start(alone.properties("rio"))) {
            open(node.api(), DESKTOP, false);
            for (int i = 1; i <= 15 && !text("#login-message").startsWith("Too many tries. The next one in "); i++) {
                run("document.getElementById('login-message').textContent = ''");
                logIn("guess " + i);
                eventually().until(() -> !text("#login-message").isEmpty());
            }
            assertThat(text("#login-message")).startsWith("Too many tries. The next one in ");
        }
    }

    @Test
    void whatHappensIsSeenAtOnceByTheStreamThoughThePageDoesNotAskByItself() throws Exception {
        Runnable end = browser().beforeScripts("""
                const wait = setTimeout;
                window.setTimeout = (work, millis) => wait(work, [4000, 12000].includes(millis) ? 600000 : millis);
                """);
        try {
            enter(fra, DESKTOP, false);
            eventually().until(() -> headline().equals("All 4 nodes are online."));

            Objects.requireNonNull(nyc).kill();

            eventually().until(() -> headline().equals("Offline: nyc. 3 of 4 nodes are online."));
            eventually().until(() -> newestOfNyc().contains(" nyc is down: "));
        } finally {
            end.run();
            nyc = process("nyc");
        }
        eventually().until(() -> headline().equals("All 4 nodes are online."));
    }

    @Test
    void whereTheStreamIsRefusedThePageAsksAsOftenAsEver() throws Exception {
        browser().refuse(List.of("*/stream/*"));
        try {
            enter(fra, DESKTOP, false);
            eventually().until(() -> headline().equals("All 4 nodes are online."));

            Objects.requireNonNull(nyc).kill();

            eventually().until(() -> headline().equals("Offline: nyc. 3 of 4 nodes are online."));
            assertThat(text("#freshness")).isEqualTo("Live");
            assertThat(shown("#notice")).isFalse();
        } finally {
            browser().refuse(List.of());
            nyc = process("nyc");
        }
        eventually().until(() -> headline().equals("All 4 nodes are online."));
    }

    @Test
    void aPageListensOnlyWhileSomebodySeesIt() throws Exception {
        NetworkOnDisk alone = new NetworkOnDisk(directory.resolve("seen"), "rio");
        try (Node node = Node.start(alone.properties("rio"))) {
            enter(node.api(), DESKTOP, false);
            eventually().until(() -> streams(alone) == 1);
            String page = browser().driver().getWindowHandle();

            browser().driver().switchTo().newWindow(WindowType.TAB);
            eventually().until(() -> streams(alone) == 0);

            browser().driver().close();
            browser().driver().switchTo().window(page);
            eventually().until(() -> streams(alone) == 1);
            browser().driver().findElement(By.id("logout")).click();
            eventually().until(() -> streams(alone) == 0);
        }
    }

    private static double streams(NetworkOnDisk of) throws Exception {
        try (ApiClient management = new ApiClient(of.managementPort("rio"))) {
            return Objects.requireNonNull(
                    Exposition.parse(management.get("/metrics").body()).value("distomon_streams"));
        }
    }

    @Test
    void aPartOfThePageThatDoesNotComeIsToldAndThePageLoadedAgain() {
        browser().refuse(List.of("*/page/words.js"));
        try {
            load(fra, DESKTOP, false);
            eventually()
                    .until(() ->
                            text("#unstarted").equals("A part of this page did not come. It is loaded again in 5 s."));
            assertThat(shown("#unstarted")).isTrue();
            assertThat(shown("#login")).isFalse();
        } finally {
            browser().refuse(List.of());
        }

        eventually().until(() -> shown("#login"));
        assertThat(text("#unstarted")).isEmpty();
    }

    @Test
    void belowAPathOneChoosesAmongSeveralNetworks() throws Exception {
        NetworkOnDisk several = new NetworkOnDisk(directory.resolve("several"), "rio");
        Path files = several.directory("rio");
        Files.createDirectories(files.resolve("networks/other"));
        Files.writeString(
                files.resolve("networks/other/config.yml"), "network_id: other\nnode_config: [{node_id: rio}]\n");
        Files.writeString(files.resolve("nodeconf.yml"), """
                networks:
                - {name: lab, node_id: rio, config_type: local}
                - {name: other, node_id: rio, config_type: local}
                login_password_file: password
                """);
        Map<String, Object> properties = new HashMap<>(several.properties("rio"));
        properties.put("distomon.path-prefix", "/at/rio");
        try (Node node = Node.start(properties)) {
            // Without the slash, which the node adds.
            enter(node.api().resolve("/at/rio"), DESKTOP, false);
            eventually().until(() -> text("#whose").equals("lab, as rio sees it"));

            browser().driver().findElement(By.id("network")).sendKeys("other");
            eventually().until(() -> text("#whose").equals("other, as rio sees it"));
            assertThat(browser().driver().getCurrentUrl()).endsWith("/at/rio/#/other/overview");

            run("location.hash = '#/elsewhere/overview'");
            eventually().until(() -> text("#notice").equals("This node is in no network elsewhere."));
        }
    }

    @Test
    void aPageThatCameOverHttpFromElsewhereWarns() {
        open(URI.create("http://fra.example:" + fra.getPort()), DESKTOP, false);

        assertThat(shown("#clear-text")).isTrue();
    }

    private ForkedNode process(String id) throws IOException {
        return ForkedNode.start(network, id, "-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    }

    private Chromium browser() {
        return Objects.requireNonNull(chromium);
    }

    private void open(URI node, int width, boolean dark) {
        load(node, width, dark);
        eventually().until(() -> shown("#login"));
    }

    private void load(URI node, int width, boolean dark) {
        browser().screen(width, dark);
        // Elsewhere first: an address that differs in its end only is the same page.
        browser().driver().get("about:blank");
        browser().driver().get(node.toString());
    }

    private void enter(URI node, int width, boolean dark) {
        open(node, width, dark);
        logIn(NetworkOnDisk.PASSWORD);
        eventually().until(() -> shown("#view h2"));
    }

    private void logIn(String password) {
        WebElement field = browser().driver().findElement(By.id("password"));
        field.clear();
        field.sendKeys(password, Keys.ENTER);
    }

    /** Goes to a part of the page, and waits until it is drawn. */
    private void go(String tab) {
        browser().driver().executeAsyncScript("""
                location.hash = '#/lab/' + arguments[0];
                requestAnimationFrame(() => requestAnimationFrame(arguments[1]));
                """, tab);
        eventually()
                .until(() ->
                        run("return document.getElementById('view').className").equals(tab.replaceFirst("/.*", "")));
    }

    private WebElement canvas() {
        return eventually()
                .until(
                        () -> browser().driver().findElements(By.cssSelector("#view canvas")).stream()
                                .findFirst()
                                .orElse(null),
                        Objects::nonNull);
    }

    private String headline() {
        return text("#view h2");
    }

    /** Of the first that fits; empty when there is none. */
    private String text(String selector) {
        return Objects.toString(run("return document.querySelector(arguments[0])?.textContent ?? ''", selector));
    }

    private boolean shown(String selector) {
        return Boolean.TRUE.equals(
                run("return document.querySelector(arguments[0])?.checkVisibility() ?? false", selector));
    }

    private Object run(String script, Object... arguments) {
        return Objects.requireNonNullElse(browser().driver().executeScript(script, arguments), "");
    }

    /** What is serious or worse, with where it is. */
    private List<String> barriers(String axe) {
        browser().driver().executeScript(axe);
        Object found = browser().driver().executeAsyncScript("""
                const done = arguments[0];
                axe.run(document, {resultTypes: ['violations']}).then((results) => done(results.violations
                  .filter((one) => ['serious', 'critical'].includes(one.impact))
                  .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html}: ${node.failureSummary}`))));
                """);
        return ((List<?>) Objects.requireNonNull(found))
                .stream().map(Object::toString).toList();
    }

    /** Of each event that is listed what it says, the newest first; one that is empty when there are none. */
    private List<String> events() {
        List<?> texts =
                (List<?>) run("return [...document.querySelectorAll('.events li')].map((one) => one.textContent)");
        return texts.isEmpty()
                ? List.of("")
                : texts.stream().map(Object::toString).toList();
    }

    /** The place of the first event that says so; -1 when none does. */
    private int indexOf(String words) {
        List<String> events = events();
        return IntStream.range(0, events.size())
                .filter(i -> events.get(i).contains(words))
                .findFirst()
                .orElse(-1);
    }

    private String attribute(String selector, String name) {
        return Objects.toString(
                run("return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? ''", selector, name));
    }

    private @Nullable Path downloaded(String beginning) throws IOException {
        try (Stream<Path> files = Files.list(browser().downloads())) {
            return files.filter(file -> file.getFileName().toString().startsWith(beginning)
                            && file.toString().endsWith(".json"))
                    .findFirst()
                    .orElse(null);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = PageInChromiumTest.class.getClassLoader().getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
    }
}
