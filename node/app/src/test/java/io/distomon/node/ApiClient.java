package io.distomon.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** What a person with curl does with one node's ports. */
public final class ApiClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final String base;

    public ApiClient(int port) {
        this("http", port, http());
    }

    /** By https. */
    public ApiClient(int port, SSLContext tls) {
        this("https", port, http().sslContext(tls));
    }

    private ApiClient(String scheme, int port, HttpClient.Builder http) {
        this.base = scheme + "://127.0.0.1:" + port;
        this.http = http.build();
    }

    private static HttpClient.Builder http() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5));
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    public HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        return send(request(path).header("Authorization", "Bearer " + token));
    }

    public HttpResponse<String> post(String path, String contentType, String body)
            throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> basicLogin(String path, String username, String password)
            throws IOException, InterruptedException {
        String basic = Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
        return send(request(path).header("Authorization", "Basic " + basic).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** A token of the login. */
    public String token() throws IOException, InterruptedException {
        return json(basicLogin("/login", "admin", NetworkOnDisk.PASSWORD))
                .get("access_token")
                .asText();
    }

    /** What the node holds of a network, as it was signed. */
    public Map<String, RawEntry> held(String networkId, String token)
            throws IOException, InterruptedException, InvalidJsonException {
        String raw = get("/store/" + networkId + "?raw=true", token).body();
        return RawEntries.parse(raw.getBytes(StandardCharsets.UTF_8)).wellFormed();
    }

    /** Logs in at a node's port and asks there once. */
    public static JsonNode ask(int port, String path) throws IOException, InterruptedException {
        try (ApiClient api = new ApiClient(port)) {
            return json(api.get(path, api.token()));
        }
    }

    public static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    @Override
    public void close() {
        http.close();
    }
}
