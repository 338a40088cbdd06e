package io.distomon.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.wire.SetClock;
import io.distomon.core.wire.Vectors;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every entry of the vectors meets the fate that the other implementation expects. */
class EntryVectorsTest {
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void entries(String name, JsonNode vector) {
        SetClock clock = new SetClock(Vectors.receiverNow());
        SharedStore store = new SharedStore(Vectors.NETWORK, "ams", Vectors.members(), clock);
        String key = vector.get("map_key").asText();
        JsonNode held = vector.get("held");
        if (!held.isNull()) {
            RawEntry before = Vectors.entry(held);
            assertThat(store.merge(entries(key, before)).taken()).containsExactly(key);
            assertThat(store.have())
                    .containsEntry(
                            key, EntryDate.parse(held.get("date").asText()).orElseThrow());
        }
        RawEntry raw = Vectors.entry(vector.get("entry"));

        MergeResult result = store.merge(entries(key, raw));

        switch (vector.get("expect").asText()) {
            case "taken" -> {
                assertThat(result.taken()).containsExactly(key);
                assertThat(result.refused()).isEmpty();
                assertThat(store.entry(key).orElseThrow().entry().raw()).isEqualTo(raw);
            }
            case "ignored" -> assertThat(result).isEqualTo(MergeResult.NOTHING);
            case String code -> {
                assertThat(result.taken()).isEmpty();
                assertThat(result.refused()).hasSize(1);
                assertThat(result.refused().get(key))
                        .extracting(EntryRefusal::wireName)
                        .isEqualTo(code);
                if (held.isNull()) {
                    assertThat(store.entries()).isEmpty();
                } else {
                    assertThat(store.entry(key).orElseThrow().entry().raw()).isEqualTo(Vectors.entry(held));
                }
            }
        }
    }

    static Stream<Arguments> entries() {
        return Vectors.each("entries")
                .map(vector -> Arguments.of(vector.get("name").asText(), vector));
    }

    private static RawEntries entries(String key, RawEntry raw) {
        return new RawEntries(Map.of(key, raw), Set.of());
    }
}
