package io.distomon.core.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of alerts, and when, as {@link NetworkWriter} writes it into a node's own file. Immutable.
 *
 * @param receivers who is told, at least one
 * @param senders the ids of the nodes that tell them, the first of those at work
 * @param grace for how long something must be so, or be over, before it is told
 * @param groupWait for how long what is to be told waits for what is to be told with it
 * @param slowNodes whether nodes that are slow or lossy are told of, too
 * @param silences what is not told, and when; of all networks in the file, whatever they say of networks
 */
public record AlertsEntry(
        List<Receiver> receivers,
        List<String> senders,
        Duration grace,
        Duration groupWait,
        boolean slowNodes,
        List<Silence> silences) {
    public AlertsEntry {
        receivers = List.copyOf(receivers);
        senders = List.copyOf(senders);
        silences = List.copyOf(silences);
    }

    /**
     * Somewhere that is told. Paths are absolute or relative to the config directory.
     *
     * @param name what it is called in logs and metrics
     * @param urlFile the file with where it is told
     * @param secretFile the file with what messages are signed with; null where they are not
     */
    public record Receiver(
            String name,
            AlertReceiver.Type type,
            String urlFile,
            @Nullable String secretFile) {}
}
