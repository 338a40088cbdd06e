package io.distomon.core.alert;

import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.AlertSettings;
import io.distomon.core.config.Secret;
import io.distomon.core.config.Silence;
import io.distomon.core.exchange.Moment;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import io.distomon.core.store.PingStatus;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.distomon.core.view.Standing;
import io.distomon.core.view.Witness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node of {@code lab} that looks once a second in virtual time and tells a receiver, which takes everything unless told otherwise. */
final class Watch {
    static final long T0 = 1_700_000_000_000_000L;
    static final long SECOND = 1_000_000;
    static final AlertReceiver PAGER = receiver("pager", AlertReceiver.Type.WEBHOOK);
    static final AlertReceiver CHAT = receiver("chat", AlertReceiver.Type.SLACK);
    static final AlertReceiver ALERTMANAGER = receiver("am", AlertReceiver.Type.ALERTMANAGER);

    private final String nodeId;
    private final List<Message> sent = new ArrayList<>();
    private Dispatch dispatch;
    private byte[] kept = new byte[0];
    private int timesKept;
    private final List<Long> attempts = new ArrayList<>();
    private int atOnce = Integer.MAX_VALUE;
    private Outcome outcome = new Outcome.Delivered();
    private AlertSettings settings =
            new AlertSettings(List.of(PAGER), List.of(), Duration.ofSeconds(30), Duration.ofSeconds(5), List.of());
    private long seconds;
    private long aheadMicros;

    Watch(String nodeId, String... senders) {
        this.nodeId = nodeId;
        this.settings = new AlertSettings(
                List.of(PAGER), List.of(senders), Duration.ofSeconds(30), Duration.ofSeconds(5), List.of());
        this.dispatch = new Dispatch("lab", nodeId, new Random(1), now());
    }

    /** Looks at this for so many seconds. */
    Watch sees(int forSeconds, NetworkView view) {
        for (int i = 0; i < forSeconds; i++) {
            seconds++;
            Dispatch.Round round = dispatch.look(settings, view, "https://fra.example.com", now());
            for (Message message : round.messages()) {
                attempts.add(seconds);
                Outcome answer = message.notices().size() > atOnce ? new Outcome.TooLarge("413") : outcome;
                if (answer instanceof Outcome.Delivered) {
                    sent.add(message);
                }
                dispatch.done(message, answer, now());
            }
            dispatch.json().ifPresent(json -> {
                kept = json;
                timesKept++;
            });
        }
        return this;
    }

    Watch answering(Outcome how) {
        outcome = how;
        return this;
    }

    /** Of more in a message the receiver says that it is too much. */
    Watch takingAtOnce(int alerts) {
        atOnce = alerts;
        return this;
    }

    Watch settingItsClock(Duration ahead) {
        aheadMicros = ahead.toSeconds() * SECOND;
        return this;
    }

    /** As if it had not been there before. */
    Watch startingAt(long second) {
        seconds = second;
        dispatch = new Dispatch("lab", nodeId, new Random(1), now());
        return this;
    }

    Watch restarts() throws InvalidJsonException {
        dispatch = kept.length == 0
                ? new Dispatch("lab", nodeId, new Random(1), now())
                : new Dispatch("lab", nodeId, new Random(1), now(), kept);
        return this;
    }

    Watch silencing(String nodeOrAll, long fromSecond, long untilSecond) {
        Silence silence = new Silence(
                List.of(),
                nodeOrAll.isEmpty() ? List.of() : List.of(nodeOrAll),
                instant(fromSecond),
                instant(untilSecond),
                "works");
        return with(settings.receivers(), settings.slowNodes(), List.of(silence));
    }

    Watch telling(AlertReceiver... receivers) {
        return with(List.of(receivers), settings.slowNodes(), settings.silences());
    }

    Watch tellingOfSlowNodes(boolean tells) {
        return with(settings.receivers(), tells, settings.silences());
    }

    private Watch with(List<AlertReceiver> receivers, boolean slowNodes, List<Silence> silences) {
        settings = new AlertSettings(
                receivers, settings.senders(), settings.grace(), settings.groupWait(), slowNodes, silences);
        return this;
    }

    /** In which seconds something was sent. */
    List<Long> attempts() {
        return List.copyOf(attempts);
    }

    /** How often something was to be kept. */
    int timesKept() {
        return timesKept;
    }

    byte[] kept() {
        return kept.clone();
    }

    long seconds() {
        return seconds;
    }

    Dispatch dispatch() {
        return dispatch;
    }

