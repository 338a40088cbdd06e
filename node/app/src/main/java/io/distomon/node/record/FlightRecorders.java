package io.distomon.node.record;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.node.config.ConfigProperties;
import io.distomon.node.supervised.SupervisedThread;
import io.distomon.node.threads.MonitorManager;
import io.distomon.node.threads.RunningNetwork;
import io.micronaut.context.annotation.Context;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The recorders of the networks at work, and the thread that looks at these. Safe for use by many threads. */
@Context
public final class FlightRecorders {
    private static final Logger LOG = LoggerFactory.getLogger(FlightRecorders.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(30);
    private static final long MINUTE_MICROS = Duration.ofMinutes(1).toNanos() / 1_000;

    /** Of what is usual of a link so many minutes tell at most. */
    private static final int RECALLED_MINUTES = 24 * 60;

    private final MonitorManager monitors;
    private final RecordProperties properties;
    private final Path directory;
    private final NativeLibrary library;
    private final Clock clock;
    private final Map<String, Recorder> recorders = new ConcurrentHashMap<>();
    private volatile @Nullable SupervisedThread looking;

    // Of the looking thread, both.
    private final Set<String> recalled = new HashSet<>();
    private long minute;

    FlightRecorders(MonitorManager monitors, RecordProperties properties, ConfigProperties config, Clock clock) {
        this.monitors = monitors;
        this.properties = properties;
        this.directory = properties.path(config.configPath());
        this.library = new NativeLibrary(List.of(directory, Path.of(System.getProperty("java.io.tmpdir"))), clock);
        this.clock = clock;
        this.minute = clock.wallMicros() / MINUTE_MICROS;
    }

    /** The recorder of a network at work; empty when there is none, or when nothing is recorded. */
    public Optional<Recorder> of(String networkId) {
        return Optional.ofNullable(recorders.get(networkId));
    }

    @EventListener
    synchronized void start(ServerStartupEvent event) {
        if (properties.enabled() && looking == null) {
            looking = SupervisedThread.start("The flight recorders", this::look);
        }
    }

    @PreDestroy
    synchronized void stop() {
        SupervisedThread thread = looking;
        if (thread != null) {
            thread.stop();
        }
        recorders.values().forEach(Recorder::endSoon); // all at once
        recorders.values().forEach(Recorder::close);
        recorders.clear();
    }

    private void look() throws InterruptedException {
        while (true) {
            List<RunningNetwork> networks = monitors.networks();
            Set<String> ids = new HashSet<>();
            long now = clock.wallMicros() / MINUTE_MICROS;
            for (RunningNetwork network : networks) {
                ids.add(network.config().networkId());
                follow(network, now != minute);
            }
            recorders.keySet().stream().filter(id -> !ids.contains(id)).toList().forEach(this::end);
            minute = now;
            Thread.sleep(LOOK);
        }
    }

    private void follow(RunningNetwork network, boolean isAnotherMinute) {
        NetworkConfig config = network.config();
        Recorder known = recorders.get(config.networkId());
        if (known != null && !known.nodeId().equals(config.nodeId())) {
            end(config.networkId());
            known = null;
        }
        Recorder recorder = known == null ? begin(config) : known;
        network.exchange().tellBy(recorder.accounts());
        recorder.look(network.follow());
        recall(network, recorder);
        if (isAnotherMinute) {
            recorder.keepMinute(minute * MINUTE_MICROS, network.takeMinute(), network.clockAheadOfMost());
        }
    }

    /** Gives a network back what its links did in the last day, once, if that is of use to it. */
    private void recall(RunningNetwork network, Recorder recorder) {
        String networkId = network.config().networkId();
        if (!network.config().thresholds().needUsual()
                || recalled.contains(networkId)
                || network.peers().isEmpty()
                || recorder.end().isEmpty()) {
            return;
        }
        long now = clock.wallMicros();
        try {
            network.recall(recorder.minutes(now - RECALLED_MINUTES * MINUTE_MICROS, now, RECALLED_MINUTES));
            recalled.add(networkId);
        } catch (Recorder.UnavailableException e) {
            LOG.debug("Network {}: what its links did is asked for again: {}", networkId, e.getMessage());
        }
    }

    private Recorder begin(NetworkConfig config) {
        Recorder made = new Recorder(
                config.networkId(),
                config.nodeId(),
                directory.resolve(config.networkId()).resolve(config.nodeId() + ".db"),
                properties,
                library,
                RETRY,
                clock);
        made.start();
        recorders.put(config.networkId(), made);
        return made;
    }

    private void end(String networkId) {
        Recorder gone = recorders.remove(networkId);
        recalled.remove(networkId);
        if (gone != null) {
            gone.close();
        }
    }
}
