package io.distomon.e2e.demo.link;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Which links are cut. Thread-safe: commands change it, the forwarders' threads wait on it. */
public final class Links {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Link> cut = new HashSet<>();

    /** From now on not a byte passes on the connections that {@code link.from()} opened to {@code link.to()}. */
    public void cut(Link link) {
        change(links -> links.add(link));
    }

    /** Lets what is held on the way pass, as a mended cable does. */
    public void join(Link link) {
        change(links -> links.remove(link));
    }

    /** Forgets a node that left. */
    public void forget(String node) {
        change(links ->
                links.removeIf(link -> link.from().equals(node) || link.to().equals(node)));
    }

    /** The links that are cut now. */
    public Set<Link> all() {
        lock.lock();
        try {
            return Set.copyOf(cut);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits while {@code link} is cut.
     *
     * @return whether it is whole now; false after {@code longest}
     */
    boolean awaitWhole(Link link, Duration longest) throws InterruptedException {
        long nanos = longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (cut.contains(link)) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void change(Consumer<Set<Link>> change) {
        lock.lock();
        try {
            change.accept(cut);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