    /** The messages that arrived since this was asked last. */
    List<Message> takeMessages() {
        List<Message> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** Likewise, each as its alerts in brackets: {@code +nyc} fires, {@code -nyc} is resolved, {@code *} is a repeat. */
    List<String> takeTold() {
        return takeMessages().stream()
                .map(message ->
                        message.notices().stream().map(Watch::brief).toList().toString())
                .toList();
    }

    private static String brief(Notice notice) {
        return (notice.repeat() ? "*" : "")
                + (notice.alert().isFiring() ? "+" : "-")
                + notice.alert().subject().name();
    }

    private static AlertReceiver receiver(String name, AlertReceiver.Type type) {
        return new AlertReceiver(name, type, new Secret("https://%s.example.com".formatted(name)), null, List.of());
    }

    /** The same receiver at another URL. */
    static AlertReceiver elsewhere(AlertReceiver receiver) {
        return new AlertReceiver(
                receiver.name(), receiver.type(), new Secret("https://mended.example.com"), null, List.of());
    }

    private Moment now() {
        return new Moment(
                T0 + seconds * SECOND + aheadMicros, Duration.ofSeconds(seconds).toNanos());
    }

    private static Instant instant(long second) {
        return Instant.ofEpochSecond(T0 / SECOND + second);
    }

    /** All members are online, but for these. */
    static NetworkView view(NodeVerdict... others) {
        List<String> ids = Stream.of(others).map(NodeVerdict::nodeId).toList();
        return new NetworkView(
                "lab",
                Stream.concat(
                                Stream.of("ams", "fra", "nyc", "rio")
                                        .filter(id -> !ids.contains(id))
                                        .map(id -> verdict(id, NodeState.ONLINE, null, false, true)),
                                Stream.of(others))
                        .toList(),
                List.of(),
                List.of(),
                List.of(),
                false,
                0);
    }

    /** All are online, and one is no member. */
    static NetworkView without(String id) {
        return new NetworkView(
                "lab",
                view().nodes().stream()
                        .filter(node -> !node.nodeId().equals(id))
                        .toList(),
                List.of(),
                List.of(),
                List.of(),
                false,
                0);
    }

    static NetworkView minority(NetworkView view) {
        return new NetworkView("lab", view.nodes(), List.of(), List.of(), view.partitions(), true, 0);
    }

    static NetworkView divided(NetworkView view, List<List<String>> groups) {
        return new NetworkView("lab", view.nodes(), List.of(), List.of(), groups, false, 0);
    }

    static NodeVerdict offline(String id) {
        return verdict(id, NodeState.OFFLINE, null, false, false);
    }

    /** Likewise, as whoever says so says since when. */
    static NodeVerdict offlineSince(String id, long sinceMicros) {
        NodeVerdict any = offline(id);
        return new NodeVerdict(
                id,
                any.state(),
                any.reason(),
                any.shownAs(),
                sinceMicros,
                any.planned(),
                any.fresh(),
                any.observers(),
                any.offlineObservers(),
                0,
                T0,
                any.witnesses());
    }

    static NodeVerdict left(String id) {
        return verdict(id, NodeState.OFFLINE, null, true, false);
    }

    static NodeVerdict unknown(String id) {
        return verdict(id, NodeState.UNKNOWN, Reason.UNOBSERVED, false, false);
    }

    static NodeVerdict degraded(String id, Reason reason) {
        return verdict(id, NodeState.DEGRADED, reason, false, true);
    }

    private static NodeVerdict verdict(
            String id, NodeState state, @Nullable Reason reason, boolean planned, boolean fresh) {
        boolean isOffline = state == NodeState.OFFLINE;
        List<Breach> breaches = switch (reason) {
            case LOSSY -> List.of(new Breach(Figure.LOSS, 0.2, 0.05, 40, 300, T0));
            case SLOW -> List.of(new Breach(Figure.ROUND_TRIP_P95, 182, 120, 40, 300, T0));
            case null, default -> List.of();
        };
        Witness witness = new Witness(
                "ams",
                isOffline ? PingStatus.OFFLINE : PingStatus.ONLINE,
                T0,
                null,
                1,
                null,
                null,
                breaches,
                true,
                T0,
                Standing.COUNTED);
        return new NodeVerdict(
                id,
                state,
                reason,
                "3 of 3 observers",
                T0,
                planned,
                fresh,
                3,
                isOffline ? 3 : 0,
                0,
                T0,
                List.of(witness));
    }
}
