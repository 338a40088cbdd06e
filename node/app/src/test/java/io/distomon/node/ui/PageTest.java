package io.distomon.node.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.node.ApiClient;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import io.distomon.page.Page;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the page is served: {@code fra} below a path, and {@code ams} with the page switched off. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTest {
    private static final Path SOURCES = Path.of("..", "page", "src", "main", "resources", "page");

    private NetworkOnDisk network;
    private ApiClient api;
    private Node fra;

    @BeforeAll
    void start(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "fra", "ams");
        Map<String, Object> properties = new HashMap<>(network.properties("fra"));
        properties.put("distomon.path-prefix", "/at/fra/");
        fra = Node.start(properties);
        api = new ApiClient(network.apiPort("fra"));
    }

    @AfterAll
    void stop() {
        api.close();
        fra.close();
    }

    static Stream<String> paths() throws IOException {
        return sources().keySet().stream().map(PageTest::path);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void anybodyGetsEveryFileWithWhatABrowserMustNotDoWithIt(String path) throws Exception {
        HttpResponse<String> response = api.get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo(sources().get(path.equals("/") ? "index.html" : path.substring("/page/".length())));
        assertThat(value(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(value(response, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(value(response, "Cache-Control")).isEqualTo("no-cache");
        assertThat(value(response, "Content-Security-Policy").split("; "))
                .contains(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "connect-src 'self'",
                        "form-action 'none'",
                        "frame-ancestors 'none'",
                        "base-uri 'none'")
                .noneMatch(directive -> directive.contains("unsafe") || directive.contains("http"));
        assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/,text/html; charset=utf-8",
        "/page/main.js,text/javascript; charset=utf-8",
        "/page/style.css,text/css; charset=utf-8",
        "/page/icon.svg,image/svg+xml; charset=utf-8"
    })
    void aFileSaysWhatItIsWhateverIsAskedFor(String path, String type) throws Exception {
        for (String accepted : List.of("*/*", "text/css,*/*;q=0.1", "application/json")) {
            assertThat(value(api.send(api.request(path).header("Accept", accepted)), "Content-Type"))
                    .isEqualTo(type);
        }
    }

    @Test
    void whoHasAFileIsToldThatItIsStillTheSame() throws Exception {
        String etag = value(api.get("/page/main.js"), "ETag");

        for (String held : List.of(etag, "W/" + etag, "\"other\", " + etag, "*")) {
            HttpResponse<String> response =
                    api.send(api.request("/page/main.js").header("If-None-Match", held));
            assertThat(response.statusCode()).as(held).isEqualTo(304);
            assertThat(response.body()).isEmpty();
            assertThat(value(response, "ETag")).isEqualTo(etag);
            assertThat(response.headers().firstValue("Content-Security-Policy")).isPresent();
        }
        for (String other : List.of("\"other\"", "", value(api.get("/"), "ETag"))) {
            assertThat(api.send(api.request("/page/main.js").header("If-None-Match", other))
                            .statusCode())
                    .as(other)
                    .isEqualTo(200);
        }
    }

    @Test
    void headIsAnsweredAsGetIsWithoutTheBody() throws Exception {
        HttpResponse<String> get = api.get("/");
        HttpResponse<String> head = api.send(api.request("/").HEAD());

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(value(head, "ETag")).isEqualTo(value(get, "ETag"));
        assertThat(value(head, "Content-Length"))
                .isEqualTo(String.valueOf(get.body().getBytes(StandardCharsets.UTF_8).length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/page",
                "/page/",
                "/page/none.js",
                "/page/index.html",
                "/page/%6Dain.js",
                "/page/../info",
                "/page/..%2Finfo",
                "/page/main.js/",
                "/page//main.js",
                "//page/main.js",
                "/PAGE/main.js",
                "/index.html",
                "/application.yml",
                "/page/..%2Fapplication.yml",
                "/favicon.ico"
            })
    void whatIsNoneOfItsFilesIsRefusedLikeEveryOtherPath(String path) throws Exception {
        HttpResponse<String> without = api.get(path);

        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(without.body()).isEqualTo("{\"title\":\"Unauthorized\",\"status\":401}");
        assertThat(api.get(path, api.token()).body()).doesNotContain("import", "micronaut");
    }

    @Test
    void withATokenAFileThatThereIsNotIsNotFound() throws Exception {
        HttpResponse<String> response = api.get("/page/none.js", api.token());

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(value(response, "Content-Type")).startsWith("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void filesAreOnlyRead(String method) throws Exception {
        for (String path : List.of("/", "/page/main.js")) {
            assertThat(api.send(api.request(path).method(method, HttpRequest.BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void belowAPathItIsTheSameAndWithoutTheSlashOneIsSentThere() throws Exception {
        assertThat(api.get("/at/fra/").body()).isEqualTo(api.get("/").body());
        assertThat(api.get("/at/fra/page/main.js").body())
                .isEqualTo(api.get("/page/main.js").body());

        HttpResponse<String> without = api.get("/at/fra");
        assertThat(without.statusCode()).isEqualTo(308);
        // There may be more of a path in front of a proxy that takes some of it off.
        assertThat(value(without, "Location")).isEqualTo("fra/");
    }

    @Test
    void switchedOffThereIsNoPage() throws Exception {
        Map<String, Object> properties = new HashMap<>(network.properties("ams"));
        properties.put("distomon.page.enabled", "false");
        try (Node ams = Node.start(properties);
                ApiClient other = new ApiClient(ams.api().getPort())) {
            String token = other.token();
            for (String path : List.of("/", "/page/main.js")) {
                assertThat(other.get(path).statusCode()).isEqualTo(401);
                assertThat(other.get(path, token).statusCode()).isEqualTo(404);
            }
            assertThat(other.get("/view/lab", token).statusCode()).isEqualTo(200);
        }
    }

    /** What one refers to is there; a file is served only when {@link Page} names it. */
    @Test
    void filesReferToEachOtherByRelativeAddressesOnly() throws Exception {
        Map<String, String> sources = sources();
        assertThat(references("(?:href|src)=\"([^\"#]+)\"", sources.getOrDefault("index.html", "")))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("page/") && sources.containsKey(name.substring("page/".length())));
        sources.forEach((name, text) -> {
            assertThat(references("from '([^']+)'", text))
                    .as(name)
                    .allMatch(other -> other.startsWith("./") && sources.containsKey(other.substring(2)));
            assertThat(text)
                    .as(name)
                    .doesNotContain(
                            "innerHTML",
                            "outerHTML",
                            "insertAdjacentHTML",
                            "eval(",
                            "localStorage",
                            "sessionStorage",
                            "document.cookie",
                            "style=\"",
                            "onclick=");
        });
    }

    private static List<String> references(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }

    private static String path(String name) {
        return name.equals("index.html") ? "/" : "/page/" + name;
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return texts;
    }

    private static String value(HttpResponse<String> response, String field) {
        return response.headers().firstValue(field).orElseThrow();
    }
}
