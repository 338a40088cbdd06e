package io.distomon.operator.page;

import static io.distomon.operator.page.KnownNetworks.condition;
import static io.distomon.operator.page.KnownNetworks.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.distomon.core.Clock;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.operator.status.ConditionTypes;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's server by real HTTP, of two networks: {@code lab/mesh} of the nodes fra and ams, and {@code prod/far} of nobody. */
class PageServerTest {
    private static final String PASSWORD = "correct horse";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private Path passwordFile;
    private SmallNode fra;
    private SmallNode ams;
    private KnownNetworks networks;
    private PageServer server;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        passwordFile = Files.writeString(directory.resolve("password"), PASSWORD + "\n");
        fra = SmallNode.start();
        ams = SmallNode.start();
        Map<String, URI> nodes = new LinkedHashMap<>();
        nodes.put("fra", fra.url());
        nodes.put("ams", ams.url());
        networks = new KnownNetworks()
                .with(
                        "lab",
                        "mesh",
                        status(
                                2,
                                2,
                                condition(
                                        ConditionTypes.MESH_HEALTHY,
                                        ConditionStatus.True,
                                        "AllOnline",
                                        "2 of 2 nodes are online")),
                        nodes)
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
                                        "no node has answered: tyo: no connection")),
                        Map.of("tyo", nowhere()));
        server = PageServer.start(new PageSettings(0, passwordFile), networks, Clock.system());
    }

    @AfterEach
    void stop() {
        server.close();
        fra.close();
        ams.close();
        http.close();
    }

    @Test
    void anybodyGetsThePageWithWhatABrowserMustNotDoWithIt() throws Exception {
        for (String path : List.of("/", "/page/main.js", "/page/networks.js", "/page/style.css")) {
            HttpResponse<String> response = get(path, null);

            assertThat(response.statusCode()).as(path).isEqualTo(200);
            assertThat(response.body()).isNotEmpty();
            assertThat(value(response, "Content-Security-Policy")).startsWith("default-src 'none'; ");
            assertThat(value(response, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(value(response, "Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(value(response, "Cache-Control")).isEqualTo("no-cache");
            String etag = value(response, "ETag");
            assertThat(send(request(path).header("If-None-Match", etag)).statusCode())
                    .isEqualTo(304);
            HttpResponse<String> head = send(request(path).HEAD());
            assertThat(head.body()).isEmpty();
            assertThat(value(head, "Content-Length"))
                    .isEqualTo(String.valueOf(response.body().getBytes(StandardCharsets.UTF_8).length));
        }
    }

    @Test
    void theRightPasswordGivesATokenForAnHour() throws Exception {
        HttpResponse<String> response = logIn("admin", PASSWORD);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(value(response, "Cache-Control")).isEqualTo("no-store");
        JsonNode answer = JSON.readTree(response.body());
        assertThat(answer.get("token_type").asText()).isEqualTo("Bearer");
        assertThat(answer.get("expires_in").asInt()).isEqualTo(3600);
        SignedJWT token = SignedJWT.parse(answer.get("access_token").asText());
        assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.HS256);
        assertThat(token.getJWTClaimsSet().getExpirationTime().toInstant())
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(58)),
                        Instant.now().plus(Duration.ofMinutes(61)));
        String basic = Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        assertThat(send(request("/login")
                                .header("Authorization", "Basic " + basic)
                                .POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void guessesAreLimitedAndTheRightOneWaitsToo() throws Exception {
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> wrong = logIn("admin", "guess " + i);
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(wrong.body())
                    .isEqualTo("{\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"wrong username or password\"}");
        }

        HttpResponse<String> early = logIn("admin", PASSWORD);

        assertThat(early.statusCode()).isEqualTo(429);
        assertThat(value(early, "Retry-After")).isEqualTo("1");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> logIn("admin", PASSWORD).statusCode() == 200);
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"username\":\"root\",\"password\":\"correct horse\"}', 401",
        "'{\"username\":\"admin\"}', 401",
        "'{\"username\":\"admin\",\"password\":7}', 401",
        "'[]', 400",
        "'{\"username\"', 400",
        "'', 400"
    })
    void whatIsNoLoginIsRefused(String body, int status) throws Exception {
        assertThat(send(request("/login").POST(HttpRequest.BodyPublishers.ofString(body)))
                        .statusCode())
                .isEqualTo(status);
    }

    @Test
    void aLoginThatIsTooLongOrSaysNoLengthIsNotRead() throws Exception {
        assertThat(send(request("/login").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[40_000])))
                        .statusCode())
                .isEqualTo(413);
        assertThat(send(request("/login")
                                .POST(HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(new byte[10]))))
                        .statusCode())
                .isEqualTo(411);
    }

    @Test
    void withoutAPasswordNobodyGetsInAndTheNextOneThatIsThereCounts() throws Exception {
        String before = token();
        Files.writeString(passwordFile, "another");

        assertThat(get("/info", before).statusCode())
                .as("a token of the password before")
                .isEqualTo(401);
        assertThat(logIn("admin", PASSWORD).statusCode()).isEqualTo(401);
        assertThat(logIn("admin", "another").statusCode()).isEqualTo(200);

        Files.delete(passwordFile);
        HttpResponse<String> without = logIn("admin", "another");
        assertThat(without.statusCode()).isEqualTo(503);
        assertThat(without.body()).contains("the operator has no password to compare with: its log has why");
        Files.writeString(passwordFile, "\n");
        assertThat(logIn("admin", "").statusCode()).isEqualTo(503);
        assertThat(get("/info", before).statusCode()).isEqualTo(401);

        Files.writeString(passwordFile, PASSWORD);
        assertThat(logIn("admin", PASSWORD).statusCode()).isEqualTo(200);
    }

    @Test
    void onlyItsOwnTokensCount() throws Exception {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject("admin")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .build();
        SignedJWT others = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        others.sign(new MACSigner(KnownNetworks.JWT.reveal().getBytes(StandardCharsets.UTF_8)));
        String own = token();

        for (String token : List.of(
                others.serialize(),
                new PlainJWT(claims).serialize(),
                own.substring(0, own.length() - 4) + "AAAA",
                "x".repeat(5000),
                "nothing")) {
            assertThat(get("/info", token).statusCode()).isEqualTo(401);
        }
        assertThat(get("/info", own).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/info",
                "/view/lab/mesh",
                "/view/lab/none",
                "/stream/lab/mesh",
                "/metrics",
                "/page/none.js",
                "/page/../info",
                "/index.html"
            })
    void withoutATokenNothingIsToldNotEvenWhatThereIs(String path) throws Exception {
        HttpResponse<String> response = get(path, null);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).isEqualTo("{\"title\":\"Unauthorized\",\"status\":401}");
        assertThat(fra.asked()).isEmpty();
    }

    @Test
    void theNetworksAreToldInTheWordsOfTheirStatus() throws Exception {
        networks.trouble("starting");
        networks.with(
                "prod",
                "near",
                status(
                        2,
                        3,
                        condition(ConditionTypes.READY, ConditionStatus.False, "X", "not told, as an outage is worse"),
                        condition(
                                ConditionTypes.MESH_HEALTHY,
                                ConditionStatus.False,
                                "NodesOffline",
                                "nyc is offline: 2 of 2 observers say so")),
                Map.of());

        JsonNode info = JSON.readTree(get("/info", token()).body());

        assertThat(info.get("kind").asText()).isEqualTo("operator");
        assertThat(info.get("warnings").toString()).isEqualTo("[\"starting\"]");
        assertThat(info.get("networks").toString())
                .isEqualTo(
                        "[{\"network_id\":\"lab/mesh\",\"state\":\"Online\",\"in_words\":\"2 of 2 nodes are online\","
                                + "\"online\":2,\"nodes\":2},{\"network_id\":\"prod/far\",\"state\":\"Unknown\",\"in_words\":\"no"
                                + " node has answered: tyo: no"
                                + " connection\",\"online\":0,\"nodes\":3},{\"network_id\":\"prod/near\",\"state\":\"Offline\",\"in_words\":\"nyc"
                                + " is offline: 2 of 2 observers say so\",\"online\":2,\"nodes\":3}]");
    }

    @ParameterizedTest
    @CsvSource({
        "/info/lab/mesh, /info",
        "/view/lab/mesh, /view/mesh",
        "/view/lab/mesh?at=2026-11-30T08:00:00Z, /view/mesh?at=2026-11-30T08:00:00Z",
        "/view/lab/mesh?evidence=true, /view/mesh?evidence=true",
        "/links/lab/mesh, /links/mesh",
        "/events/lab/mesh?node=fra&limit=5, /events/mesh?node=fra&limit=5",
        "/history/lab/mesh, /history/mesh",
        "/uptime/lab/mesh, /uptime/mesh",
        "/store/lab/mesh?after=a%2Fb, /store/mesh?after=a%2Fb"
    })
    void aQuestionGoesToANodeWithTheOperatorsOwnTokenAndNothingElseOfTheCaller(String path, String asked)
            throws Exception {
        fra.answer(exchange -> {
            exchange.getResponseHeaders().set("Set-Cookie", "a=b");
            exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
            exchange.getResponseHeaders().set("Distomon-Cursor", "7-1");
            SmallNode.answer(exchange, 200, "application/json", "{\"asker\":\"fra\"}");
        });
        String token = token();

        HttpResponse<String> response = send(request(path)
                .header("Authorization", "Bearer " + token)
                .header("Cookie", "c=d")
                .header("X-Forwarded-For", "192.0.2.1"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"asker\":\"fra\"}");
        assertThat(response.headers().map().keySet())
                .containsExactlyInAnyOrder(
                        "cache-control",
                        "content-length",
                        "content-type",
                        "date",
                        "distomon-cursor",
                        "distomon-node",
                        "x-content-type-options");
        assertThat(value(response, "Distomon-Node")).isEqualTo("fra");
        assertThat(fra.asked()).singleElement().satisfies(one -> {
            assertThat(one.method()).isEqualTo("GET");
            assertThat(one.target()).isEqualTo(asked);
            assertThat(one.fields()).doesNotContain("Cookie", "X-forwarded-for");
            assertThat(one.authorization()).singleElement().satisfies(bearer -> {
                SignedJWT theirs = SignedJWT.parse(bearer.substring("Bearer ".length()));
                assertThat(theirs.verify(
                                new MACVerifier(KnownNetworks.JWT.reveal().getBytes(StandardCharsets.UTF_8))))
                        .isTrue();
                assertThat(bearer).doesNotContain(token);
            });
        });
        assertThat(ams.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "401, application/json",
        "500, application/json",
        "302, application/json",
        "503, application/problem+json",
        "200, text/html",
        "200, application/javascript"
    })
    void whenANodeGivesNothingOfUseTheNextIsAsked(int status, String type) throws Exception {
        fra.answer(status, type, "<script>");
        ams.answer(200, "application/json", "{\"asker\":\"ams\"}");

        HttpResponse<String> response = get("/view/lab/mesh", token());

        assertThat(response.body()).isEqualTo("{\"asker\":\"ams\"}");
        assertThat(value(response, "Distomon-Node")).isEqualTo("ams");
    }

    @Test
    void aNodeThatIsGoneKeepsNobodyFromTheNext() throws Exception {
        fra.close();

        assertThat(value(get("/view/lab/mesh", token()), "Distomon-Node")).isEqualTo("ams");
    }

    @Test
    void aQuestionThatIsAskedWronglyIsAnsweredSo() throws Exception {
        fra.answer(400, "application/problem+json", "{\"status\":400,\"detail\":\"at: found x\"}");

        HttpResponse<String> response = get("/view/lab/mesh?at=x", token());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("at: found x");
        assertThat(ams.asked()).isEmpty();
    }

    @Test
    void whereNobodyAnswersASentenceSaysWhyAndTheOtherNetworksGoOn() throws Exception {
        fra.answer(500, "application/json", "");
        ams.answer(403, "application/json", "");
        String token = token();

        HttpResponse<String> far = get("/view/prod/far", token);
        HttpResponse<String> lab = get("/view/lab/mesh", token);

        assertThat(far.statusCode()).isEqualTo(503);
        assertThat(detail(far)).isEqualTo("no node of prod/far answers this: tyo: no connection");
        assertThat(lab.statusCode()).isEqualTo(503);
        assertThat(detail(lab)).isEqualTo("no node of lab/mesh answers this: fra: it answers 500; ams: it answers 403");
        fra.answer(404, "application/problem+json", "{}");
        assertThat(get("/events/lab/mesh", token).statusCode()).isEqualTo(404);
        ams.answer(200, "application/json", "{}");
        assertThat(get("/view/lab/mesh", token).statusCode()).isEqualTo(200);
        networks.forget("lab/mesh");
        assertThat(detail(get("/view/lab/mesh", token)))
                .isEqualTo("it is not known whom to ask of lab/mesh, or with what token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/view",
                "/view/",
                "/view/lab",
                "/view/lab/",
                "/view/lab/none",
                "/view/none/mesh",
                "/view/lab/mesh/",
                "/view/lab/mesh/x",
                "/view/lab%2Fmesh",
                "/view/lab/me%73h",
                "/view/lab/../lab/mesh",
                "/view/lab/..",
                "/view/lab/..%2Finfo",
                "/view/./lab/mesh",
                "//view/lab/mesh",
                "//lab/view/lab/mesh",
                "/view//lab/mesh",
                "/VIEW/lab/mesh",
                "/view/LAB/mesh",
                "/mon/lab/mesh",
                "/metrics/lab/mesh",
                "/login/lab/mesh",
                "/page/none.js",
                "/page/..%2Fapplication.yml",
                "/healthz",
                "/openapi.yml"
            })
    void whatIsNoQuestionOfANetworkOfOursIsNotFoundAndNobodyIsAsked(String path) throws Exception {
        HttpResponse<String> response = get(path, token());

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(value(response, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(fra.asked()).isEmpty();
        assertThat(ams.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
    void nothingIsWritten(String method) throws Exception {
        for (String path : List.of("/", "/info", "/view/lab/mesh", "/page/main.js")) {
            HttpResponse<String> response = send(request(path)
                    .header("Authorization", "Bearer " + token())
                    .method(method, HttpRequest.BodyPublishers.ofString("{}")));
            assertThat(response.statusCode()).as(path).isEqualTo(405);
            assertThat(value(response, "Allow")).startsWith("GET");
        }
        assertThat(fra.asked()).isEmpty();
    }

    @Test
    void aStreamIsPassedOnAsItComes() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        fra.answer(exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write("event: view\ndata: {}\n\n".getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
                heard.await();
                exchange.getResponseBody().write(":\n\n".getBytes(StandardCharsets.UTF_8));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });

        HttpResponse<InputStream> response = http.send(
                request("/stream/lab/mesh")
                        .header("Authorization", "Bearer " + token())
                        .header("Last-Event-ID", "57-3f2a9c01d4e5b687")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());

        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("event: view");
            assertThat(lines.readLine()).isEqualTo("data: {}");
            heard.countDown();
            assertThat(lines.lines()).contains(":");
        }
        assertThat(fra.asked())
                .singleElement()
                .satisfies(one -> assertThat(one.fields()).contains("Last-event-id"));
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForAWholeOne() {
        fra.answer(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"nodes\":[".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            throw new IOException("on purpose");
        });

        assertThatThrownBy(() -> get("/view/lab/mesh", token())).isInstanceOf(IOException.class);
    }

    @Test
    void ofOneNetworkOnlySoMuchIsAskedAtOnceAndTheOthersHaveRoom() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        fra.answer(exchange -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            SmallNode.answer(exchange, 200, "application/json", "{}");
        });
        networks.with("prod", "other", status(1, 1), Map.of("ams", ams.url()));
        String token = token();
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < PageServer.MOST_OF_NETWORK; i++) {
            waiting.add(http.sendAsync(
                    request("/view/lab/mesh")
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        await().until(() -> fra.asked().size() == PageServer.MOST_OF_NETWORK);

        HttpResponse<String> oneMore = get("/view/lab/mesh", token);

        assertThat(oneMore.statusCode()).isEqualTo(503);
        assertThat(value(oneMore, "Retry-After")).isEqualTo("1");
        assertThat(get("/view/prod/other", token).statusCode()).isEqualTo(200);
        end.countDown();
        for (CompletableFuture<HttpResponse<String>> one : waiting) {
            assertThat(one.get().statusCode()).isEqualTo(200);
        }
        assertThat(get("/view/lab/mesh", token).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsAskedTooLengthilyIsRefused() throws Exception {
        assertThat(get("/view/lab/mesh?at=" + "x".repeat(2000), token()).statusCode())
                .isEqualTo(414);
        assertThat(fra.asked()).isEmpty();
    }

    private static URI nowhere() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            return URI.create("http://127.0.0.1:" + taken.getLocalPort());
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, @Nullable String token) throws Exception {
        HttpRequest.Builder request = request(path);
        return send(token == null ? request : request.header("Authorization", "Bearer " + token));
    }

    private HttpResponse<String> logIn(String username, String password) throws Exception {
        return send(request("/login")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(username, password))));
    }

    private String token() throws Exception {
        return JSON.readTree(logIn("admin", PASSWORD).body())
                .get("access_token")
                .asText();
    }

    private static String detail(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body()).get("detail").asText();
    }

    private static String value(HttpResponse<String> response, String field) {
        return response.headers().firstValue(field).orElseThrow();
    }
}
