package io.distomon.core.monitor;

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
 * calls offline itself and who has said something new; it answers who accuses it (exchange.md, Monitors, M5 and M6). And
 * what it does about its first answer after a start: by then it has met its own last entry again, if anybody has it, and
 * goes on from there. Safe for use by many threads.
 */
public final class Reactions {
    private final String self;
    private final SharedStore store;
    private final OwnRecord record;
    private final Supplier<Map<String, Monitor>> monitors;

    /**
     * @param self which node we are
     * @param monitors those that run now, by the node that they watch
     */
    public Reactions(String self, SharedStore store, OwnRecord record, Supplier<Map<String, Monitor>> monitors) {
        this.self = self;
        this.store = store;
        this.record = record;
        this.monitors = monitors;
    }

    /**
     * Takes in what a message has brought.
     *
     * @return the nodes whose monitors' drivers have to be woken; the publisher has to be, too
     */
    public Set<String> heardOf(List<Advance> advances) {
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
        return hastened;
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
        NodeData before = store.entry(self)
                .map(HeldEntry::entry)
                .map(entry -> entry.data())
                .orElse(null);
        if (before != null && !Objects.equals(before.boot(), record.boot())) {
            Map<String, Monitor> running = monitors.get();
            before.pingData().forEach((peer, ping) -> {
                Monitor monitor = running.get(peer);
                if (monitor != null) {
                    monitor.recall(ping);
                }
            });
        }
    }
}
