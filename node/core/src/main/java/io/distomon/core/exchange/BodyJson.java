package io.distomon.core.exchange;

import com.fasterxml.jackson.core.JsonGenerator;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import io.distomon.core.store.RawEntries;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts that the bodies share. */
final class BodyJson {
    private static final double MICROS = 1e6;

    private BodyJson() {}

    static void writeNames(JsonGenerator json, String networkId, String sigId, String to) throws IOException {
        json.writeStringField("network_id", networkId);
        json.writeStringField("sig_id", sigId);
        json.writeStringField("to", to);
    }

    static void writeProblem(JsonGenerator json, RefusalCode code) throws IOException {
        json.writeStringField("title", code.title());
        json.writeNumberField("status", code.status());
        json.writeStringField("error", code.wireName());
    }

    /** Writes a time as seconds, without exponent and with at least one fraction digit. */
    static void writeSeconds(JsonGenerator json, String name, long micros) throws IOException {
        BigDecimal seconds = BigDecimal.valueOf(micros, 6).stripTrailingZeros();
        json.writeFieldName(name);
        json.writeNumber(seconds.setScale(Math.max(1, seconds.scale())).toPlainString());
    }

    static void writeHave(JsonGenerator json, Map<String, Long> have) throws IOException {
        json.writeObjectFieldStart("have");
        for (Map.Entry<String, Long> held : have.entrySet()) {
            json.writeNumberField(held.getKey(), held.getValue());
        }
        json.writeEndObject();
    }

    static void writeEntries(JsonGenerator json, String name, RawEntries entries) throws IOException {
        json.writeFieldName(name);
        entries.write(json);
    }

    static void writeAbsence(JsonGenerator json, Absence absence) throws IOException {
        json.writeObjectFieldStart("records_wanted");
        writeSeconds(json, "from", absence.fromMicros());
        writeSeconds(json, "to", absence.toMicros());
        json.writeEndObject();
    }

    /** Null when it is none: what is amiss with it spoils nothing else. */
    static @Nullable Absence readAbsence(StrictJson json) throws InvalidJsonException, IOException {
        if (!json.isObject()) {
            json.drop();
            return null;
        }
        var span = new Object() {
            @Nullable
            Long from;

            @Nullable
            Long to;
        };
        json.object(name -> {
            switch (name) {
                case "from" -> span.from = micros(json.numberOrNaN());
                case "to" -> span.to = micros(json.numberOrNaN());
                default -> json.drop();
            }
        });
        return span.from == null || span.to == null || span.from >= span.to ? null : new Absence(span.from, span.to);
    }

    /** Reads a time in seconds as microseconds; as far from the epoch as the microseconds of {@code have} reach. */
    static long readSeconds(StrictJson json) throws InvalidJsonException, IOException {
        double micros = json.number() * MICROS;
        if (Math.abs(micros) > StrictJson.MAX_INTEGER) {
            throw new InvalidJsonException("a time is %s s from the epoch, expected less".formatted(micros / MICROS));
        }
        return Math.round(micros);
    }

    private static @Nullable Long micros(double seconds) {
        double micros = seconds * MICROS;
        return Math.abs(micros) <= StrictJson.MAX_INTEGER ? (Long) Math.round(micros) : null;
    }

    static Map<String, Long> readHave(StrictJson json) throws InvalidJsonException, IOException {
        Map<String, Long> have = new LinkedHashMap<>();
        json.map(nodeId -> have.put(nodeId, json.integer()));
        return Collections.unmodifiableMap(have);
    }

    static <T> T required(@Nullable T value, String name) throws InvalidJsonException {
        if (value == null) {
            throw new InvalidJsonException("found no " + name);
        }
        return value;
    }
}
