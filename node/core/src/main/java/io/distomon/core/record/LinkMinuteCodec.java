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
                if (minute.dropped() != droppedUnlessSaid(minute.sent(), minute.lost())) {
                    json.writeNumberField("dropped", minute.dropped());
                }
                writeUnlessNull(json, "p50", minute.p50Millis());
                writeUnlessNull(json, "p95", minute.p95Millis());
                writeUnlessNull(json, "max", minute.maxMillis());
                writeUnlessNull(json, "jitter", minute.jitterMillis());
                writeUnlessNull(json, "offset", minute.offsetMillis());
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    /** A minute without an answer is one of an outage, most likely; of what else is lost, most is lost by itself. */
    private static int droppedUnlessSaid(int sent, int lost) {
        return lost < sent ? lost : 0;
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
            Integer dropped;

            @Nullable
            Double p50;

            @Nullable
            Double p95;

            @Nullable
            Double max;

            @Nullable
            Double jitter;

            @Nullable
            Double offset;
        };
        json.object(name -> {
            switch (name) {
                case "sent" -> read.sent = Math.toIntExact(json.integer());
                case "lost" -> read.lost = Math.toIntExact(json.integer());
                case "dropped" -> read.dropped = Math.toIntExact(json.integer());
                case "p50" -> read.p50 = json.number();
                case "p95" -> read.p95 = json.number();
                case "max" -> read.max = json.number();
                case "jitter" -> read.jitter = json.number();
                case "offset" -> read.offset = json.number();
                default -> json.drop();
            }
        });
        return new LinkMinute(
                read.sent,
                read.lost,
                read.dropped == null ? droppedUnlessSaid(read.sent, read.lost) : read.dropped,
                read.p50,
                read.p95,
                read.max,
                read.jitter,
                read.offset);
    }
}
