package io.distomon.core.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import io.distomon.core.store.EntryDate;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@link FlightRecord} as JSON. What {@link #encode} writes is the canonical form that is hashed: UTF-8, no white space,
 * members in the order of the record's components, those that are null or empty left out, names in witnesses and entries
 * sorted.
 */
public final class FlightRecordCodec {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private FlightRecordCodec() {}

    /** The canonical form. */
    public static byte[] encode(FlightRecord record) {
        return StrictJson.write(json -> {
            json.writeStartObject();
            writeMembers(json, record);
            json.writeEndObject();
        });
    }

    private static void writeMembers(JsonGenerator json, FlightRecord record) throws IOException {
        json.writeNumberField("seq", record.seq());
        json.writeStringField("time", EntryDate.format(record.timeMicros()));
        json.writeStringField("kind", record.subject().kind().word());
        json.writeStringField("subject", record.subject().name());
        json.writeStringField("from", record.from());
        json.writeStringField("to", record.to());
        writeUnlessNull(json, "reason", record.reason());
        writeUnlessNull(json, "shown_as", record.shownAs());
        writeUnlessNull(json, "since", EntryDate.formatOrNull(record.sinceMicros()));
        if (!record.witnesses().isEmpty()) {
            json.writeObjectFieldStart("witnesses");
            for (Map.Entry<String, Statement> witness : record.witnesses().entrySet()) {
                json.writeObjectFieldStart(witness.getKey());
                Statement said = witness.getValue();
                json.writeStringField("status", said.status());
                writeUnlessNull(json, "since", EntryDate.formatOrNull(said.sinceMicros()));
                writeUnlessNull(json, "error", said.error());
                json.writeStringField("standing", said.standing());
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        if (!record.entries().isEmpty()) {
            json.writeObjectFieldStart("entries");
            for (Map.Entry<String, String> entry : record.entries().entrySet()) {
                json.writeStringField(entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
        }
        writeUnlessNull(json, "told_by", record.toldBy());
        json.writeStringField("previous", record.previous());
    }

    private static void writeUnlessNull(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    /** Reads a whole text. */
    public static FlightRecord decode(byte[] json) throws InvalidJsonException {
        return StrictJson.parse(json, FlightRecordCodec::read);
    }

    /** Reads an object; what else is in it is passed over. */
    public static FlightRecord read(StrictJson json) throws InvalidJsonException, IOException {
        Draft draft = new Draft();
        json.object(name -> draft.read(name, json));
        return draft.finish();
    }

    private static @Nullable Long dateOrNull(StrictJson json, String name) throws InvalidJsonException, IOException {
        String text = json.textOrNull();
        if (text == null) {
            return null;
        }
        Optional<Long> micros = EntryDate.parse(text);
        if (micros.isEmpty()) {
            throw new InvalidJsonException(name + " is no date");
        }
        return micros.get();
    }

    private static <T> T present(@Nullable T value, String name) throws InvalidJsonException {
        if (value == null) {
            throw new InvalidJsonException("found no " + name + " of a record, or one that is too long, expected one");
        }
        return value;
    }

    /** A record as far as it was read. */
    private static final class Draft {
        private @Nullable Long seq;
        private @Nullable Long time;
        private @Nullable String kind;
        private @Nullable String subject;
        private @Nullable String from;
        private @Nullable String to;
        private @Nullable String reason;
        private @Nullable String shownAs;
        private @Nullable Long since;
        private @Nullable String toldBy;
        private @Nullable String previous;
        private final Map<String, Statement> witnesses = new TreeMap<>();
        private final Map<String, String> entries = new TreeMap<>();

        void read(String name, StrictJson json) throws InvalidJsonException, IOException {
            switch (name) {
                case "seq" -> seq = json.integer();
                case "time" -> time = dateOrNull(json, name);
                case "kind" -> kind = json.text();
                case "subject" -> subject = json.text();
                case "from" -> from = json.textIfAtMost(State.MAX_WORD_BYTES);
                case "to" -> to = json.textIfAtMost(State.MAX_WORD_BYTES);
                case "reason" -> reason = json.textOrNull();
                case "shown_as" -> shownAs = json.textOrNull();
                case "since" -> since = dateOrNull(json, name);
                case "witnesses" -> json.map(observer -> witnesses.put(observer, statement(json)));
                case "entries" -> json.map(signer -> entries.put(signer, hash(json.text())));
                case "told_by" -> toldBy = json.textOrNull();
                case "previous" -> previous = hash(json.text());
                default -> json.drop();
            }
        }

        private static Statement statement(StrictJson json) throws InvalidJsonException, IOException {
            var said = new Object() {
                @Nullable
                String status;

                @Nullable
                Long since;

                @Nullable
                String error;

                @Nullable
                String standing;
            };
            json.object(name -> {
                switch (name) {
                    case "status" -> said.status = json.text();
                    case "since" -> said.since = dateOrNull(json, name);
                    case "error" -> said.error = json.textOrNull();
                    case "standing" -> said.standing = json.text();
                    default -> json.drop();
                }
            });
            return new Statement(
                    present(said.status, "status"), said.since, said.error, present(said.standing, "standing"));
        }

        private static String hash(String text) throws InvalidJsonException {
            if (!HASH.matcher(text).matches()) {
                throw new InvalidJsonException("found something else than 64 hex digits, expected a SHA-256");
            }
            return text;
        }

        FlightRecord finish() throws InvalidJsonException {
            Kind known = Kind.of(present(kind, "kind"))
                    .orElseThrow(() -> new InvalidJsonException("found an unknown kind of record"));
            return new FlightRecord(
                    present(seq, "seq"),
                    present(time, "time"),
                    new Subject(known, present(subject, "subject")),
                    present(from, "from"),
                    present(to, "to"),
                    reason,
                    shownAs,
                    since,
                    witnesses,
                    entries,
                    toldBy,
                    present(previous, "previous"));
        }
    }
}
