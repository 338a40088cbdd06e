package io.distomon.node.streams;

import io.distomon.core.Clock;
import io.distomon.core.record.ChainPoint;
import io.distomon.node.config.ApiSecrets;
import io.distomon.node.record.Bookmark;
import io.distomon.node.record.Recorder;
import io.distomon.node.threads.MonitorManager;
import io.distomon.node.threads.RunningNetwork;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams there are. Each ends with the token with which it was asked for, with its network, and with the node. Safe for
 * use by many threads.
 */
@Singleton
public final class Streams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

    /** What it takes to say that they end; who does not read is not waited for. */
    private static final Duration LONGEST_CLOSE = Duration.ofMillis(500);

    private final StreamProperties properties;
    private final MonitorManager monitors;
    private final Supplier<ApiSecrets> secrets;
    private final Clock clock;
    private volatile boolean closing;

    // Guarded by this, both.
    private final Map<RunningNetwork, Announcer> announcers = new HashMap<>();
    private final Map<Listener, Announcer> listeners = new HashMap<>();

    Streams(StreamProperties properties, MonitorManager monitors, Supplier<ApiSecrets> secrets, Clock clock) {
        this.properties = properties;
        this.monitors = monitors;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** What becomes of a wish to listen. */
    public sealed interface Outcome {
        /** It is heard; for one subscriber. */
        record Open(Publisher<Told> told) implements Outcome {}

        /** From the same source come as many as may: {@code most}. */
        record OverShare(int most) implements Outcome {}

        /** There are as many as may be: {@code most}. */
        record TooMany(int most) implements Outcome {}

        /** The node stops. */
        record Closing() implements Outcome {}
    }

    /** How many there are. */
    public synchronized int count() {
        return listeners.size();
    }

    /**
     * Somebody wants to listen.
     *
     * @throws Recorder.UnavailableException when it can't be told now what happens
     */
    public Outcome open(Listening wish, RunningNetwork network, Recorder recorder)
            throws Recorder.UnavailableException {
        ChainPoint written = recorder.end().orElseThrow(recorder::unavailable);
        Bookmark upTo = wish.after() == null ? Bookmark.at(written) : wish.after();
        ApiSecrets verifiedWith = secrets.get();
        synchronized (this) {
            if (closing) {
                return new Outcome.Closing();
            }
            long ofSource = listeners.keySet().stream()
                    .filter(listener -> listener.source().equals(wish.source()))
                    .count();
            if (ofSource >= properties.share()) {
                return new Outcome.OverShare(properties.share());
            }
            if (listeners.size() >= properties.max()) {
                return new Outcome.TooMany(properties.max());
            }
            Announcer announcer = announcers.computeIfAbsent(network, running -> begin(running, recorder));
            Listener listener = new Listener(wish, verifiedWith, upTo, announcer::wake, this::left);
            listeners.put(listener, announcer);
            announcer.add(listener);
            return new Outcome.Open(listener);
        }
    }

    private Announcer begin(RunningNetwork network, Recorder recorder) {
        Announcer announcer = new Announcer(
                network, recorder, listener -> end(listener, network, recorder), properties.patience(), clock);
        announcer.start();
        return announcer;
    }

    private Optional<String> end(Listener listener, RunningNetwork network, Recorder recorder) {
        String networkId = network.config().networkId();
        if (closing) {
            return Optional.of("the node stops");
        }
        if (monitors.network(networkId).filter(network::equals).isEmpty()) {
            return Optional.of("the node has left the network " + networkId);
        }
        if (recorder.isClosing()) {
            return Optional.of("the flight recorder of %s begins anew".formatted(networkId));
        }
        if (clock.wallMicros() >= listener.untilMicros()) {
            return Optional.of("the token has expired");
        }
        return secrets.get().takesTokensOf(listener.secrets())
                ? Optional.empty()
                : Optional.of("the key that tokens are made with is another one");
    }

    /** It does so a second time without effect. */
    private synchronized void left(Listener listener) {
        Announcer announcer = listeners.remove(listener);
        if (announcer != null) {
            announcer.remove(listener);
            if (announcer.isDeserted()) {
                announcers.values().remove(announcer);
                announcer.stop();
            }
            notifyAll();
        }
    }

    /** Ends all of them, within a bound; from now on nobody is heard. A second time does nothing. */
    @Override
    @PreDestroy
    public synchronized void close() {
        closing = true;
        announcers.values().forEach(Announcer::wake);
        long begun = System.nanoTime();
        try {
            while (!listeners.isEmpty()) {
                long left = LONGEST_CLOSE.toNanos() - (System.nanoTime() - begun);
                if (left <= 0) {
                    LOG.debug("{} streams did not end in time", listeners.size());
                    break;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        announcers.values().forEach(Announcer::stop);
    }
}
