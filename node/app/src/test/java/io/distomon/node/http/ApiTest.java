package io.distomon.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.distomon.core.store.NodeDataCodec;
import io.distomon.node.ApiClient;
import io.distomon.node.NetworkOnDisk;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API for people and the operator, at one node of a network whose other nodes are down. */
@MicronautTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiTest implements TestPropertyProvider {
    private final Path directory = newDirectory();
    private final NetworkOnDisk network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
    private final ApiClient api = new ApiClient(network.apiPort("fra"));
    private final ApiClient management = new ApiClient(network.managementPort("fra"));

    @Override
    public Map<String, String> getProperties() {
        Map<String, String> properties = new LinkedHashMap<>();
        network.properties("fra").forEach((name, value) -> properties.put(name, value.toString()));
        return properties;
    }

    @AfterAll
    void close() {
        api.close();
        management.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/token"})
    void basicAuthenticationGivesATokenForHalfAnHour(String path) throws Exception {
        HttpResponse<String> response = api.basicLogin(path, "admin", NetworkOnDisk.PASSWORD);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        JsonNode token = ApiClient.json(response);
        assertThat(token.properties().stream().map(Map.Entry::getKey))
                .containsExactly("access_token", "token_type", "expires_in", "username");
        assertThat(token.get("token_type").asText()).isEqualTo("Bearer");
        assertThat(token.get("expires_in").asInt()).isEqualTo(1800);
        assertThat(token.get("username").asText()).isEqualTo("admin");
        assertThat(api.get("/info", token.get("access_token").asText()).statusCode())
                .isEqualTo(200);
        SignedJWT parsed = SignedJWT.parse(token.get("access_token").asText());
        assertThat(parsed.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.HS256);
        assertThat(parsed.getJWTClaimsSet().getExpirationTime())
                .isBetween(Instant.now().plusSeconds(1700), Instant.now().plusSeconds(1801));
    }

    @Test
    void aBodyWithNameAndPasswordGivesATokenToo() throws Exception {
        String json = "{\"username\":\"admin\",\"password\":\"%s\"}".formatted(NetworkOnDisk.PASSWORD);
        String form = "grant_type=password&username=admin&password=" + NetworkOnDisk.PASSWORD.replace(' ', '+');

        assertThat(api.post("/login", "application/json", json).statusCode()).isEqualTo(200);
        assertThat(api.post("/token", "application/x-www-form-urlencoded", form).statusCode())
                .isEqualTo(200);
    }

    @Test
    void wrongCredentialsAreRefusedAlikeAsAProblem() throws Exception {
        HttpResponse<String> wrongPassword = api.basicLogin("/login", "admin", "guess");
        HttpResponse<String> wrongName = api.basicLogin("/login", "root", NetworkOnDisk.PASSWORD);
        HttpResponse<String> wrongBody =
                api.post("/login", "application/json", "{\"username\":\"admin\",\"password\":\"\"}");

        assertProblem(wrongPassword, 401);
        assertThat(wrongName.body()).isEqualTo(wrongPassword.body());
        assertThat(wrongBody.body()).isEqualTo(wrongPassword.body());
        assertThat(wrongPassword.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(challenge -> assertThat(challenge).startsWith("Basic "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"username\":\"admin\"}", "null", "[]", "{\"username\":"})
    void aLoginWithoutCredentialsIsAProblem(String body) throws Exception {
        HttpResponse<String> response = api.post("/login", "application/json", body);

        assertThat(response.statusCode()).isIn(400, 401);
        assertProblem(response, response.statusCode());
        assertThat(response.body()).doesNotContain("Source:", "Exception");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/info",
                "/store/lab",
                "/store/nowhere",
                "/view",
                "/view/lab",
                "/view/nowhere",
                "/links/lab",
                "/events/lab",
                "/history/lab",
                "/uptime/lab",
                "/stream/lab",
                "/view/lab/",
                "/view//lab",
                "//view/lab",
                "/VIEW/lab",
                "/%76iew/lab",
                "/beans",
                "/nowhere"
            })
    void withoutATokenEveryPathIsRefusedAlike(String path) throws Exception {
        HttpResponse<String> without = api.get(path);
        HttpResponse<String> garbage = api.get(path, "garbage");

        assertProblem(without, 401);
        assertThat(without.body()).isEqualTo("{\"title\":\"Unauthorized\",\"status\":401}");
        assertThat(garbage.body()).isEqualTo(without.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/info",
                "/view",
                "/view/lab",
                "/view/nowhere",
                "/view/lab?at=NOW",
                "/view/lab?at=2020-01-01T00:00:00Z",
                "/links/lab",
                "/events/lab",
                "/events/nowhere",
                "/history/lab",
                "/uptime/lab",
                "/store/lab",
                "/store/lab?raw=true",
                "/openapi.yml",
                "/nowhere"
            })
    void headIsAnsweredAsGetIsWithoutTheBody(String path) throws Exception {
        String token = api.token();
        for (boolean known : List.of(true, false)) {
            // Both are of different moments, between which an entry may have been renewed.
            eventually()
                    .untilAsserted(() -> assertHeadIsAsGet(
                            api,
                            path.replace("NOW", Instant.now().toString()),
                            known ? "Bearer " + token : "Bearer none"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/liveness", "/health/readiness", "/metrics", "/nowhere"})
    void headIsAnsweredAsGetIsToTheNodesKeepersToo(String path) throws Exception {
        eventually().untilAsserted(() -> assertHeadIsAsGet(management, path, "Bearer none"));
    }

    private static void assertHeadIsAsGet(ApiClient client, String path, String authorization) throws Exception {
        HttpResponse<String> get = client.send(client.request(path).header("Authorization", authorization));
        HttpResponse<String> head = client.send(
                client.request(path).header("Authorization", authorization).HEAD());

        assertThat(head.statusCode()).isEqualTo(get.statusCode());
        assertThat(head.body()).isEmpty();
        assertThat(fields(head)).isEqualTo(fields(get));
        assertThat(head.headers().firstValueAsLong("Content-Length").orElse(-1))
                .isEqualTo(get.body().getBytes(StandardCharsets.UTF_8).length);
    }

    private static Map<String, List<String>> fields(HttpResponse<String> response) {
        Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        fields.putAll(response.headers().map());
        fields.remove("Date");
        fields.remove("Distomon-Cursor");
        return fields;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/mon/../view/lab",
                "/mon/%2e%2e/view/lab",
                "/mon/..%2Fview/lab",
                "/mon/..;/view/lab",
                "/mon//view/lab",
                "/login/../store/lab",
                "/login/..%2Fstore/lab"
            })
    void whatNeedsNoTokenIsNoWayToWhatDoes(String path) throws Exception {
        HttpResponse<String> response = api.get(path);

        assertProblem(response, response.statusCode());
        assertThat(response.statusCode()).isIn(401, 404, 405);
        assertThat(response.body()).doesNotContain("fra", "ams", "nyc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/store/nowhere", "/view/nowhere", "/nowhere", "/beans", "/health"})
    void withATokenWhatDoesNotExistIsNotFound(String path) throws Exception {
        assertProblem(api.get(path, api.token()), 404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /view/lab?evidence=perhaps            | evidence: found "perhaps", expected true or false
            /view/lab?evidence=TRUE               | evidence: found "TRUE", expected true or false
            /view/lab?evidence=%E2%80%AEtrue%0A   | evidence: found "?true ", expected true or false
            /view/lab?evidence=                   | evidence: found "", expected true or false
            /view/lab?evidence                    | evidence: found "", expected true or false
            /view/lab?evidence=false&evidence=true| evidence: found 2 values, expected true or false
            /store/lab?raw=yes                    | raw: found "yes", expected true or false
            /store/lab?after=x&raw=1              | raw: found "1", expected true or false
            """)
    void aParameterThatIsNeitherTrueNorFalseIsAProblem(String path, String detail) throws Exception {
        HttpResponse<String> response = api.get(path, api.token());

        assertProblem(response, 400);
        assertThat(ApiClient.json(response).get("detail").asText()).isEqualTo(detail);
        assertProblem(api.get(path), 401);
    }

    @Test
    void aParameterThatIsFalseIsAsGoodAsNone() throws Exception {
        String token = api.token();
        eventually().until(() -> ApiClient.json(api.get("/store/lab", token)).has("fra"));

        assertThat(ApiClient.json(api.get("/view/lab?evidence=false", token)).has("evidence"))
                .isFalse();
        assertThat(ApiClient.json(api.get("/store/lab?raw=false", token))
                        .get("fra")
                        .has("data"))
                .isTrue();
    }

    @Test
    void aTokenThatTheOperatorSignedIsAccepted() throws Exception {
        String token = signed(
                JWSAlgorithm.HS256,
                NetworkOnDisk.JWT_SECRET,
                new JWTClaimsSet.Builder()
                        .subject("distomon-operator")
                        .issueTime(Date.from(Instant.now()))
                        .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                        .build());

        assertThat(api.get("/store/lab?raw=true", token).statusCode()).isEqualTo(200);
    }

    @Test
    void aTokenThatIsForgedExpiredOrEndlessIsRefused() throws Exception {
        JWTClaimsSet good = new JWTClaimsSet.Builder()
                .subject("admin")
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .build();
        JWTClaimsSet expired = new JWTClaimsSet.Builder(good)
                .expirationTime(Date.from(Instant.now().minusSeconds(5)))
                .build();
        JWTClaimsSet endless =
                new JWTClaimsSet.Builder(good).expirationTime(null).build();
        JWTClaimsSet early = new JWTClaimsSet.Builder(good)
                .notBeforeTime(Date.from(Instant.now().plusSeconds(200)))
                .build();
        String longSecret = NetworkOnDisk.JWT_SECRET.repeat(2);

        assertThat(api.get("/info", signed(JWSAlgorithm.HS256, NetworkOnDisk.JWT_SECRET, good))
                        .statusCode())
                .isEqualTo(200);
        Map<String, String> bad = Map.of(
                "another key", signed(JWSAlgorithm.HS256, longSecret, good),
                "no signature", new PlainJWT(good).serialize(),
                "expired", signed(JWSAlgorithm.HS256, NetworkOnDisk.JWT_SECRET, expired),
                "no expiry", signed(JWSAlgorithm.HS256, NetworkOnDisk.JWT_SECRET, endless),
                "not yet", signed(JWSAlgorithm.HS256, NetworkOnDisk.JWT_SECRET, early));
        for (Map.Entry<String, String> token : bad.entrySet()) {
            assertThat(api.get("/info", token.getValue()).statusCode())
                    .as(token.getKey())
                    .isEqualTo(401);
        }
    }

    @Test
    void theStoreIsGivenParsedOrAsItWasSigned() throws Exception {
        String token = api.token();
        eventually().until(() -> ApiClient.json(api.get("/store/lab", token)).has("fra"));

        JsonNode parsed = ApiClient.json(api.get("/store/lab", token)).get("fra");
        JsonNode raw = ApiClient.json(api.get("/store/lab?raw=true", token)).get("fra");

        assertThat(parsed.properties().stream().map(Map.Entry::getKey)).containsExactly("data", "signature", "sig_id");
        assertThat(parsed.get("data").get("node_id").asText()).isEqualTo("fra");
        assertThat(parsed.get("data").get("ping_data").has("ams")).isTrue();
        assertThat(raw.properties().stream().map(Map.Entry::getKey)).containsExactly("payload", "signature", "sig_id");
        byte[] payload = Base64.getDecoder().decode(raw.get("payload").asText());
        byte[] signature = Base64.getDecoder().decode(raw.get("signature").asText());
        assertThat(network.signer("fra").verifier().verify(payload, signature)).isTrue();
        assertThat(NodeDataCodec.decode(payload).nodeId()).isEqualTo("fra");
    }

    @Test
    void aCursorGivesOnlyWhatChangedSince() throws Exception {
        String token = api.token();
        eventually().until(() -> ApiClient.json(api.get("/store/lab", token)).has("fra"));
        // Our own entry is renewed every second: of several tries, one falls in between.
        eventually().untilAsserted(() -> {
            String cursor = api.get("/store/lab", token)
                    .headers()
                    .firstValue("Distomon-Cursor")
                    .orElseThrow();
            HttpResponse<String> since = api.get("/store/lab?after=" + cursor, token);
            assertThat(since.body()).isEqualTo("{}");
            assertThat(since.headers().firstValue("Distomon-Complete")).contains("false");
        });

        HttpResponse<String> all = api.get("/store/lab?after=never-given", token);
        assertThat(ApiClient.json(all).has("fra")).isTrue();
        assertThat(all.headers().firstValue("Distomon-Complete")).contains("true");
    }

    @Test
    void infoTellsWhatTheNodeRunsWithAndNoSecret() throws Exception {
        HttpResponse<String> response = api.get("/info", api.token());

        JsonNode lab = ApiClient.json(response).get("networks").get(0);
        assertThat(ApiClient.json(response).get("version").asText())
                .isNotBlank()
                .doesNotContain("$");
        assertThat(lab.get("network_id").asText()).isEqualTo("lab");
        assertThat(lab.get("node_id").asText()).isEqualTo("fra");
        assertThat(lab.get("key_fingerprint").asText())
                .isEqualTo(network.signer("fra").verifier().fingerprint());
        assertThat(lab.get("public_keys").get("ams").get(0).asText())
                .isEqualTo(network.signer("ams").verifier().pem());
        assertThat(lab.get("key_fingerprints").get("ams"))
                .extracting(JsonNode::asText)
                .containsExactly(network.signer("ams").verifier().fingerprint());
        assertThat(lab.get("members")).hasSize(3);
        assertThat(lab.get("config").get("type").asText()).isEqualTo("local");
        assertThat(lab.get("config").get("digest").asText()).hasSize(64);
        assertThat(lab.get("config").get("error").isNull()).isTrue();
        assertThat(Instant.parse(lab.get("config").get("loaded_at").asText())).isBefore(Instant.now());
        assertThat(response.body()).doesNotContain(NetworkOnDisk.PASSWORD, NetworkOnDisk.JWT_SECRET, "PRIVATE KEY");
    }

    @Test
    void theViewSaysWhoIsDownAndAccordingToWhom() throws Exception {
        String token = api.token();
        Introduction.to("fra", network, List.of("ams", "nyc"));
        eventually().untilAsserted(() -> {
            JsonNode view = ApiClient.json(api.get("/view/lab", token));
            assertThat(view.get("minority").asBoolean()).isTrue();
            // A node that hears nobody doubts itself.
            assertThat(view.get("nodes").get(0).get("state").asText()).isEqualTo("Degraded");
            assertThat(view.get("nodes").get(0).get("reason").asText()).isEqualTo("isolated");
            JsonNode witness = view.get("nodes").get(1).get("witnesses").get(0);
            assertThat(witness.get("observer").asText()).isEqualTo("fra");
            assertThat(witness.get("status").asText()).isEqualTo("offline");
            assertThat(witness.get("error").asText()).isEqualTo("connect");
            assertThat(witness.get("standing").asText()).isEqualTo("alone");
            assertThat(view.get("nodes").get(0).get("in_words").asText())
                    .startsWith("fra is isolated: it reaches nobody since ");
            assertThat(Instant.parse(view.get("asked_at").asText())).isBefore(Instant.now());
            assertThat(view.has("evidence")).isFalse();
        });
        assertThat(ApiClient.json(api.get("/view", token))
                        .get("networks")
                        .get(0)
                        .get("network_id")
                        .asText())
                .isEqualTo("lab");
    }

    @Test
    void aLinkThatNeverWorkedHasLossAndNoTimes() throws Exception {
        String token = api.token();
        Introduction.to("fra", network, List.of("ams", "nyc"));
        eventually().untilAsserted(() -> {
            JsonNode answer = ApiClient.json(api.get("/links/lab", token));
            assertThat(answer.get("node_id").asText()).isEqualTo("fra");
            assertThat(answer.get("links")).hasSize(2);
            JsonNode link = answer.get("links").get(0);
            assertThat(link.get("to").asText()).isEqualTo("ams");
            assertThat(link.get("status").asText()).isEqualTo("offline");
            assertThat(link.get("error").asText()).isEqualTo("connect");
            assertThat(link.get("detail").asText()).startsWith("TCP: refused by 127.0.0.1:");
            assertThat(link.get("loss").get("ratio").asDouble()).isEqualTo(1);
            for (String unknown : List.of("last_success", "jitter_ms", "clock", "one_way")) {
                assertThat(link.get(unknown).isNull()).as(unknown).isTrue();
            }
            assertThat(link.get("round_trip").get("last_ms").isNull()).isTrue();
            assertThat(link.get("round_trip").get("p99_ms").isNull()).isTrue();
            assertThat(link.get("round_trip").get("histogram")).isEmpty();
        });
        assertProblem(api.get("/links/lab"), 401);
        assertProblem(api.get("/links/nowhere", token), 404);
    }

    @Test
    void theEvidenceOfAViewIsTheStoresEntriesAndWhatANodeKnowsBesides() throws Exception {
        String token = api.token();
        Introduction.to("fra", network, List.of("ams", "nyc"));
        eventually().until(() -> ApiClient.json(api.get("/store/lab", token)).has("fra"));
        eventually().untilAsserted(() -> {
            JsonNode evidence =
                    ApiClient.json(api.get("/view/lab?evidence=true", token)).get("evidence");
            JsonNode store = ApiClient.json(api.get("/store/lab?raw=true", token));
            JsonNode info =
                    ApiClient.json(api.get("/info", token)).get("networks").get(0);

            // Our own entry is renewed every second: of several tries, one falls in between.
            assertThat(evidence.get("entries")).isEqualTo(store);
            assertThat(evidence.get("asker").asText()).isEqualTo("fra");
            assertThat(evidence.get("config_digest"))
                    .isEqualTo(info.get("config").get("digest"));
            assertThat(evidence.get("members")).hasSize(3);
            assertThat(evidence.get("seen_seconds_ago").get("fra").asDouble()).isBetween(0.0, 30.0);
            assertThat(evidence.get("process_seconds_ago").get("fra").asDouble())
                    .isGreaterThanOrEqualTo(
                            evidence.get("seen_seconds_ago").get("fra").asDouble());
            assertThat(evidence.get("offline_seconds_ago").path("fra").has("nyc"))
                    .isTrue();
            assertThat(evidence.get("cadence_seconds").get("fra").asInt()).isOne();
        });
        assertProblem(api.get("/view/lab?evidence=true"), 401);
        assertProblem(api.get("/view/nowhere?evidence=true", token), 404);
    }

    @Test
    void healthNeedsNoTokenAndIsOnTheManagementPortOnly() throws Exception {
        HttpResponse<String> readiness = management.get("/health/readiness");

        assertThat(management.get("/health/liveness").statusCode()).isEqualTo(200);
        assertThat(readiness.statusCode()).isEqualTo(200);
        JsonNode config = ApiClient.json(readiness).get("details").get("config");
        assertThat(config.get("details").get("error").isNull()).isTrue();
        assertProblem(api.get("/health/readiness"), 401);
        assertProblem(management.get("/info"), 401);
        assertProblem(management.get("/beans"), 401);
    }

    @Test
    void whatTheFrameworkRefusesIsAProblemToo() throws Exception {
        String token = api.token();

        assertProblem(api.post("/login", "application/json", "{\"username\":"), 400);
        assertProblem(
                api.send(api.request("/info")
                        .header("Authorization", "Bearer " + token)
                        .DELETE()),
                405);
        assertProblem(
                api.send(api.request("/login")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[5 * 1024 * 1024]))),
                413);
    }

    private static void assertProblem(HttpResponse<String> response, int status) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(ApiClient.json(response).get("status").asInt()).isEqualTo(status);
        assertThat(ApiClient.json(response).get("title").asText()).isNotBlank();
    }

    private static String signed(JWSAlgorithm algorithm, String secret, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims);
        token.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
        return token.serialize();
    }

    /** In the build's own directory, as the node still runs when the test's last method has ended. */
    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30));
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory(Path.of("target"), "api");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
