package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What comes by a stream of server-sent events, read as it comes. */
final class EventStream implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN_CHARS = 200;
    private static final Duration SOON = Duration.ofMinutes(1);

    private final HttpClient http;
    private final HttpResponse<InputStream> response;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<String> rest = new CopyOnWriteArrayList<>();
    private final AtomicInteger comments = new AtomicInteger();
    private volatile boolean atEnd;
    private volatile boolean isCutOff;

    /** One event; {@code id} is null when it has none. */
    record Event(String name, @Nullable String id, JsonNode data) {
        long seq() {
            return data.get("seq").asLong();
        }

        boolean tells(String subject, String to) {
            return name.equals("transition")
                    && data.get("subject").asText().equals(subject)
                    && data.get("to").asText().equals(to);
        }

        @Override
        public String toString() {
            String text = data.toString();
            return name + " " + text.substring(0, Math.min(text.length(), SHOWN_CHARS));
        }
    }

    private EventStream(HttpClient http, HttpResponse<InputStream> response) {
        this.http = http;
        this.response = response;
    }

    /** Whatever is answered. */
    static EventStream open(int port, String path, String token, String... fields)
            throws IOException, InterruptedException {
        return open(InetAddress.getLoopbackAddress(), port, path, token, fields);
    }

    /** Likewise, from an address of ours. */
    static EventStream open(InetAddress from, int port, String path, String token, String... fields)
            throws IOException, InterruptedException {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .localAddress(from)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (fields.length > 0) {
            request.headers(fields);
        }
        EventStream stream =
                new EventStream(http, http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        Thread.ofVirtual().start(stream::read);
        return stream;
    }

    int status() {
        return response.statusCode();
    }

    String field(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    List<Event> transitions() {
        return events.stream()
                .filter(event -> event.name().equals("transition"))
                .toList();
    }

    /** What is of no event, as the answer of who refuses. */
    String rest() {
        return String.join("\n", rest);
    }

    int comments() {
        return comments.get();
    }

    /** Whether it ended in the middle of the answer. */
    boolean isCutOff() {
        return isCutOff;
    }

    boolean isAtEnd() {
        return atEnd;
    }

    /** The first event of which this is so. */
    Event told(Predicate<Event> which) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(events())
                        .as(atEnd ? "all that came" : "what came so far")
                        .anyMatch(which));
        return events.stream().filter(which).findFirst().orElseThrow();
    }

    Event told(String name) {
        return told(event -> event.name().equals(name));
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String name = "";
            String id = null;
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && !data.isEmpty()) {
                    events.add(new Event(name, id, JSON.readTree(data.toString())));
                    name = "";
                    id = null;
                    data.setLength(0);
                } else if (line.startsWith(":")) {
                    comments.incrementAndGet();
                } else if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("id: ")) {
                    id = line.substring("id: ".length());
                } else if (line.startsWith("data: ")) {
                    data.append(line.substring("data: ".length()));
                } else {
                    rest.add(line);
                }
            }
        } catch (IOException e) {
            isCutOff = true;
        } finally {
            atEnd = true;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
