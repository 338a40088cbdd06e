package io.distomon.core.store;

import com.fasterxml.jackson.core.JsonGenerator;
import io.distomon.core.Identifier;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@link NodeData} as the JSON that is signed. Fields of a newer version are passed over. */
public final class NodeDataCodec {
    /** Shortest promise of a next entry, seconds; what an entry without one is taken to promise. */
    public static final int MIN_INTERVAL_SECONDS = 1;

    /** Longest promise of a next entry, seconds. */
    public static final int MAX_INTERVAL_SECONDS = 3600;

    private static final double MAX_JITTER_MILLIS = 1e9;
    private static final double MAX_SPAN_SECONDS = 1e9;
    private static final int MAX_POLLS = 1_000_000;
    private static final Pattern ERROR_CODE = Pattern.compile("[a-z0-9_]{1,64}");

    private NodeDataCodec() {}

    /** The JSON of {@code data}: UTF-8, no white space. */
    public static byte[] encode(NodeData data) {
        return StrictJson.write(json -> {
            json.writeStartObject();
            json.writeStringField("date", EntryDate.format(data.dateMicros()));
            json.writeObjectFieldStart("ping_data");
            for (Map.Entry<String, PingData> ping : data.pingData().entrySet()) {
                json.writeFieldName(ping.getKey());
                write(json, ping.getValue());
            }
            json.writeEndObject();
            json.writeStringField("node_id", data.nodeId());
            json.writeStringField("version", data.version());
            json.writeStringField("network_id", data.networkId());
            writeShort(json, "interval", data.intervalSeconds());
            writeUnlessNull(json, "boot", data.boot());
            writeUnlessNull(json, "config_digest", data.configDigest());
            writeUnlessNull(json, "keys_digest", data.keysDigest());
            if (data.leaving()) {
                json.writeBooleanField("leaving", true);
            }
            if (!data.answers().isEmpty()) {
                json.writeObjectFieldStart("answers");
                for (Map.Entry<String, Long> answer : data.answers().entrySet()) {
                    json.writeStringField(answer.getKey(), EntryDate.format(answer.getValue()));
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    /**
     * Reads what a node signed.
     *
     * @return what it says; its {@code networkId} is empty when none is given, which is no network's id
     * @throws InvalidJsonException when it is not strict JSON, or a field is missing, mistyped or out of range
     */
    public static NodeData decode(byte[] json) throws InvalidJsonException {
        return StrictJson.parse(json, value -> {
            Draft draft = new Draft();
            value.object(name -> draft.read(name, value));
            return draft.finish();
        });
    }

    private static void write(JsonGenerator json, PingData ping) throws IOException {
        json.writeStartObject();
        json.writeStringField("status", ping.status().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("req_time_outbound", finite(ping.reqTimeOutbound()));
        json.writeNumberField("req_time_rtt", finite(ping.reqTimeRtt()));
        if (ping.sinceMicros() != null) {
            json.writeStringField("since", EntryDate.format(ping.sinceMicros()));
        }
        writeUnlessNull(json, "error", ping.error());
        writeUnlessNull(json, "loss", ping.loss());
        writeUnlessNull(json, "jitter", ping.jitter());
        if (!ping.breaches().isEmpty()) {
            json.writeObjectFieldStart("breaches");
            for (Breach breach : ping.breaches()) {
                json.writeObjectFieldStart(breach.figure().word());
                writeShort(json, "value", breach.value());
                writeShort(json, "limit", breach.limit());
                if (breach.usual() != null) {
                    json.writeArrayFieldStart("usual");
                    json.writeNumber(finite(breach.usual().low()));
                    json.writeNumber(finite(breach.usual().high()));
                    json.writeEndArray();
                }
                json.writeNumberField("polls", breach.polls());
                writeShort(json, "span", breach.spanSeconds());
                json.writeStringField("since", EntryDate.format(breach.sinceMicros()));
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeUnlessNull(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private static void writeUnlessNull(JsonGenerator json, String name, @Nullable Double value) throws IOException {
        if (value != null) {
            writeShort(json, name, value);
        }
    }

    private static void writeShort(JsonGenerator json, String name, double value) throws IOException {
        if (value == Math.rint(value)) {
            json.writeNumberField(name, (long) value);
        } else {
            json.writeNumberField(name, finite(value));
        }
    }

    private static double finite(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("JSON has no number %s".formatted(value));
        }
        return value;
    }

    private static PingData readPing(StrictJson json) throws InvalidJsonException, IOException {
        PingDraft draft = new PingDraft();
        json.object(name -> draft.read(name, json));
        return draft.finish();
    }

    /** Figures that a newer version judges are passed over, and so is what is none. */
    private static List<Breach> readBreaches(StrictJson json) throws InvalidJsonException, IOException {
        Map<Figure, Breach> breaches = new EnumMap<>(Figure.class);
        if (!json.isObject()) {
            json.skip();
            return List.of();
        }
        json.map(word -> {
            Optional<Figure> figure = Figure.of(word);
            if (figure.isPresent() && json.isObject()) {
                BreachDraft draft = new BreachDraft();
                json.object(name -> draft.read(name, json));
                draft.finish(figure.get()).ifPresent(breach -> breaches.put(breach.figure(), breach));
            } else {
                json.skip();
            }
        });
        return List.copyOf(breaches.values());
    }

    private static long date(StrictJson json, String name) throws InvalidJsonException, IOException {
        return EntryDate.parse(json.text())
                .orElseThrow(() -> new InvalidJsonException(
                        name + " is no date, expected YYYY-MM-DDThh:mm:ss.ffffffZ since 1970"));
    }

    private static <T> T required(@Nullable T value, String name) throws InvalidJsonException {
        if (value == null) {
            throw new InvalidJsonException("found no " + name);
        }
        return value;
    }

    private static final class Draft {
        private @Nullable Long dateMicros;
        private @Nullable Map<String, PingData> pingData;
        private @Nullable String nodeId;
        private @Nullable String version;
        private String networkId = "";
        private double intervalSeconds = MIN_INTERVAL_SECONDS;
        private @Nullable String boot;
        private @Nullable String configDigest;
        private boolean leaving;
        private Map<String, Long> answers = Map.of();
        private @Nullable String keysDigest;

        void read(String name, StrictJson json) throws InvalidJsonException, IOException {
            switch (name) {
                case "date" -> dateMicros = date(json, name);
                case "ping_data" -> pingData = readPings(json);
                case "node_id" -> nodeId = json.text();
                case "version" -> version = json.text();
                case "network_id" -> networkId = json.text();
                case "interval" -> intervalSeconds = interval(json);
                case "boot" -> boot = json.textOrNull();
                case "config_digest" -> configDigest = json.textOrNull();
                case "leaving" -> leaving = json.flag();
                case "answers" -> answers = readAnswers(json);
                case "keys_digest" -> keysDigest = json.textOrNull();
                default -> json.skip();
            }
        }

        NodeData finish() throws InvalidJsonException {
            return new NodeData(
                    required(dateMicros, "date"),
                    required(pingData, "ping_data"),
                    required(nodeId, "node_id"),
                    required(version, "version"),
                    networkId,
                    intervalSeconds,
                    boot,
                    configDigest,
                    leaving,
                    answers,
                    keysDigest);
        }

        private static Map<String, Long> readAnswers(StrictJson json) throws InvalidJsonException, IOException {
            Map<String, Long> answers = new LinkedHashMap<>();
            json.map(accuser -> {
                if (!Identifier.isValid(accuser)) {
                    throw new InvalidJsonException("a name in answers is no node id, expected " + Identifier.RULE);
                }
                answers.put(accuser, date(json, "a date in answers"));
            });
            return answers;
        }

        private static Map<String, PingData> readPings(StrictJson json) throws InvalidJsonException, IOException {
            Map<String, PingData> pings = new LinkedHashMap<>();
            json.map(destination -> {
                if (!Identifier.isValid(destination)) {
                    throw new InvalidJsonException(
                            "a destination in ping_data is no node id, expected " + Identifier.RULE);
                }
                pings.put(destination, readPing(json));
            });
            return pings;
        }

        private static double interval(StrictJson json) throws InvalidJsonException, IOException {
            double seconds = json.number();
            if (seconds < MIN_INTERVAL_SECONDS || seconds > MAX_INTERVAL_SECONDS) {
                throw new InvalidJsonException("interval is %s, expected %s to %s"
                        .formatted(seconds, MIN_INTERVAL_SECONDS, MAX_INTERVAL_SECONDS));
            }
            return seconds;
        }
    }

    private static final class PingDraft {
        private @Nullable PingStatus status;
        private @Nullable Double reqTimeOutbound;
        private @Nullable Double reqTimeRtt;
        private @Nullable Long sinceMicros;
        private @Nullable String error;
        private @Nullable Double loss;
        private @Nullable Double jitter;
        private List<Breach> breaches = List.of();

        void read(String name, StrictJson json) throws InvalidJsonException, IOException {
            switch (name) {
                case "status" -> status = status(json.text());
                case "req_time_outbound" -> reqTimeOutbound = json.number();
                case "req_time_rtt" -> reqTimeRtt = json.number();
                case "since" -> sinceMicros = json.isNull() ? null : (Long) date(json, name);
                case "error" -> error = code(json.textOrNull());
                case "loss" -> loss = measure(json, 1);
                case "jitter" -> jitter = measure(json, MAX_JITTER_MILLIS);
                case "breaches" -> breaches = readBreaches(json);
                default -> json.skip();
            }
        }

        PingData finish() throws InvalidJsonException {
            return new PingData(
                    required(status, "status of a ping"),
                    required(reqTimeOutbound, "req_time_outbound of a ping"),
                    required(reqTimeRtt, "req_time_rtt of a ping"),
                    sinceMicros,
                    error,
                    loss,
                    jitter,
                    breaches);
        }

        /** Foreign text has no place in a signed entry: an error is a code. */
        private static @Nullable String code(@Nullable String text) throws InvalidJsonException {
            if (text != null && !ERROR_CODE.matcher(text).matches()) {
                throw new InvalidJsonException("a ping's error is no code, expected 1 to 64 of a-z, 0-9 and _");
            }
            return text;
        }

        /** A number that makes no sense is one that was not said: it is no reason to lose all else that was. */
        private static @Nullable Double measure(StrictJson json, double max) throws InvalidJsonException, IOException {
            if (json.isNull()) {
                return null;
            }
            double value = json.number();
            return value >= 0 && value <= max ? (Double) Math.abs(value) : null; // no -0 either
        }

        private static PingStatus status(String text) throws InvalidJsonException {
            return switch (text) {
                case "online" -> PingStatus.ONLINE;
                case "offline" -> PingStatus.OFFLINE;
                case "unknown" -> PingStatus.UNKNOWN;
                default -> throw new InvalidJsonException("a ping's status is none of online, offline and unknown");
            };
        }
    }

    /** What is not of its type is NaN, or null, and so within no bounds. */
    private static final class BreachDraft {
        private double value = Double.NaN;
        private double limit = Double.NaN;
        private final List<Double> usual = new ArrayList<>();
        private double polls = Double.NaN;
        private double spanSeconds = Double.NaN;
        private @Nullable Long sinceMicros;

        void read(String name, StrictJson json) throws InvalidJsonException, IOException {
            switch (name) {
                case "value" -> value = json.numberOrNaN();
                case "limit" -> limit = json.numberOrNaN();
                case "usual" -> {
                    if (json.isArray()) {
                        json.list(StrictJson.MAX_MEMBERS, () -> usual.add(json.numberOrNaN()));
                    } else {
                        usual.add(json.numberOrNaN());
                    }
                }
                case "polls" -> polls = json.numberOrNaN();
                case "span" -> spanSeconds = json.numberOrNaN();
                case "since" -> sinceMicros = dateOrNull(json);
                default -> json.skip();
            }
        }

        /** What lacks something, or makes no sense, was not said. */
        Optional<Breach> finish(Figure figure) {
            boolean fits = isWithin(value, figure.max())
                    && isWithin(limit, figure.max())
                    && (usual.isEmpty()
                            || (usual.size() == 2
                                    && usual.getFirst() <= usual.getLast()
                                    && isWithin(usual.getFirst(), figure.max())
                                    && isWithin(usual.getLast(), figure.max())))
                    && isWithin(spanSeconds, MAX_SPAN_SECONDS)
                    && polls == Math.rint(polls)
                    && polls > 0
                    && polls <= MAX_POLLS;
            return sinceMicros == null || !fits
                    ? Optional.empty()
                    : Optional.of(new Breach(
                            figure,
                            value,
                            limit,
                            usual.isEmpty() ? null : new Breach.Range(usual.getFirst(), usual.getLast()),
                            (int) polls,
                            spanSeconds,
                            sinceMicros));
        }

        private static @Nullable Long dateOrNull(StrictJson json) throws InvalidJsonException, IOException {
            if (json.isText()) {
                return EntryDate.parse(json.text()).orElse(null);
            }
            json.skip();
            return null;
        }

        private static boolean isWithin(double number, double max) {
            return number >= 0 && number <= max;
        }
    }
}
