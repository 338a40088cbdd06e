package io.distomon.node.threads;

import io.distomon.core.Clock;
import io.distomon.core.config.LoadedNetwork;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.tls.PeerTrust;
import io.distomon.core.topology.Member;
import io.distomon.node.Version;
import io.distomon.node.config.ConfigManager;
import io.distomon.node.config.NodeConfig;
import io.distomon.node.polls.PeerConnections;
import io.micronaut.context.annotation.Context;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the networks of the config: starts those that are new, stops those that are gone, and tells the others what
 * changed. Safe for use by many threads.
 */
@Context
public final class MonitorManager {
    /** How long the farewell may take, all peers together. */
    static final Duration FAREWELL = Duration.ofMillis(750);

    private static final Logger LOG = LoggerFactory.getLogger(MonitorManager.class);
    private static final int BOOT_BYTES = 8;
    private static final int SHOWN_DIGEST_CHARS = 12;

    private final ConfigManager configs;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final String version = Version.current();
    private final String boot;
    private final PeerConnections connections;

    // Read by anyone; changed under the lock of this, as are those behind it.
    private final Map<String, RunningNetwork> networks = new ConcurrentSkipListMap<>();
    private final Map<String, Way> ways = new HashMap<>();
    private boolean started;
    private boolean left;

    /** How the members of a network are asked: each network trusts others, so that each has connections of its own. */
    private record Way(PeerTrust trust, PeerConnections connections) {}

    MonitorManager(ConfigManager configs, PeerConnections connections, Clock clock) {
        this.configs = configs;
        this.connections = connections;
        this.clock = clock;
        byte[] bootId = new byte[BOOT_BYTES];
        random.nextBytes(bootId);
        this.boot = HexFormat.of().formatHex(bootId);
    }

    /** The networks at work, sorted by id. */
    public List<RunningNetwork> networks() {
        return List.copyOf(networks.values());
    }

    /** A network at work. */
    public Optional<RunningNetwork> network(String networkId) {
        return Optional.ofNullable(networks.get(networkId));
    }

    /** The networks are there before the first request is. */
    @PostConstruct
    void prepare() {
        NodeConfig config = configs.state().config();
        config.warnings().forEach(warning -> LOG.warn("{}", warning));
        run(config.networks());
    }

    /** Asks others only when they can ask us. */
    @EventListener
    synchronized void start(ServerStartupEvent event) {
        if (!started) {
            started = true;
            networks().forEach(RunningNetwork::start);
            configs.watch(changed -> run(changed.networks()));
        }
    }

    /** Makes the networks at work those of the config. */
    synchronized void run(List<LoadedNetwork> wanted) {
        if (left) {
            return;
        }
        Map<String, LoadedNetwork> byId = new LinkedHashMap<>();
        wanted.forEach(network -> byId.put(network.config().networkId(), network));
        for (RunningNetwork running : networks()) {
            LoadedNetwork network = byId.get(running.config().networkId());
            if (network == null
                    || !network.config().nodeId().equals(running.config().nodeId())) {
                running.stop();
                networks.remove(running.config().networkId());
                Objects.requireNonNull(ways.remove(running.config().networkId()))
                        .connections()
                        .close();
                LOG.info("Left the network {}", running.config().networkId());
            }
        }
        byId.forEach((networkId, network) -> {
            RunningNetwork running = networks.get(networkId);
            if (running == null) {
                Way way = way(network.source());
                RunningNetwork made = new RunningNetwork(network, version, boot, clock, way.connections(), random);
                ways.put(networkId, way);
                networks.put(networkId, made);
                log(network);
                if (started) {
                    made.start();
                }
            } else if (!running.config().equals(network.config())
                    || !running.publicKey().equals(network.signer().verifier())
                    || !running.source().equals(network.source())) {
                Objects.requireNonNull(ways.get(networkId))
                        .trust()
                        .exchange(network.source().authorities());
                running.reconfigure(network);
                log(network);
            }
        });
    }

    private Way way(NetworkSource source) {
        PeerTrust trust = new PeerTrust(source.authorities());
        return new Way(trust, connections.trusting(trust::context));
    }

    /**
     * Says farewell to all peers, within a bound, and stops all threads. A second time does nothing.
     *
     * @throws InterruptedException when told to hurry
     */
    @PreDestroy
    public void leave() throws InterruptedException {
        synchronized (this) {
            if (left) {
                return;
            }
            left = true;
        }
        networks().forEach(RunningNetwork::leave);
        ExecutorService farewells = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<Future<PollResult>> said =
                    farewells.invokeAll(farewells(), FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
            long delivered = said.stream()
                    .filter(farewell -> farewell.state() == Future.State.SUCCESS)
                    .filter(farewell -> farewell.resultNow() instanceof PollResult.Answered)
                    .count();
            LOG.info("Said farewell to {} of {} peers", delivered, said.size());
        } finally {
            farewells.shutdownNow();
            closeWays();
        }
    }

    private synchronized void closeWays() {
        ways.values().forEach(way -> way.connections().close());
    }

    private List<Callable<PollResult>> farewells() {
        List<Callable<PollResult>> farewells = new ArrayList<>();
        for (RunningNetwork network : networks()) {
            for (Member peer : network.config().polled()) {
                farewells.add(() -> network.push(peer, FAREWELL));
            }
        }
        return farewells;
    }

    private static void log(LoadedNetwork network) {
        NetworkConfig config = network.config();
        LOG.info(
                "Network {}: we are {}, {} members, {} of them polled, key {}, config {}",
                config.networkId(),
                config.nodeId(),
                config.members().size(),
                config.polled().size(),
                network.signer().verifier().fingerprint(),
                config.digest().substring(0, SHOWN_DIGEST_CHARS));
        config.warnings().forEach(warning -> LOG.warn("Network {}: {}", config.networkId(), warning));
    }
}
