package io.distomon.core.alert;

import com.fasterxml.jackson.core.JsonGenerator;
import io.distomon.core.config.AlertReceiver;
import io.distomon.core.json.StrictJson;
import io.distomon.core.store.EntryDate;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A message as what a receiver understands: JSON of one of four shapes. A pure function. */
public final class MessageBody {
    /** Of the webhook's shape. */
    private static final int VERSION = 1;

    private static final int MAX_SLACK_CHARS = 3000;

    /** Discord takes 2,000, of which escapes take some. */
    private static final int MAX_DISCORD_CHARS = 2000;

    /** Until an alert counts as over to Alertmanager that nobody renews: some renewals may fail. */
    private static final Duration VALID = Dispatch.RENEWAL.multipliedBy(5);

    private MessageBody() {}

    /**
     * UTF-8.
     *
     * @param nowMicros when it is sent, microseconds since the epoch
     */
    public static byte[] of(AlertReceiver.Type type, Message message, long nowMicros) {
        return StrictJson.write(json -> {
            switch (type) {
                case WEBHOOK -> webhook(json, message);
                case SLACK -> slack(json, message, nowMicros);
                case DISCORD -> discord(json, message, nowMicros);
                case ALERTMANAGER -> alertmanager(json, message, nowMicros);
            }
        });
    }

    private static void webhook(JsonGenerator json, Message message) throws IOException {
        json.writeStartObject();
        json.writeNumberField("version", VERSION);
        json.writeStringField("network", message.networkId());
        json.writeStringField("sender", message.sender());
        json.writeBooleanField("repeat", message.isRepeat());
        json.writeArrayFieldStart("alerts");
        for (Notice notice : message.notices()) {
            Alert alert = notice.alert();
            json.writeStartObject();
            json.writeStringField("id", alert.id());
            json.writeStringField("state", alert.isFiring() ? "firing" : "resolved");
            json.writeBooleanField("repeat", notice.repeat());
            json.writeStringField("kind", alert.subject().kind().word());
            json.writeStringField("subject", alert.subject().name());
            json.writeStringField("severity", alert.subject().kind().severity());
            json.writeStringField("summary", AlertWords.sentence(alert));
            json.writeStringField("since", EntryDate.format(alert.sinceMicros()));
            json.writeStringField("ended", EntryDate.formatOrNull(alert.endedMicros()));
            json.writeStringField("shown_as", alert.shownAs());
            json.writeArrayFieldStart("witnesses");
            for (String witness : alert.witnesses()) {
                json.writeString(witness);
            }
            json.writeEndArray();
            json.writeStringField("page", page(message, alert));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void slack(JsonGenerator json, Message message, long nowMicros) throws IOException {
        String text = String.join("\n", AlertWords.lines(message, nowMicros));
        json.writeStartObject();
        // What Slack wants escaped, for else <!channel> would call everybody.
        json.writeStringField(
                "text",
                cut(text, MAX_SLACK_CHARS)
                        .replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;"));
        json.writeBooleanField("mrkdwn", false);
        json.writeEndObject();
    }

    private static void discord(JsonGenerator json, Message message, long nowMicros) throws IOException {
        String text = String.join("\n", AlertWords.lines(message, nowMicros));
        json.writeStartObject();
        json.writeStringField("content", cut(escaped(text), MAX_DISCORD_CHARS));
        json.writeObjectFieldStart("allowed_mentions");
        json.writeArrayFieldStart("parse");
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private static String escaped(String text) {
        return text.replaceAll("([\\\\*_~`|>#\\[\\]()<@])", "\\\\$1");
    }

    private static String cut(String text, int maxChars) {
        return text.length() <= maxChars ? text : text.substring(0, maxChars - 1) + "…";
    }

    private static void alertmanager(JsonGenerator json, Message message, long nowMicros) throws IOException {
        json.writeStartArray();
        for (Notice notice : message.notices()) {
            Alert alert = notice.alert();
            Subject subject = alert.subject();
            json.writeStartObject();
            json.writeObjectFieldStart("labels");
            json.writeStringField("alertname", subject.kind().alertName());
            json.writeStringField("network", message.networkId());
            if (subject.kind().isOfNode()) {
                json.writeStringField("node", subject.name());
            }
            json.writeStringField("severity", subject.kind().severity());
            json.writeEndObject();
            json.writeObjectFieldStart("annotations");
            json.writeStringField("summary", AlertWords.sentence(alert));
            json.writeStringField("id", alert.id());
            json.writeStringField("sender", message.sender());
            json.writeEndObject();
            json.writeStringField("startsAt", EntryDate.format(alert.sinceMicros()));
            Long ended = alert.endedMicros();
            long endsMicros = ended == null ? nowMicros + VALID.toNanos() / 1_000 : ended;
            // One that ends before it starts is refused, and all that come with it, and clocks differ.
            json.writeStringField("endsAt", EntryDate.format(Math.max(endsMicros, alert.sinceMicros())));
            String page = page(message, alert);
            if (page != null) {
                json.writeStringField("generatorURL", page);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static @Nullable String page(Message message, Alert alert) {
        if (message.page() == null) {
            return null;
        }
        return alert.subject().kind().isOfNode()
                ? "%s/#/%s/node/%s"
                        .formatted(
                                message.page(),
                                message.networkId(),
                                alert.subject().name())
                : "%s/#/%s".formatted(message.page(), message.networkId());
    }
}
