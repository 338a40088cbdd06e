package io.distomon.core.config;

import java.time.Duration;
import java.util.List;

/**
 * Who is told of alerts, and when: {@code alerts} in {@code nodeconf.yml}. Immutable.
 *
 * @param receivers who is told; empty: nobody
 * @param senders the ids of the nodes that tell them, the first of those at work; empty: this node alone
 * @param grace for how long something must be so, or be over, before it is told
 * @param groupWait for how long what is to be told waits for what is to be told with it
 * @param slowNodes whether nodes that are slow or lossy are told of, too
 * @param silences what is not told, and when
 */
public record AlertSettings(
        List<AlertReceiver> receivers,
        List<String> senders,
        Duration grace,
        Duration groupWait,
        boolean slowNodes,
        List<Silence> silences) {
    /** More than a reboot takes. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(60);

    /** As long as observers differ in when they notice: about a poll. */
    public static final Duration DEFAULT_GROUP_WAIT = Duration.ofSeconds(10);

    /** Nobody is told of anything. */
    public static final AlertSettings NONE =
            new AlertSettings(List.of(), List.of(), DEFAULT_GRACE, DEFAULT_GROUP_WAIT, List.of());

    public AlertSettings {
        receivers = List.copyOf(receivers);
        senders = List.copyOf(senders);
        silences = List.copyOf(silences);
    }

    /** Those that are not of slow nodes. */
    public AlertSettings(
            List<AlertReceiver> receivers,
            List<String> senders,
            Duration grace,
            Duration groupWait,
            List<Silence> silences) {
        this(receivers, senders, grace, groupWait, false, silences);
    }

    /** Those of one network, by its name in {@code nodeconf.yml}. */
    public AlertSettings of(String network) {
        return new AlertSettings(
                receivers.stream()
                        .filter(receiver -> receiver.isToldOf(network))
                        .toList(),
                senders,
                grace,
                groupWait,
                slowNodes,
                silences.stream().filter(silence -> silence.isOf(network)).toList());
    }
}
