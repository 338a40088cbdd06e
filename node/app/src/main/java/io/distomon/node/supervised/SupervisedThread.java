package io.distomon.node.supervised;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that never dies silently: what its work throws is logged, and the work begins anew after a pause.
 * Safe for use by many threads.
 */
public final class SupervisedThread {
    private static final Logger LOG = LoggerFactory.getLogger(SupervisedThread.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String name;
    private final Work work;
    private final Thread thread;
    private volatile boolean stopped;

    /** What such a thread does. */
    @FunctionalInterface
    public interface Work {
        /** Goes on until there is nothing more to do, or the thread is interrupted. Begins anew after it threw. */
        void run() throws InterruptedException;
    }

    private SupervisedThread(String name, Work work, Thread.Builder kind) {
        this.name = name;
        this.work = work;
        this.thread = kind.name(name).unstarted(this::run);
    }

    /**
     * Starts a thread.
     *
     * @param name for the log
     */
    public static SupervisedThread start(String name, Work work) {
        return start(new SupervisedThread(name, work, Thread.ofVirtual()));
    }

    /**
     * Likewise, for work in native code: that would keep one of the few threads that carry virtual ones.
     *
     * @param name for the log
     */
    public static SupervisedThread startNative(String name, Work work) {
        return start(new SupervisedThread(name, work, Thread.ofPlatform().daemon()));
    }

    private static SupervisedThread start(SupervisedThread made) {
        made.thread.start();
        return made;
    }

    /** Ends the wait that the work is in, or the next one. */
    public void wake() {
        LockSupport.unpark(thread);
    }

    /** Interrupts the work for good. Does not wait for its end. */
    public void stop() {
        stopped = true;
        thread.interrupt();
    }

    private void run() {
        while (!stopped) {
            try {
                work.run();
                return;
            } catch (InterruptedException e) {
                // A stop, or somebody else's mistake: then it goes on.
                LOG.debug("{} was interrupted", name);
            } catch (RuntimeException | Error e) {
                LOG.error("{} failed and begins anew", name, e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
