package io.distomon.core.monitor;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.store.Advance;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.News;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.SharedStore;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a node does at once about what it hears: it looks at whom others have newly failed to reach, and again at whom it
 * calls offline itself and who has said something new; it answers who accuses it, and passes on what most say of a node
 * (exchange.md, Monitors, M5 to M8). And what it does about its first answer after a start: by then it has met its own last
 * entry again, if anybody has it, and goes on from there. Safe for use by many threads.
 */
public final class Reactions {
    private final Supplier<NetworkConfig> config;
    private final SharedStore store;
    private final OwnRecord record;
    private final Supplier<Map<String, Monitor>> monitors;
    private final Spreading spreading;

    /**
     * What is to be done about what a message has brought.
     *
     * @param hastened the nodes whose monitors' drivers have to be woken; the publisher has to be, too
     * @param spreads whether to exchange at once with {@link Couriers#TOLD} at random
     */
    public record Reaction(Set<String> hastened, boolean spreads) {
        public Reaction {
            hastened = Set.copyOf(hastened);
        }
    }

    /**
     * @param config the network as it is now
     * @param monitors those that run now, by the node that they watch
     */
    public Reactions(
            Supplier<NetworkConfig> config,
            SharedStore store,
            OwnRecord record,
            Supplier<Map<String, Monitor>> monitors,
            Clock clock) {
        this.config = config;
        this.store = store;
        this.record = record;
        this.monitors = monitors;
        this.spreading = new Spreading(store, clock);
    }

    /** Takes in what a message has brought. */
    public Reaction heardOf(List<Advance> advances) {
        NetworkConfig now = config.get();
        String self = now.nodeId();
        Map<String, Monitor> running = monitors.get();
        Set<String> hastened = new LinkedHashSet<>();
        for (Advance advance : advances) {
            String signer = advance.signer();
            Monitor watching = running.get(signer);
            if (watching != null && watching.heard()) {
                hastened.add(signer);
            }
            News news = News.of(advance);
            if (!signer.equals(self) && news.accused().contains(self)) {
                record.accused(signer);
            }
            Set<String> doubted = new LinkedHashSet<>(news.accused());
            doubted.addAll(news.toldOf());
            for (String target : doubted) {
                Monitor monitor = running.get(target);
                if (monitor != null && !signer.equals(self) && monitor.doubted()) {
                    hastened.add(target);
                }
            }
        }
        return new Reaction(hastened, spreading.isDue(now, advances));
    }

    /** Takes in what a monitor found; the publisher has to be woken. */
    public void observed(String peerId, PingData ping) {
        if (ping.status() == PingStatus.ONLINE && record.isWaitingForMemory()) {
            recall();
            record.begin();
            // What was found before this has changed, too.
            monitors.get().forEach((peer, monitor) -> record.update(peer, monitor.ping()));
        } else {
            Monitor monitor = monitors.get().get(peerId);
            record.update(peerId, monitor == null ? ping : monitor.ping());
        }
    }

    private void recall() {
        NodeData before = store.entry(config.get().nodeId())
                .map(HeldEntry::entry)
                .map(entry -> entry.data())
                .orElse(null);
        if (before != null && !Objects.equals(before.boot(), record.boot())) {
            Map<String, Monitor> running = monitors.get();
            before.pingData().forEach((peer, ping) -> {
                Monitor monitor = running.get(peer);
                if (monitor != null) {
                    monitor.recall(ping, before.dateMicros());
                }
            });
        }
    }
}
