package io.distomon.node.alerts;

import io.distomon.core.Clock;
import io.distomon.core.alert.Alert;
import io.distomon.core.alert.Message;
import io.distomon.core.alert.Outcome;
import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.AlertSettings;
import io.distomon.core.config.NetworkConfig;
import io.distomon.node.config.ConfigManager;
import io.distomon.node.record.FlightRecorders;
import io.distomon.node.supervised.SupervisedThread;
import io.distomon.node.threads.MonitorManager;
import io.distomon.node.threads.RunningNetwork;
import io.micronaut.context.annotation.Context;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The alerts of the networks at work, and the thread that looks at these. Safe for use by many threads. */
@Context
public final class Alerting {
    private static final Logger LOG = LoggerFactory.getLogger(Alerting.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final MonitorManager monitors;
    private final ConfigManager configs;
    private final FlightRecorders recorders;
    private final Clock clock;
    private final Map<String, NetworkAlerts> networks = new ConcurrentHashMap<>();
    private final Map<String, AlertCounts> counts = new ConcurrentHashMap<>();

    // Guarded by this, both. Who tells nobody needs no connections.
    private @Nullable SupervisedThread looking;
    private @Nullable Post post;

    Alerting(MonitorManager monitors, ConfigManager configs, FlightRecorders recorders, Clock clock) {
        this.monitors = monitors;
        this.configs = configs;
        this.recorders = recorders;
        this.clock = clock;
    }

    /**
     * How many alerts there are of a network.
     *
     * @param firing how many fire
     * @param silenced how many of these are silenced
     */
    public record Count(int firing, int silenced) {}

    /** How many alerts there are, by the networks that somebody is told of. */
    public Map<String, Count> firing() {
        Map<String, Count> firing = new TreeMap<>();
        networks.forEach((id, network) -> firing.put(id, new Count(network.firing(), network.silenced())));
        return firing;
    }

    /** Of how many alerts each of the receivers that there are now does not know that this node is to tell it of. */
    public Map<String, Integer> untold() {
        Map<String, Integer> untold = new TreeMap<>();
        settings().receivers().forEach(receiver -> untold.put(receiver.name(), 0));
        networks.values()
                .forEach(network -> network.untold()
                        .forEach((receiver, count) ->
                                untold.computeIfPresent(receiver, (name, others) -> others + count)));
        return untold;
    }

    /** What became of what was told, by the receivers that there are now. */
    public Map<String, AlertCounts> receivers() {
        return settings().receivers().stream()
                .collect(Collectors.toMap(
                        AlertReceiver::name,
                        receiver -> counts.getOrDefault(receiver.name(), AlertCounts.NONE),
                        (one, other) -> one,
                        TreeMap::new));
    }

    @EventListener
    synchronized void start(ServerStartupEvent event) {
        if (looking == null) {
            looking = SupervisedThread.start("The alerts", this::look);
        }
    }

    @PreDestroy
    synchronized void stop() {
        if (looking != null) {
            looking.stop();
        }
        if (post != null) {
            post.close();
        }
    }

    private AlertSettings settings() {
        return configs.state().config().alerts();
    }

    private synchronized Post post() {
        if (post == null) {
            post = new Post(clock);
        }
        return post;
    }

    private void look() throws InterruptedException {
        while (true) {
            AlertSettings all = settings();
            List<RunningNetwork> running = all.receivers().isEmpty() ? List.of() : monitors.networks();
            Set<String> told = ConcurrentHashMap.newKeySet();
            for (RunningNetwork network : running) {
                AlertSettings settings = all.of(network.source().name());
                if (!settings.receivers().isEmpty()) {
                    told.add(network.config().networkId());
                    follow(network, settings);
                }
            }
            networks.forEach((id, alerts) -> {
                if (!told.contains(id)) {
                    alerts.close();
                    networks.remove(id);
                }
            });
            Thread.sleep(LOOK);
        }
    }

    private void follow(RunningNetwork network, AlertSettings settings) {
        NetworkConfig config = network.config();
        NetworkAlerts known = networks.get(config.networkId());
        if (known != null && !known.nodeId().equals(config.nodeId())) {
            known.close();
            known = null;
        }
        NetworkAlerts alerts = known == null ? new NetworkAlerts(config.networkId(), config.nodeId(), clock) : known;
        networks.put(config.networkId(), alerts);
        List<Message> messages = alerts.look(settings, network.ask(), recorders.of(config.networkId()), this::lost);
        for (Message message : messages) {
            AlertReceiver receiver = settings.receivers().stream()
                    .filter(each -> each.name().equals(message.receiver()))
                    .findFirst()
                    .orElseThrow();
            Thread.ofVirtual().name("tells " + receiver.name()).start(() -> tell(alerts, receiver, message));
        }
    }

    private void tell(NetworkAlerts alerts, AlertReceiver receiver, Message message) {
        Outcome outcome;
        try {
            outcome = post().send(receiver, message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException | Error e) {
            LOG.error("Network {}: telling {} failed", message.networkId(), receiver.name(), e);
            outcome = new Outcome.Failed("a fault of this software", true, null);
        }
        note(message, outcome);
        alerts.done(message, outcome, recorders.of(alerts.networkId()));
    }

    private void note(Message message, Outcome outcome) {
        int size = message.notices().size();
        switch (outcome) {
            case Outcome.Delivered() -> {
                LOG.info("Network {}: told {} of {} alerts", message.networkId(), message.receiver(), size);
                count(message.receiver(), AlertCounts.Result.OK);
            }
            case Outcome.Refused(String why) -> {
                LOG.error(
                        "Network {}: {} refuses to be told of {} alerts, and is not until it is another in the file or"
                                + " an hour is over: {}",
                        message.networkId(),
                        message.receiver(),
                        size,
                        why);
                count(message.receiver(), AlertCounts.Result.REFUSED);
            }
            case Outcome.TooLarge(String why) -> {
                LOG.warn(
                        "Network {}: {} can't be told of {} alerts at once, it is told of half as many: {}",
                        message.networkId(),
                        message.receiver(),
                        size,
                        why);
                count(message.receiver(), AlertCounts.Result.FAILED);
            }
            case Outcome.Failed(String why, boolean _, @Nullable Duration _) -> {
                LOG.warn(
                        "Network {}: {} could not be told of {} alerts, it is tried again: {}",
                        message.networkId(),
                        message.receiver(),
                        size,
                        why);
                count(message.receiver(), AlertCounts.Result.FAILED);
            }
        }
    }

    private void lost(String receiver, Alert alert) {
        LOG.error("{} was not told in time of what is over: {}", receiver, alert.sentence());
        count(receiver, AlertCounts.Result.LOST);
    }

    private void count(String receiver, AlertCounts.Result result) {
        counts.compute(
                receiver, (name, known) -> (known == null ? AlertCounts.NONE : known).with(result, clock.wallMicros()));
    }
}
