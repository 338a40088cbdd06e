package io.distomon.node.http;

import io.distomon.node.record.Bookmark;
import io.distomon.node.record.KeptRecord;
import io.distomon.node.record.Sequel;
import io.distomon.node.streams.Told;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;

/**
 * A block of a stream as it goes out (WHATWG HTML section 9.2.5), with the empty line at its end. Micronaut's own has data in
 * each, and browsers would take a heartbeat for an event.
 */
record ServerSentEvent(String text) {
    /** Until who has lost a stream should ask again. */
    private static final Duration RETRY = Duration.ofSeconds(3);

    /** What {@code view} tells. */
    record Changed(String digest) {}

    /** What {@code gap} tells. */
    record Gap(String reason, String inWords, String asked) {}

    /** What {@code end} tells. */
    record End(String inWords) {}

    static ServerSentEvent of(Told told, JsonMapper json) {
        return switch (told) {
            case Told.Happened(KeptRecord kept) ->
                event("transition", "id: " + Bookmark.after(kept), EventsAnswer.event(kept), json);
            case Told.View(String digest, Bookmark upTo) ->
                event("view", "id: %s\nretry: %s".formatted(upTo, RETRY.toMillis()), new Changed(digest), json);
            case Told.Missed(Sequel.Gap gap) -> event("gap", "id: " + gap.end(), gap(gap), json);
            case Told.Ended(String why) -> event("end", "retry: " + RETRY.toMillis(), new End(why), json);
            case Told.Alive() -> new ServerSentEvent(": nothing new\n\n");
        };
    }

    private static Gap gap(Sequel.Gap gap) {
        String words = switch (gap.why()) {
            case TOO_OLD -> "not all that was recorded after %s is kept any more";
            case TOO_MANY -> "more was recorded after %s than a stream tells";
            case OTHER_CHAIN -> "what was recorded up to %s is of another chain than the records that are kept now";
        };
        return new Gap(
                gap.why().name().toLowerCase(Locale.ROOT),
                words.formatted(gap.asked()) + "; see GET /events",
                gap.asked().toString());
    }

    /** JSON has no line breaks, so that data is one line. */
    private static ServerSentEvent event(String name, String fields, Object data, JsonMapper json) {
        try {
            return new ServerSentEvent(
                    "event: %s\n%s\ndata: %s\n\n".formatted(name, fields, json.writeValueAsString(data)));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }
}
