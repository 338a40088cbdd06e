package io.distomon.operator.validate;

import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.Silence;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of alerts, and when. Immutable.
 *
 * @param receivers who is told, at least one
 * @param senders the ids of the nodes that tell them, the first of those at work; at least one of those that run here
 * @param grace for how long something must be so, or be over, before it is told
 * @param groupWait for how long what is to be told waits for what is to be told with it
 * @param slowNodes whether nodes that are slow or lossy are told of, too
 * @param silences what is not told, and when
 */
public record Alerts(
        List<Receiver> receivers,
        List<String> senders,
        Duration grace,
        Duration groupWait,
        boolean slowNodes,
        List<Silence> silences) {
    public Alerts {
        receivers = List.copyOf(receivers);
        senders = List.copyOf(senders);
        silences = List.copyOf(silences);
    }

    /**
     * Somewhere that is told.
     *
     * @param name what it is called in logs and metrics
     * @param url where it is told
     * @param signingKey what messages are signed with; null where they are not
     */
    public record Receiver(
            String name,
            AlertReceiver.Type type,
            SecretEntry url,
            @Nullable SecretEntry signingKey) {
        /** The entry of a Secret with a URL, unless another is named. */
        public static final String URL_KEY = "url";

        /** The entry of a Secret that messages are signed with, unless another is named. */
        public static final String SIGNING_KEY = "secret";
    }

    /** What they refer to in Secrets of others. */
    Stream<SecretEntry> references() {
        return receivers.stream()
                .flatMap(
                        receiver -> Stream.concat(Stream.of(receiver.url()), Stream.ofNullable(receiver.signingKey())));
    }
}
