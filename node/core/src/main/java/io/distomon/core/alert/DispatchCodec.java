package io.distomon.core.alert;

import com.fasterxml.jackson.core.JsonGenerator;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a {@link Dispatch} has to know after a restart, as JSON. */
final class DispatchCodec {
    private static final int MAX_ALERTS = Dispatch.MAX_KNOWN + Dispatch.MAX_AT_ONCE;

    private DispatchCodec() {}

    /**
     * What is kept.
     *
     * @param alerts in the order in which they fired
     * @param told what each receiver was told, by its name and the alert's id
     */
    record Kept(List<Alert> alerts, Map<String, Map<String, Outbox.Told>> told) {
        Kept {
            alerts = List.copyOf(alerts);
            told = Map.copyOf(told);
        }
    }

    static byte[] encode(Kept kept) {
        return StrictJson.write(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("alerts");
            for (Alert alert : kept.alerts()) {
                write(json, alert);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("told");
            for (Map.Entry<String, Map<String, Outbox.Told>> receiver :
                    kept.told().entrySet()) {
                json.writeArrayFieldStart(receiver.getKey());
                for (Map.Entry<String, Outbox.Told> told : receiver.getValue().entrySet()) {
                    json.writeString(told.getValue().name() + ' ' + told.getKey());
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, Alert alert) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", alert.id());
        json.writeStringField("kind", alert.subject().kind().word());
        json.writeStringField("subject", alert.subject().name());
        json.writeNumberField("since", alert.sinceMicros());
        json.writeNumberField("fired", alert.firedMicros());
        json.writeStringField("summary", alert.summary());
        json.writeStringField("shown_as", alert.shownAs());
        json.writeArrayFieldStart("witnesses");
        for (String witness : alert.witnesses()) {
            json.writeString(witness);
        }
        json.writeEndArray();
        if (!alert.groups().isEmpty()) {
            json.writeArrayFieldStart("groups");
            for (List<String> group : alert.groups()) {
                json.writeStartArray();
                for (String member : group) {
                    json.writeString(member);
                }
                json.writeEndArray();
            }
            json.writeEndArray();
        }
        if (alert.endedMicros() != null && alert.resolvedMicros() != null) {
            json.writeNumberField("ended", alert.endedMicros());
            json.writeNumberField("resolved", alert.resolvedMicros());
        }
        json.writeEndObject();
    }

    static Kept decode(byte[] text) throws InvalidJsonException {
        List<Alert> alerts = new ArrayList<>();
        Map<String, Map<String, Outbox.Told>> told = new TreeMap<>();
        StrictJson.parse(text, json -> {
            json.object(name -> {
                switch (name) {
                    case "alerts" -> json.list(MAX_ALERTS, () -> alerts.add(alert(json)));
                    case "told" ->
                        json.object(receiver -> {
                            Map<String, Outbox.Told> of = new TreeMap<>();
                            json.list(MAX_ALERTS, () -> {
                                String[] parts = json.text().split(" ", 2);
                                of.put(parts[parts.length - 1], what(parts[0]));
                            });
                            told.put(receiver, of);
                        });
                    default -> json.skip();
                }
            });
            return told;
        });
        return new Kept(alerts, told);
    }

    private static Outbox.Told what(String word) throws InvalidJsonException {
        return Arrays.stream(Outbox.Told.values())
                .filter(told -> told.name().equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidJsonException("found something else than what a receiver was told"));
    }

    private static Alert alert(StrictJson json) throws InvalidJsonException, IOException {
        var read = new Object() {
            @Nullable
            String id;

            @Nullable
            String kind;

            @Nullable
            String subject;

            @Nullable
            Long since;

            @Nullable
            Long fired;

            @Nullable
            String summary;

            @Nullable
            String shownAs;

            @Nullable
            Long ended;

            @Nullable
            Long resolved;

            final List<String> witnesses = new ArrayList<>();
            final List<List<String>> groups = new ArrayList<>();
        };
        json.object(name -> {
            switch (name) {
                case "id" -> read.id = json.text();
                case "kind" -> read.kind = json.text();
                case "subject" -> read.subject = json.text();
                case "since" -> read.since = json.integer();
                case "fired" -> read.fired = json.integer();
                case "summary" -> read.summary = json.textIfAtMost(StrictJson.MAX_STRING_BYTES * 2);
                case "shown_as" -> read.shownAs = json.textOrNull();
                case "ended" -> read.ended = json.integer();
                case "resolved" -> read.resolved = json.integer();
                case "witnesses" -> json.list(Troubles.MAX_WITNESSES, () -> read.witnesses.add(json.text()));
                case "groups" ->
                    json.list(StrictJson.MAX_MEMBERS, () -> {
                        List<String> group = new ArrayList<>();
                        json.list(StrictJson.MAX_MEMBERS, () -> group.add(json.text()));
                        read.groups.add(group);
                    });
                default -> json.skip();
            }
        });
        AlertKind kind = AlertKind.of(present(read.kind, "kind"))
                .orElseThrow(() -> new InvalidJsonException("found an unknown kind of alert"));
        return new Alert(
                present(read.id, "id"),
                new Subject(kind, present(read.subject, "subject")),
                present(read.since, "since"),
                present(read.fired, "fired"),
                present(read.summary, "summary"),
                read.shownAs,
                read.witnesses,
                read.groups,
                read.ended,
                read.resolved);
    }

    private static <T> T present(@Nullable T value, String name) throws InvalidJsonException {
        if (value == null) {
            throw new InvalidJsonException("found no " + name + " of an alert, expected one");
        }
        return value;
    }
}
