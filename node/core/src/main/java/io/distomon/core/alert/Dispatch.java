package io.distomon.core.alert;

import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.AlertSettings;
import io.distomon.core.config.Silence;
import io.distomon.core.exchange.Moment;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.view.NetworkView;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The alerts of one network as one of its nodes knows them, and who is to be told what of them, when. Every node that has
 * receivers follows all of them; only whose {@link Turn} it is tells them. Who takes over tells all that fires, and what was
 * resolved lately, once more, since whoever told before may have died between knowing and telling. Who told that an alert
 * fires tells, besides, that it still does and that it is over, whosever turn it is: another may not know of it yet.
 *
 * <p>For one thread; {@link #json} and the constructor carry what was told over a restart.
 */
public final class Dispatch {
    /** For so long after its end an alert is told by who takes over. */
    static final Duration RECENT = Duration.ofMinutes(15);

    /** For so long after its end an alert is offered to a receiver that does not take it. */
    static final Duration LONGEST_TRIED = Duration.ofHours(24);

    /** How often a receiver that forgets is told that an alert still fires. */
    static final Duration RENEWAL = Duration.ofSeconds(60);

    /** So many alerts are known at most; of more, those that ended first are forgotten. */
    static final int MAX_KNOWN = 2048;

    /** So many are told at once at most: as many as a network may have members. */
    static final int MAX_AT_ONCE = 1024;

    /** What is kept is shorter: of 8 receivers, and of the longest names and sentences. */
    public static final int MAX_KEPT_BYTES = 8 << 20;

    /** For so long after a start a node may not have met all who are well. */
    private static final Duration COMING_UP = Duration.ofSeconds(150);

    private final String networkId;
    private final String nodeId;
    private final RandomGenerator random;
    private final Moment started;
    private final Turn turn;
    private final Alerts alerts;
    private final Map<String, Outbox> outboxes = new TreeMap<>();

    /** Since when this process knows of what is over, on its monotonic clock. */
    private final Map<String, Long> overSince = new HashMap<>();

    private final Set<String> silenced = new HashSet<>();
    private boolean changed;

    /**
     * What a look at a view led to.
     *
     * @param messages to be sent; each needs a call of {@link #done}
     * @param news alerts that have just fired or been resolved
     * @param lost what a receiver will never be told, since it took too long, by the receiver's name
     */
    public record Round(List<Message> messages, List<Alert> news, Map<String, List<Alert>> lost) {
        public Round {
            messages = List.copyOf(messages);
            news = List.copyOf(news);
            lost = Map.copyOf(lost);
        }
    }

    /** Nothing is known yet. */
    public Dispatch(String networkId, String nodeId, RandomGenerator random, Moment now) {
        this(networkId, nodeId, random, now, new DispatchCodec.Kept(List.of(), Map.of()));
    }

    /**
     * What was known before a restart goes on.
     *
     * @param json what {@link #json} gave
     * @throws InvalidJsonException when it is something else
     */
    public Dispatch(String networkId, String nodeId, RandomGenerator random, Moment now, byte[] json)
            throws InvalidJsonException {
        this(networkId, nodeId, random, now, DispatchCodec.decode(json));
    }

    private Dispatch(String networkId, String nodeId, RandomGenerator random, Moment now, DispatchCodec.Kept kept) {
        this.networkId = networkId;
        this.nodeId = nodeId;
        this.random = random;
        this.started = now;
        this.turn = new Turn(nodeId, now);
        this.alerts = new Alerts(networkId, kept.alerts());
        kept.told().forEach((receiver, told) -> {
            Outbox outbox = new Outbox(random);
            told.forEach(outbox::put);
            // A message may have been under way at the end.
            outbox.doubt(
                    kept.alerts().stream().filter(outbox::isOpen).map(Alert::id).toList());
            outboxes.put(receiver, outbox);
        });
    }

    /**
     * Takes in a view.
     *
     * @param settings those of this network; others than before may come at any time
     * @param page where this node's page is; null when the network's config says no url of it
     */
    public Round look(AlertSettings settings, NetworkView view, @Nullable String page, Moment now) {
        boolean comingUp = now.monotonicNanos() - started.monotonicNanos() < COMING_UP.toNanos();
        turn.look(settings.senders(), view, settings.grace(), now);
        Troubles troubles =
                Troubles.of(view, nodeId, now.wallMicros(), comingUp, settings.slowNodes(), alerts.groups());
        List<Alert> news = alerts.look(troubles, settings.grace(), now);
        changed |= !news.isEmpty();
        silence(settings, now);
        meet(settings.receivers(), news, now);
        List<Message> messages = new ArrayList<>();
        for (AlertReceiver receiver : settings.receivers()) {
            message(receiver, settings, page, now).ifPresent(messages::add);
        }
        return new Round(messages, news, forgetOld(now));
    }

    /** What became of a message. */
    public void done(Message message, Outcome outcome, Moment now) {
        Outbox outbox = outboxes.get(message.receiver());
        if (outbox != null) {
            changed |= outbox.done(message, outcome, now);
        }
    }

    /** How many alerts fire. */
    public int firing() {
        return alerts.firing();
    }

    /** How many of these are silenced. */
    public int silenced() {
        return silenced.size();
    }

    /**
     * Of how many alerts each receiver does not know, by its name, though it is this node's turn to tell it, or was when they
     * fired: what waits for more, what is tried again, and what fires and was refused.
     */
    public Map<String, Integer> untold() {
        Map<String, Integer> untold = new TreeMap<>();
        outboxes.forEach((receiver, outbox) -> untold.put(receiver, (int) alerts.all().stream()
                .filter(alert -> waits(alert, outbox) || isRefused(alert, outbox))
                .count()));
        return untold;
    }

    private static boolean isRefused(Alert alert, Outbox outbox) {
        return alert.isFiring() && outbox.told(alert.id()) == Outbox.Told.REFUSED;
    }

    /** Whether an alert fires that is silenced. */
    public boolean isSilenced(Alert alert) {
        return silenced.contains(alert.id());
    }

    /** What is to be kept; empty when it is as it was when this was asked last. */
    public Optional<byte[]> json() {
        if (!changed) {
            return Optional.empty();
        }
        changed = false;
        List<Alert> all = alerts.all();
        Map<String, Map<String, Outbox.Told>> told = new TreeMap<>();
        outboxes.forEach((receiver, outbox) -> {
            Map<String, Outbox.Told> of = new LinkedHashMap<>();
            all.stream()
                    .filter(alert -> outbox.told(alert.id()) != Outbox.Told.NOTHING)
                    .forEach(alert -> of.put(alert.id(), outbox.told(alert.id())));
            told.put(receiver, of);
        });
        return Optional.of(DispatchCodec.encode(new DispatchCodec.Kept(all, told)));
    }

    private Outbox outbox(String receiver) {
        return Objects.requireNonNull(outboxes.get(receiver), receiver);
    }

    private void silence(AlertSettings settings, Moment now) {
        Instant moment = Instant.EPOCH.plus(now.wallMicros(), ChronoUnit.MICROS);
        List<Silence> holding = settings.silences().stream()
                .filter(silence -> silence.holdsAt(moment))
                .toList();
        silenced.clear();
        alerts.all().stream()
                .filter(alert -> alert.isFiring() && holding.stream().anyMatch(silence -> isOf(silence, alert)))
                .forEach(alert -> silenced.add(alert.id()));
    }

    /** Takes in who is to be told, and holds back what fires in a silence until that ends and it fires still. */
    private void meet(List<AlertReceiver> receivers, List<Alert> news, Moment now) {
        outboxes.keySet().retainAll(receivers.stream().map(AlertReceiver::name).toList());
        List<Alert> all = alerts.all();
        Set<String> fresh = news.stream().map(Alert::id).collect(Collectors.toSet());
        for (AlertReceiver receiver : receivers) {
            Outbox outbox = outboxes.computeIfAbsent(receiver.name(), name -> newcomer(all, fresh));
            changed |= outbox.meet(receiver, all, now);
            for (Alert alert : all) {
                if (silenced.contains(alert.id()) && fresh.contains(alert.id())) {
                    outbox.holdBack(alert.id());
                } else if (alert.isFiring() && !silenced.contains(alert.id()) && !alerts.isEnding(alert)) {
                    changed |= outbox.release(alert.id());
                }
            }
        }
    }

    /** Of one who was not there before, or under another name: what was over before it need not hear of. */
    private Outbox newcomer(List<Alert> all, Set<String> fresh) {
        Outbox outbox = new Outbox(random);
        for (Alert alert : all) {
            if (!alert.isFiring()) {
                outbox.put(alert.id(), Outbox.Told.RESOLVED);
            } else if (silenced.contains(alert.id())) {
                outbox.holdBack(alert.id());
            } else if (!fresh.contains(alert.id())) {
                outbox.doubt(List.of(alert.id()));
            }
        }
        changed |= !all.isEmpty();
        return outbox;
    }

    private static boolean isOf(Silence silence, Alert alert) {
        return silence.nodes().isEmpty()
                || (alert.subject().kind().isOfNode()
                        && silence.nodes().contains(alert.subject().name()));
    }

    /** What a receiver is to be told now, if anything. */
    private Optional<Message> message(
            AlertReceiver receiver, AlertSettings settings, @Nullable String page, Moment now) {
        Outbox outbox = outbox(receiver.name());
        List<Notice> waiting = alerts.all().stream()
                .filter(alert -> waits(alert, outbox))
                .limit(outbox.atOnce())
                .map(alert -> new Notice(alert, isRepeat(alert, outbox, settings)))
                .toList();
        boolean isDue = outbox.isDue(!waiting.isEmpty(), settings.groupWait(), now);
        List<Notice> notices = new ArrayList<>(isDue ? waiting : List.of());
        if (receiver.type() == AlertReceiver.Type.ALERTMANAGER) {
            List<Alert> known = alerts.all().stream()
                    .filter(alert -> alert.isFiring() && outbox.told(alert.id()) == Outbox.Told.FIRING)
                    .sorted(Comparator.comparingLong(outbox::toldNanos))
                    .toList();
            if (isDue || outbox.isToBeRenewed(known, RENEWAL, now)) {
                known.stream()
                        .limit((long) outbox.atOnce() - notices.size())
                        .forEach(alert -> notices.add(new Notice(alert, true)));
            }
        }
        if (notices.isEmpty()) {
            return Optional.empty();
        }
        outbox.sends();
        return Optional.of(new Message(receiver.name(), networkId, nodeId, page, notices));
    }

    private boolean waits(Alert alert, Outbox outbox) {
        return switch (outbox.told(alert.id())) {
            case NOTHING -> turn.isOurs() && (!alert.isFiring() || isToBeToldThatItFires(alert));
            case FIRING -> !alert.isFiring();
            case HELD_BACK, RESOLVED, REFUSED, END_REFUSED -> false;
        };
    }

    /** Whom what is over finds untold need not be called for it. */
    private boolean isToBeToldThatItFires(Alert alert) {
        return !silenced.contains(alert.id()) && !alerts.isEnding(alert);
    }

    private boolean isRepeat(Alert alert, Outbox outbox, AlertSettings settings) {
        if (outbox.isUncertain(alert.id())) {
            return true;
        }
        Long resolved = alert.resolvedMicros();
        long toldFirst = resolved == null ? alert.firedMicros() : resolved;
        boolean firedBeforeStart =
                resolved == null && alert.sinceMicros() + settings.grace().toNanos() / 1_000 < started.wallMicros();
        return firedBeforeStart
                || (settings.senders().size() > 1
                        && (!turn.isOurs() || toldFirst < turn.since().wallMicros()));
    }

    /** Forgets what is over once nobody is to be told of it any more; what somebody should have been told is lost to him. */
    private Map<String, List<Alert>> forgetOld(Moment now) {
        Map<String, List<Alert>> lost = new TreeMap<>();
        Set<String> old = new HashSet<>();
        long tooMany = (long) alerts.all().size() - MAX_KNOWN;
        for (Alert alert : alerts.all()) {
            if (alert.isFiring()) {
                continue;
            }
            // Not by the wall clock, which may be set.
            long ageNanos = now.monotonicNanos() - overSince.computeIfAbsent(alert.id(), id -> now.monotonicNanos());
            boolean isTooMuch = old.size() < tooMany || ageNanos >= LONGEST_TRIED.toNanos();
            List<String> wanting = outboxes.entrySet().stream()
                    .filter(outbox -> waits(alert, outbox.getValue())
                            || outbox.getValue().told(alert.id()) == Outbox.Told.END_REFUSED)
                    .map(Map.Entry::getKey)
                    .toList();
            if (isTooMuch || (ageNanos >= RECENT.toNanos() && wanting.isEmpty())) {
                old.add(alert.id());
                wanting.forEach(receiver ->
                        lost.computeIfAbsent(receiver, any -> new ArrayList<>()).add(alert));
            }
        }
        if (!old.isEmpty()) {
            alerts.forget(old);
            overSince.keySet().removeAll(old);
            outboxes.values().forEach(outbox -> outbox.forget(old));
            changed = true;
        }
        return lost;
    }
}
