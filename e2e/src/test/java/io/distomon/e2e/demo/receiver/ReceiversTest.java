package io.distomon.e2e.demo.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.AlertReceiver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReceiversTest {
    private static final String BODY = """
            {"version": 1, "network": "lab", "sender": "fra", "alerts": [{"state": "firing", "subject": "nyc",
             "summary": "nyc is down"}]}
            """;

    private final AtomicInteger news = new AtomicInteger();
    private Receivers receivers;
    private URI url;
    private String key;

    @BeforeEach
    void start() throws Exception {
        receivers = Receivers.start(news::incrementAndGet);
        url = URI.create(receivers.url("pager", AlertReceiver.Type.WEBHOOK).reveal());
        key = receivers.key("pager").reveal();
    }

    @AfterEach
    void stop() {
        receivers.close();
    }

    @Test
    void whatIsSignedIsReadOnceAndSaysByWhom() throws Exception {
        assertThat(post(url, BODY, signature(Instant.now(), key))).isEqualTo(200);

        assertThat(news).hasValue(1);
        assertThat(receivers.read())
                .containsExactly(new Told("pager", "fra", true, "firing", "nyc", "nyc is down"))
                .extracting(Told::words)
                .containsExactly("pager: nyc is down (signed, from fra)");
        assertThat(receivers.read()).isEmpty();
    }

    @Test
    void whatIsNotSignedOrByAnotherKeyOrLongAgoIsRefusedAndNobodyHearsOfIt() throws Exception {
        assertThat(post(url, BODY, "")).isEqualTo(403);
        assertThat(post(url, BODY, signature(Instant.now(), "another key of 32 characters or so")))
                .isEqualTo(403);
        assertThat(post(url, BODY, signature(Instant.now().minus(Duration.ofMinutes(6)), key)))
                .isEqualTo(403);
        assertThat(post(url, BODY.replace("nyc", "ams"), signature(Instant.now(), key)))
                .isEqualTo(403);

        assertThat(news).hasValue(0);
        assertThat(receivers.read()).isEmpty();
    }

    @Test
    void whoHasNoKeyTakesWhatIsNotSigned() throws Exception {
        URI chat = URI.create(receivers.url("chat", AlertReceiver.Type.SLACK).reveal());

        assertThat(post(chat, "{\"text\": \"[lab] nyc is down\\nand more\"}", ""))
                .isEqualTo(200);

        assertThat(receivers.read())
                .extracting(Told::words)
                .containsExactly("chat: [lab] nyc is down (not signed)", "chat: and more (not signed)");
    }

    @Test
    void whatIsNoJsonAndWhoIsNoReceiverAreRefused() throws Exception {
        URI chat = URI.create(receivers.url("chat", AlertReceiver.Type.SLACK).reveal());

        assertThat(post(chat, "{", "")).isEqualTo(400);
        assertThat(post(chat.resolve("/nobody"), "{}", "")).isEqualTo(404);
        assertThat(receivers.read()).isEmpty();
    }

    private static String signature(Instant at, String key) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signed = at.getEpochSecond() + "." + BODY;
        return "t=%s,v1=%s"
                .formatted(
                        at.getEpochSecond(),
                        HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
    }

    private static int post(URI url, String body, String signature) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).POST(BodyPublishers.ofString(body));
        if (!signature.isEmpty()) {
            request.header("Distomon-Signature", signature);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }
}
