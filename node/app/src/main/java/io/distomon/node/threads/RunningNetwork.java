package io.distomon.node.threads;

import io.distomon.core.Clock;
import io.distomon.core.config.LoadedNetwork;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.exchange.OwnClock;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.exchange.Requester;
import io.distomon.core.monitor.Couriers;
import io.distomon.core.monitor.Monitor;
import io.distomon.core.monitor.OwnRecord;
import io.distomon.core.monitor.PastSpan;
import io.distomon.core.monitor.PeerClient;
import io.distomon.core.monitor.Reactions;
import io.distomon.core.monitor.Watchlist;
import io.distomon.core.record.LinkMinute;
import io.distomon.core.store.Advance;
import io.distomon.core.store.PingData;
import io.distomon.core.store.SharedStore;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import io.distomon.core.topology.TopologyDiff;
import io.distomon.core.view.NetworkView;
import io.distomon.node.polls.HttpPeerClient;
import io.distomon.node.polls.PeerConnections;
import io.distomon.node.supervised.SupervisedThread;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One network at work: its store, the monitors of its peers, and the thread that publishes our entry. Safe for use by
 * many threads.
 */
public final class RunningNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(RunningNetwork.class);
    private static final long NANOS_IN_MICRO = 1_000;

    private final Clock clock;
    private final SharedStore store;
    private final NetworkExchange exchange;
    private final Watchlist watchlist;
    private final OwnRecord record;
    private final Reactions reactions;
    private final Couriers couriers;
    private final LatestView latest;
    private final OwnClock ownClock;
    private final PeerClient client;

    /** To whom something is being brought though no monitor watches them. */
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    // Guarded by this, both.
    private LoadedNetwork network;
    private Map<String, List<String>> toldDoubles = Map.of();

    // By peer, in the order in which they began. Replaced as a whole, guarded by this then: who brings us news must not
    // wait.
    private volatile Map<String, PeerMonitor> monitors = Map.of();

    // Null before start and after the end. Guarded by this when changed.
    private volatile @Nullable SupervisedThread publisher;

    /** A network that answers; {@link #start} makes it ask. */
    RunningNetwork(
            LoadedNetwork network,
            String version,
            String boot,
            Clock clock,
            PeerConnections connections,
            SecureRandom random) {
        NetworkConfig config = network.config();
        this.network = network;
        this.clock = clock;
        this.store = new SharedStore(config.networkId(), config.nodeId(), config.keys(), clock);
        this.exchange = new NetworkExchange(config, network.signer(), store, this::heardOf);
        this.watchlist = new Watchlist(config, clock);
        this.record = new OwnRecord(config, version, boot, clock);
        this.reactions = new Reactions(exchange::config, store, record, this::watching, clock);
        this.couriers = new Couriers(random);
        this.latest = new LatestView(exchange, clock);
        this.ownClock = new OwnClock(clock);
        this.client = new RefusalLog(
                config.networkId(),
                new HttpPeerClient(connections, new Requester(exchange, clock, random)),
                exchange::clockOffset);
    }

    /** Begins to poll and to publish. A second time does nothing. */
    synchronized void start() {
        if (publisher == null) {
            publisher = SupervisedThread.start("The publisher in " + config().networkId(), this::publish);
            watch();
            couriers.anybody(Couriers.ASKED_AT_START, config()).forEach(this::bring);
        }
    }

    private Map<String, Monitor> watching() {
        Map<String, Monitor> watching = new HashMap<>();
        monitors.forEach((peer, running) -> watching.put(peer, running.monitor()));
        return watching;
    }

    /** The config it runs with. */
    public NetworkConfig config() {
        return exchange.config();
    }

    /** Where its config comes from. */
    public synchronized NetworkSource source() {
        return network.source();
    }

    /** The public half of the key we sign with. */
    public synchronized Verifier publicKey() {
        return network.signer().verifier();
    }

    public SharedStore store() {
        return store;
    }

    /** Both sides of its exchanges. */
    public NetworkExchange exchange() {
        return exchange;
    }

    /** What the monitors have to say, by the node they watch. */
    public Map<String, PeerReport> peers() {
        Map<String, PeerReport> peers = new LinkedHashMap<>();
        monitors.forEach((peerId, monitor) -> peers.put(peerId, monitor.report()));
        return Collections.unmodifiableMap(peers);
    }

    /** What this node measured of its links to the peers that it polls, in the order in which it began to. */
    public List<LinkReport> links() {
        return monitors.values().stream()
                .map(running -> running.monitor().measures())
                .map(measures -> new LinkReport(
                        measures, exchange.clockOffset(measures.peerId()).orElse(null)))
                .toList();
    }

    /** What each link did since this was asked last, by the peer; for one who asks. */
    public Map<String, LinkMinute> takeMinute() {
        Map<String, LinkMinute> minute = new TreeMap<>();
        monitors.forEach((peer, running) -> minute.put(
                peer,
                LinkMinute.of(
                        running.monitor().takeSpan(), exchange.clockOffset(peer).orElse(null))));
        return minute;
    }

    /**
     * Takes in what its links did before the start.
     *
     * @param minutes by when each began, microseconds since the epoch, and by the peer
     */
    public void recall(Map<Long, Map<String, LinkMinute>> minutes) {
        Moment now = Moment.now(clock);
        Map<String, SortedMap<Long, PastSpan>> past = new HashMap<>();
        minutes.forEach((micros, links) ->
                links.forEach((peer, minute) -> past.computeIfAbsent(peer, id -> new TreeMap<>())
                        .put(now.monotonicNanos() - (now.wallMicros() - micros) * NANOS_IN_MICRO, minute.past())));
        Map<String, PeerMonitor> running = monitors;
        past.forEach((peer, known) -> {
            PeerMonitor monitor = running.get(peer);
            if (monitor != null) {
                monitor.monitor().recall(known);
            }
        });
    }

    /** What its store means now. */
    public NetworkView view() {
        return ask().view();
    }

    /** What its store means now, and what that rests on. */
    public Asked ask() {
        return latest.ask();
    }

    /** Likewise, for who asks again and again: of a network of 250 nodes as it was up to a second ago, of 1,000 up to four. */
    public Asked follow() {
        return latest.follow();
    }

    /**
     * How far our clock is ahead of that of most peers, by the last exchanges; empty with too few of them.
     */
    public Optional<Duration> clockAheadOfMost() {
        return OwnClock.aheadOfMost(monitors.keySet().stream()
                .flatMap(peer -> exchange.clockOffset(peer).stream())
                .toList());
    }

    /** Goes on with another config of the same network and node: only the monitors that it changes notice. */
    synchronized void reconfigure(LoadedNetwork changed) {
        network = changed;
        exchange.reload(changed.config(), changed.signer(), Moment.now(clock));
        watchlist.reconfigure(changed.config());
        record.reconfigure(changed.config(), watchlist.targets());
        if (publisher != null) {
            watch();
            wakePublisher();
        }
    }

    /** Says in a last entry that we stop on purpose. Monitors end; the API goes on. */
    synchronized void leave() {
        stop();
        record.leave();
        publishIfDue();
    }

    /** Ends without a farewell. */
    synchronized void stop() {
        monitors.values().forEach(PeerMonitor::stop);
        monitors = Map.of();
        SupervisedThread running = publisher;
        if (running != null) {
            running.stop();
            publisher = null;
        }
    }

    /** Exchanges once with a peer, which brings it our last entry. */
    PollResult push(Member peer, Duration timeout) throws InterruptedException {
        return client.poll(peer, timeout);
    }

    /** Makes the monitors those of the watchlist. Compares with those there are, so a second time does nothing. */
    private void watch() {
        NetworkConfig config = config();
        List<Member> targets = watchlist.targets();
        TopologyDiff diff = TopologyDiff.between(
                monitors.values().stream()
                        .map(running -> running.monitor().peer())
                        .toList(),
                targets);
        Map<String, PeerMonitor> changed = new LinkedHashMap<>(monitors);
        for (String peerId : diff.stop()) {
            Objects.requireNonNull(changed.remove(peerId)).stop();
        }
        for (Member peer : targets) {
            double turn = config.observers().turn(config.nodeId(), peer.nodeId());
            LinkLimits limits = config.thresholds().of(config.nodeId(), peer.nodeId());
            PeerMonitor running = changed.get(peer.nodeId());
            if (running != null) {
                running.reconfigure(peer, turn, limits);
            } else {
                PeerMonitor begun = new PeerMonitor(
                        config.networkId(), config.nodeId(), peer, turn, limits, clock, client, this::observed);
                if (store.entry(peer.nodeId()).isPresent()) {
                    begun.met();
                }
                changed.put(peer.nodeId(), begun);
            }
        }
        monitors = changed;
        if (!diff.isEmpty()) {
            LOG.debug("Network {}: {} {}", config.networkId(), config.nodeId(), diff);
        }
    }

    private void heardOf(List<Advance> advances) {
        Map<String, PeerMonitor> running = monitors;
        Reactions.Reaction reaction = reactions.heardOf(advances);
        for (String peer : reaction.hastened()) {
            PeerMonitor monitor = running.get(peer);
            if (monitor != null) {
                monitor.wake();
            }
        }
        if (reaction.spreads() && publisher != null) {
            couriers.anybody(Couriers.TOLD, config()).forEach(this::bring);
        }
        wakePublisher();
    }

    private void observed(String peerId, PingData ping) {
        reactions.observed(peerId, ping);
        wakePublisher();
    }

    /** Exchanges with a member at once: by its monitor, if it has one, else on a thread of its own, one at a time. */
    private void bring(Member peer) {
        PeerMonitor monitor = monitors.get(peer.nodeId());
        if (monitor != null) {
            monitor.hasten();
        } else if (underWay.add(peer.nodeId())) {
            Thread.ofVirtual().name("brings news to " + peer.nodeId()).start(() -> {
                try {
                    client.poll(peer, Monitor.MAX_TIMEOUT);
                } catch (InterruptedException e) {
                    LOG.debug("Told to hurry while bringing news to {}", peer.nodeId());
                } finally {
                    underWay.remove(peer.nodeId());
                }
            });
        }
    }

    private void wakePublisher() {
        SupervisedThread running = publisher;
        if (running != null) {
            running.wake();
        }
    }

    private void publish() throws InterruptedException {
        while (true) {
            publishIfDue();
            LockSupport.parkNanos(this, Math.max(1, record.dueNanos() - clock.monotonicNanos()));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Both steps at once: what was taken before a farewell must not be published after it. */
    private synchronized void publishIfDue() {
        record.takeIfDue().ifPresent(said -> {
            store.publish(said.content().answering(store.accusersOf(config().nodeId())), network.signer());
            LOG.debug("Published an entry in {}: {}", config().networkId(), said.occasion());
            tellOddities();
            if (publisher != null) {
                couriers.choose(said, config()).forEach(this::bring);
            }
            if (publisher != null && watchlist.standIn(this::needs)) {
                record.poll(watchlist.targets());
                watch();
            }
        });
    }

    /** What an operator has to mend, each once: our own clock, and a second process with somebody's key. */
    private void tellOddities() {
        String networkId = config().networkId();
        ownClock.step()
                .ifPresent(step -> LOG.warn(
                        "{}: our own clock was set {} by {} s, or this machine slept",
                        networkId,
                        step.isNegative() ? "back" : "ahead",
                        step.abs().toMillis() / 1_000.0));
        Map<String, List<String>> doubles = store.doubles();
        doubles.forEach((id, boots) -> {
            if (!boots.equals(toldDoubles.get(id))) {
                LOG.warn("{}: two processes sign as {}: {}", networkId, id, String.join(" and ", boots));
            }
        });
        toldDoubles = doubles;
    }

    private Watchlist.Needs needs(Observers observers) {
        NetworkView view = view();
        return new Watchlist.Needs(
                view.inQuestion(),
                view.leftToStandIns(observers, exchange.config().nodeId()));
    }
}
