package io.distomon.core.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.store.RawEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** {@code wire/exchange-vectors.json}: what another implementation sends, takes and refuses. */
public final class Vectors {
    public static final String NETWORK = "lab";

    private static final JsonNode ALL = load();

    private Vectors() {}

    public static JsonNode get(String name) {
        return Objects.requireNonNull(ALL.get(name), name);
    }

    public static Stream<JsonNode> each(String name) {
        return StreamSupport.stream(get(name).spliterator(), false);
    }

    public static Signer signer(String key) {
        JsonNode node = get("keys").get(key);
        try {
            return Signer.fromPem(
                    node.get("node_id").asText(), node.get("private_pem").asText());
        } catch (InvalidKeyException e) {
            throw new AssertionError(e);
        }
    }

    public static KeyMapping members() {
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        get("members").properties().forEach(member -> {
            List<Verifier> verifiers = new ArrayList<>();
            member.getValue().forEach(key -> verifiers.add(signer(key.asText()).verifier()));
            keys.put(member.getKey(), verifiers);
        });
        return new KeyMapping(keys);
    }

    public static long micros(JsonNode seconds) {
        return seconds.decimalValue().movePointRight(6).longValueExact();
    }

    public static long receiverNow() {
        return micros(get("receiver").get("now"));
    }

    public static RawEntry entry(JsonNode node) {
        return new RawEntry(
                node.get("payload").asText(),
                node.get("signature").asText(),
                node.get("sig_id").asText());
    }

    private static JsonNode load() {
        try (InputStream in = Vectors.class.getResourceAsStream("/wire/exchange-vectors.json")) {
            return new ObjectMapper()
                    .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
