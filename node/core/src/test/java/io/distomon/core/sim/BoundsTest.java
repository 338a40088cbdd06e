package io.distomon.core.sim;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.core.exchange.HttpFields;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each bound that the simulation checks messages for lets pass what just fits, and nothing more. */
class BoundsTest {
    private static final HttpFields NO_FIELDS = HttpFields.of();
    private static final String PADDING = "Padding";

    @Test
    void headerFieldsHaveUpTo16KiB() {
        int most = 16 * 1024 - PADDING.length() - 4;
        assertPasses(HttpFields.of(PADDING, "x".repeat(most)), bytes("{}"));
        assertFails(HttpFields.of(PADDING, "x".repeat(most + 1)), bytes("{}"), "header fields");
    }

    @Test
    void aBodyHasUpTo4MiB() {
        int most = 4 * 1024 * 1024;
        assertPasses(NO_FIELDS, bytes("{}" + " ".repeat(most - 2)));
        assertFails(NO_FIELDS, bytes("{}" + " ".repeat(most - 1)), "bytes of a body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"have", "data", "store_data"})
    void aMessageNamesUpTo1024NodesInEachOfItsMaps(String map) {
        assertPasses(NO_FIELDS, bytes("{\"%s\":%s}".formatted(map, ofMembers(1024))));
        assertFails(NO_FIELDS, bytes("{\"%s\":%s}".formatted(map, ofMembers(1025))), "members of an object");
    }

    @Test
    void anEntryHasUpTo1024Pings() {
        assertPasses(NO_FIELDS, entry("{\"ping_data\":%s}".formatted(ofMembers(1024))));
        assertFails(NO_FIELDS, entry("{\"ping_data\":%s}".formatted(ofMembers(1025))), "members of an object");
    }

    @Test
    void aPayloadHasUpTo256KiB() {
        int most = 256 * 1024 / 4 * 3;
        assertPasses(NO_FIELDS, entry("{}" + " ".repeat(most - 2)));
        assertFails(NO_FIELDS, entry("{}" + " ".repeat(most - 1)), "characters of a payload");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"to\":\"%s\"}", "{\"data\":{\"ams\":{\"signature\":\"%s\"}}}", "{\"have\":{\"%s\":1}}"})
    void otherTextsHaveUpTo1KiB(String message) {
        assertPasses(NO_FIELDS, bytes(message.formatted("x".repeat(1024))));
        assertFails(NO_FIELDS, bytes(message.formatted("x".repeat(1025))), "characters of a");
    }

    @Test
    void aNumberHasUpTo64Characters() {
        assertPasses(NO_FIELDS, bytes("{\"send_time\":%s}".formatted("1".repeat(64))));
        assertFails(NO_FIELDS, bytes("{\"send_time\":%s}".formatted("1".repeat(65))), "characters of a number");
    }

    @Test
    void objectsNestUpTo32Deep() {
        assertPasses(NO_FIELDS, bytes("{\"a\":".repeat(31) + "{}" + "}".repeat(31)));
        assertFails(NO_FIELDS, bytes("{\"a\":".repeat(32) + "{}" + "}".repeat(32)), "levels");
    }

    private static String ofMembers(int count) {
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < count; i++) {
            map.put("node-" + i, i);
        }
        return map.toString();
    }

    private static byte[] entry(String payload) {
        return bytes("{\"data\":{\"ams\":{\"payload\":\"%s\"}}}"
                .formatted(Base64.getEncoder().encodeToString(bytes(payload))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertPasses(HttpFields fields, byte[] body) {
        assertThatCode(() -> new Bounds().check(fields, body)).doesNotThrowAnyException();
    }

    private static void assertFails(HttpFields fields, byte[] body, String symptom) {
        assertThatThrownBy(() -> new Bounds().check(fields, body)).hasMessageContaining(symptom);
    }
}
