package io.distomon.node.alerts;

import io.distomon.core.Clock;
import io.distomon.core.alert.Alert;
import io.distomon.core.alert.Dispatch;
import io.distomon.core.alert.Message;
import io.distomon.core.alert.Outcome;
import io.distomon.core.config.AlertSettings;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.exchange.Moment;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.topology.Member;
import io.distomon.node.record.Recorder;
import io.distomon.node.threads.Asked;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alerts of one network. What was told is kept by the network's flight recorder, which takes a moment to read its file at
 * a start, for which this waits: what it began without, it would write over. Where there is none, a restart forgets it. Safe
 * for use by many threads.
 */
final class NetworkAlerts {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkAlerts.class);

    /** For so long a start waits for a recorder. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** And for so long for one that reads its file. */
    private static final Duration LONGEST_READ = Duration.ofMinutes(5);

    /** And for so long for one that can't, and tries again after 30 s: another process may still be at its end. */
    private static final Duration LONGEST_TROUBLE = Duration.ofSeconds(45);

    private final String networkId;
    private final String nodeId;
    private final Clock clock;
    private final Moment started;
    private final SecureRandom random = new SecureRandom();

    private volatile int firing;
    private volatile int silenced;
    private volatile Map<String, Integer> untold = Map.of();

    // Guarded by this, all of these.
    private @Nullable Dispatch dispatch;
    private byte @Nullable [] unkept;
    private boolean closed;

    NetworkAlerts(String networkId, String nodeId, Clock clock) {
        this.networkId = networkId;
        this.nodeId = nodeId;
        this.clock = clock;
        this.started = Moment.now(clock);
    }

    String networkId() {
        return networkId;
    }

    String nodeId() {
        return nodeId;
    }

    /**
     * Takes in a view.
     *
     * @param recorder what keeps; empty where there is none
     * @param lost told each receiver's name with what it will never be told
     * @return messages to be sent, each of which needs a call of {@link #done}
     */
    synchronized List<Message> look(
            AlertSettings settings, Asked asked, Optional<Recorder> recorder, BiConsumer<String, Alert> lost) {
        Dispatch known = dispatch == null ? begin(recorder) : dispatch;
        if (known == null) {
            return List.of();
        }
        dispatch = known;
        Dispatch.Round round = known.look(settings, asked.view(), page(asked.config()), Moment.now(clock));
        round.news()
                .forEach(alert -> LOG.info(
                        "Network {}: alert: {}{}",
                        networkId,
                        alert.sentence(),
                        known.isSilenced(alert) ? " (silenced)" : ""));
        round.lost().forEach((receiver, alerts) -> alerts.forEach(alert -> lost.accept(receiver, alert)));
        firing = known.firing();
        silenced = known.silenced();
        untold = known.untold();
        keep(known, recorder);
        return round.messages();
    }

    /** Another may stand in its place from now on, whose state is kept. */
    synchronized void close() {
        closed = true;
    }

    /** What became of a message. */
    synchronized void done(Message message, Outcome outcome, Optional<Recorder> recorder) {
        Dispatch known = dispatch;
        if (known != null && !closed) {
            known.done(message, outcome, Moment.now(clock));
            keep(known, recorder);
        }
    }

    /** How many alerts fire. */
    int firing() {
        return firing;
    }

    /** How many of these are silenced. */
    int silenced() {
        return silenced;
    }

    /** Of how many alerts each receiver does not know that this node is to tell it of. */
    Map<String, Integer> untold() {
        return untold;
    }

    /** Null while it is not known yet what was kept. */
    private @Nullable Dispatch begin(Optional<Recorder> recorder) {
        Moment now = Moment.now(clock);
        Duration patience = PATIENCE;
        try {
            if (recorder.isPresent()) {
                patience = recorder.get().trouble() == null ? LONGEST_READ : LONGEST_TROUBLE;
                Optional<byte[]> kept = recorder.get().alerts();
                return kept.isPresent()
                        ? new Dispatch(networkId, nodeId, random, now, kept.get())
                        : new Dispatch(networkId, nodeId, random, now);
            }
        } catch (Recorder.UnavailableException e) {
            LOG.debug("Network {}: what was told of alerts can't be read yet", networkId, e);
        } catch (InvalidJsonException e) {
            LOG.warn("Network {}: what was told of alerts before can't be read, and may be told again", networkId, e);
            return new Dispatch(networkId, nodeId, random, now);
        }
        return now.monotonicNanos() - started.monotonicNanos() < patience.toNanos()
                ? null
                : new Dispatch(networkId, nodeId, random, now);
    }

    private void keep(Dispatch known, Optional<Recorder> recorder) {
        known.json().ifPresent(json -> unkept = json);
        byte[] state = unkept;
        if (state != null && recorder.isPresent() && recorder.get().keepAlerts(state)) {
            unkept = null;
        }
    }

    private static @Nullable String page(NetworkConfig config) {
        Member own = config.member(config.nodeId()).orElse(null);
        return own == null || own.url() == null ? null : own.url().toString();
    }
}
