package io.distomon.node.config;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for something to change: a file below a directory, as far as the system tells, or what somebody else tells of. A
 * mounted Secret changes by a link in its directory being replaced, which the system tells of like of any file. What the
 * system does not tell of is found by looking again from time to time, which is the waiter's part.
 *
 * <p>{@link #happened} is for any thread, all else for one.
 */
final class DirectoryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);

    /** More directories than a node has networks and some are not watched. */
    private static final int MAX_DIRECTORIES = 1000;

    private static final int MAX_DEPTH = 4;

    /** Files change one after the other: it is quiet when nothing was told for so long. */
    private static final Duration QUIET = Duration.ofMillis(50);

    private static final int MAX_LOUD = 20;

    private final Path directory;
    private final Path except;
    private final Semaphore told = new Semaphore(0);
    private final @Nullable WatchService service;
    private final @Nullable Thread thread;

    /**
     * Watches a directory.
     *
     * @param except a directory below it whose changes are not told
     */
    DirectoryWatch(Path directory, Path except) {
        this.directory = directory;
        this.except = except;
        WatchService made = null;
        try {
            made = FileSystems.getDefault().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("Changes of files can't be watched ({}), they are looked for", e.getMessage());
        }
        WatchService watched = made;
        this.service = watched;
        this.thread =
                watched == null ? null : Thread.ofVirtual().name("config watch").start(() -> listen(watched));
        register();
    }

    /** Something changed. */
    void happened() {
        told.release();
    }

    /** Returns once something changed and it has been quiet since, or after {@code longest}. */
    void await(Duration longest) throws InterruptedException {
        register();
        if (told.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS)) {
            int loud = 0;
            do {
                told.drainPermits();
                loud++;
            } while (loud < MAX_LOUD && told.tryAcquire(QUIET.toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    @Override
    public void close() {
        try {
            if (service != null) {
                service.close();
            }
        } catch (IOException e) {
            LOG.debug("The watch could not be closed", e);
        }
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void listen(WatchService watched) {
        try {
            while (true) {
                WatchKey key = watched.take();
                key.pollEvents();
                key.reset();
                happened();
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            LOG.debug("No longer watching {}", directory);
        }
    }

    /** Watches what directories there are now; those that are watched already stay so. */
    private void register() {
        if (service == null) {
            return;
        }
        try {
            for (Path each : directories()) {
                each.register(
                        service,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
            }
        } catch (IOException | ClosedWatchServiceException e) {
            LOG.debug("Some of {} is not watched, it is looked at from time to time", directory, e);
        }
    }

    private List<Path> directories() throws IOException {
        List<Path> found = new ArrayList<>(List.of(directory));
        for (int i = 0; i < found.size() && found.size() < MAX_DIRECTORIES; i++) {
            Path parent = found.get(i);
            if (parent.getNameCount() - directory.getNameCount() < MAX_DEPTH) {
                try (Stream<Path> children = Files.list(parent)) {
                    children.filter(child -> Files.isDirectory(child) && !child.equals(except))
                            .limit(MAX_DIRECTORIES)
                            .forEach(found::add);
                }
            }
        }
        return found;
    }
}
