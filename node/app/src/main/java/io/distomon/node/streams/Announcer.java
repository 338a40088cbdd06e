package io.distomon.node.streams;

import io.distomon.core.Clock;
import io.distomon.core.record.ChainPoint;
import io.distomon.core.view.NetworkView;
import io.distomon.node.record.Bookmark;
import io.distomon.node.record.KeptRecord;
import io.distomon.node.record.Recorder;
import io.distomon.node.record.Sequel;
import io.distomon.node.supervised.SupervisedThread;
import io.distomon.node.threads.Asked;
import io.distomon.node.threads.RunningNetwork;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listeners of one network what happens, on a thread that is there while they are. What all have to be told is
 * read once. Of {@link #start}, {@link #add}, {@link #remove}, {@link #wake} and {@link #stop} many threads may make use.
 */
final class Announcer {
    /** Who has missed more asks for it as for all that is past. */
    static final int MOST_MISSED = 1_000;

    /** Within this what was written is told; without any news it costs the comparison of two numbers. */
    private static final Duration LOOK = Duration.ofMillis(250);

    /** Between two looks at the view; the flight recorder looks as often. */
    private static final Duration VIEW = Duration.ofSeconds(1);

    /** Some proxies cut a connection on which nothing passes for half a minute. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final int READ_AT_ONCE = 16;
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

    private final RunningNetwork network;
    private final Recorder recorder;
    private final Function<Listener, Optional<String>> end;
    private final Duration patience;
    private final Clock clock;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    // Null before start.
    private volatile @Nullable SupervisedThread thread;

    // Of the thread, all of these.
    private @Nullable NetworkView lookedAt;
    private @Nullable String digest;
    private long viewNanos;
    private boolean isAnswered;

    /**
     * @param end why somebody can listen no longer; empty while that is possible
     * @param patience for how long a listener may take nothing
     */
    Announcer(
            RunningNetwork network,
            Recorder recorder,
            Function<Listener, Optional<String>> end,
            Duration patience,
            Clock clock) {
        this.network = network;
        this.recorder = recorder;
        this.end = end;
        this.patience = patience;
        this.clock = clock;
    }

    void start() {
        thread = SupervisedThread.start("The streams of " + network.config().networkId(), this::work);
    }

    void add(Listener listener) {
        listeners.add(listener);
        wake();
    }

    /** False when it was none of them. */
    boolean remove(Listener listener) {
        return listeners.remove(listener);
    }

    boolean isDeserted() {
        return listeners.isEmpty();
    }

    /** There may be something to tell. */
    void wake() {
        SupervisedThread running = thread;
        if (running != null) {
            running.wake();
        }
    }

    void stop() {
        SupervisedThread running = thread;
        if (running != null) {
            running.stop();
        }
    }

    private void work() throws InterruptedException {
        while (true) {
            look();
            LockSupport.parkNanos(this, LOOK.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void look() {
        Map<Bookmark, Optional<Sequel>> read = new HashMap<>();
        isAnswered = true;
        for (Listener listener : listeners) {
            long now = clock.monotonicNanos();
            Optional<String> why = end.apply(listener);
            if (why.isPresent()) {
                listener.end(why.get(), now);
            } else if (listener.waitsNanos(now) > patience.toNanos()) {
                listener.giveUp();
            } else {
                tell(listener, read, now);
            }
        }
    }

    /** All that it has not been told and wants. */
    private void tell(Listener listener, Map<Bookmark, Optional<Sequel>> read, long now) {
        while (listener.wants()) {
            Optional<Told> next = next(listener, read, now);
            if (next.isEmpty()) {
                return;
            }
            listener.tell(next.get(), now);
        }
    }

    private Optional<Told> next(Listener listener, Map<Bookmark, Optional<Sequel>> read, long now) {
        return recorded(listener, read)
                .or(() -> viewed(listener, now))
                .or(() -> now - listener.toldNanos() >= HEARTBEAT.toNanos()
                        ? Optional.of(new Told.Alive())
                        : Optional.empty());
    }

    private Optional<Told> recorded(Listener listener, Map<Bookmark, Optional<Sequel>> read) {
        KeptRecord atHand = listener.takeNext();
        if (atHand != null) {
            return Optional.of(new Told.Happened(atHand));
        }
        Optional<ChainPoint> written = recorder.end();
        if (written.isEmpty() || listener.upTo().isAt(written.get())) {
            return Optional.empty();
        }
        return read.computeIfAbsent(listener.upTo(), this::read).flatMap(sequel -> switch (sequel) {
            case Sequel.Gap gap -> Optional.of(new Told.Missed(gap));
            case Sequel.Records(List<KeptRecord> records) -> {
                listener.add(records);
                yield Optional.ofNullable(listener.takeNext()).map(Told.Happened::new);
            }
        });
    }

    /** Empty when the recorder can't answer now; the next look asks again. */
    private Optional<Sequel> read(Bookmark upTo) {
        if (!isAnswered) {
            return Optional.empty(); // One wait holds up all the others, so that there is one in a look.
        }
        try {
            return Optional.of(recorder.after(upTo, READ_AT_ONCE, MOST_MISSED));
        } catch (Recorder.UnavailableException e) {
            isAnswered = false;
            LOG.debug(
                    "Network {}: what comes after {} can't be told now",
                    network.config().networkId(),
                    upTo,
                    e);
            return Optional.empty();
        }
    }

    private Optional<Told> viewed(Listener listener, long now) {
        String current = digest(now);
        return current.equals(listener.view())
                ? Optional.empty()
                : Optional.of(new Told.View(current, listener.upTo()));
    }

    private String digest(long now) {
        String before = digest;
        if (before != null && now - viewNanos < VIEW.toNanos()) {
            return before;
        }
        viewNanos = now;
        Asked asked = network.follow();
        String current = before == null || !asked.view().equals(lookedAt) ? ViewDigest.of(asked) : before;
        lookedAt = asked.view();
        digest = current;
        return current;
    }
}
