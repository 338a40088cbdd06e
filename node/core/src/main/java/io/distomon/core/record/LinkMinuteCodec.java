package io.distomon.core.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A minute of all links of a node, by the other end, as JSON. */
public final class LinkMinuteCodec {
    private LinkMinuteCodec() {}

    /** The JSON: UTF-8, no white space. */
    public static byte[] encode(Map<String, LinkMinute> links) {
        return StrictJson.write(json -> {
            json.writeStartObject();
            for (Map.Entry<String, LinkMinute> link : links.entrySet()) {
                json.writeObjectFieldStart(link.getKey());
                LinkMinute minute = link.getValue();
                json.writeNumberField("sent", minute.sent());
                json.writeNumberField("lost", minute.lost());
                writeUnlessNull(json, "p50", minute.p50Millis());
                writeUnlessNull(json, "p95", minute.p95Millis());
                writeUnlessNull(json, "max", minute.maxMillis());
                writeUnlessNull(json, "offset", minute.offsetMillis());
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    private static void writeUnlessNull(JsonGenerator json, String name, @Nullable Double value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value);
        }
    }

    /** Reads it back. */
    public static Map<String, LinkMinute> decode(byte[] json) throws InvalidJsonException {
        Map<String, LinkMinute> links = new TreeMap<>();
        StrictJson.parse(json, value -> {
            value.map(peer -> links.put(peer, read(value)));
            return links;
        });
        return links;
    }

    private static LinkMinute read(StrictJson json) throws InvalidJsonException, IOException {
        var read = new Object() {
            int sent;
            int lost;

            @Nullable
            Double p50;

            @Nullable
            Double p95;

            @Nullable
            Double max;

            @Nullable
            Double offset;
        };
        json.object(name -> {
            switch (name) {
                case "sent" -> read.sent = Math.toIntExact(json.integer());
                case "lost" -> read.lost = Math.toIntExact(json.integer());
                case "p50" -> read.p50 = json.number();
                case "p95" -> read.p95 = json.number();
                case "max" -> read.max = json.number();
                case "offset" -> read.offset = json.number();
                default -> json.drop();
            }
        });
        return new LinkMinute(read.sent, read.lost, read.p50, read.p95, read.max, read.offset);
    }
}
