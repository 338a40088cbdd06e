package io.distomon.node.git;

import io.distomon.core.config.GitSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the branch of one repository on a thread of its own: asks for its newest commit again and again, and fetches
 * what is new. A look takes a bounded time and space. Safe for use by many threads.
 */
public final class GitFollower implements AutoCloseable {
    /** The most that one fetch may put on the disk, bytes. */
    static final long MAX_FETCH_BYTES = 256L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(GitFollower.class);
    private static final Duration SUPERVISION = Duration.ofMillis(200);

    private final String name;
    private final GitSource source;
    private final Checkouts checkouts;
    private final GitRemote remote;
    private final Duration timeout;
    private final RandomGenerator random;
    private final Runnable onLook;
    private final CountDownLatch firstLook = new CountDownLatch(1);
    private final Thread thread;

    // Of whoever accepts.
    private @Nullable String accepted;

    // Written by the thread alone, read by anyone.
    private volatile GitStatus status = new GitStatus(null, null, null);

    /**
     * Begins to follow a repository.
     *
     * @param name the network's, for the log
     * @param directory for what is fetched of this repository, and for nothing else
     * @param timeout for one look as a whole
     * @param onLook told after each look, on the follower's thread
     */
    GitFollower(
            String name, GitSource source, Path directory, Duration timeout, RandomGenerator random, Runnable onLook) {
        this.name = name;
        this.source = source;
        this.checkouts = new Checkouts(directory, source);
        this.remote = new GitRemote(source, timeout);
        this.timeout = timeout;
        this.random = random;
        this.onLook = onLook;
        try {
            checkouts.open();
        } catch (IOException e) {
            throw new UncheckedIOException("nothing can be written to " + directory, e);
        }
        this.thread = Thread.ofVirtual().name("git " + name).start(this::follow);
    }

    /** What is followed. */
    public GitSource source() {
        return source;
    }

    /** How the last look went. */
    public GitStatus status() {
        return status;
    }

    /** What there is to run with: the newest commit, if one was fetched since the start, and the last good one. */
    public List<Checkout> checkouts() {
        List<Checkout> found = new ArrayList<>();
        String newest = status.newest();
        if (newest != null) {
            checkouts.find(newest).ifPresent(found::add);
        }
        checkouts.good().filter(good -> !found.contains(good)).ifPresent(found::add);
        return List.copyOf(found);
    }

    /**
     * Remembers that a commit proved good: it is what the next start begins with, should the repository not answer. For
     * one thread at a time.
     */
    public void accept(Checkout checkout) {
        try {
            if (!checkout.commit().equals(accepted)) {
                LOG.info("Network {}: runs with commit {}", name, checkout.shortId());
                accepted = checkout.commit();
            }
            if (!checkouts.good().equals(Optional.of(checkout))) {
                checkouts.markGood(checkout.commit(), status.newest());
            }
        } catch (IOException e) {
            LOG.warn("Network {}: commit {} can't be remembered beyond a restart", name, checkout.shortId(), e);
        }
    }

    /** Waits for the end of the first look, but no longer than one may take. */
    public void awaitFirstLook() throws InterruptedException {
        if (!firstLook.await(timeout.plus(SUPERVISION.multipliedBy(2)).toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.debug("Network {}: the first look takes longer than it may", name);
        }
    }

    @Override
    public void close() {
        checkouts.close();
        thread.interrupt();
    }

    private void follow() {
        int failures = 0;
        try {
            while (true) {
                failures = look(failures) ? 0 : failures + 1;
                firstLook.countDown();
                onLook.run();
                Thread.sleep(Backoff.next(source.poll(), failures, random));
            }
        } catch (InterruptedException e) {
            LOG.debug("Network {}: no longer following {}", name, source.repo());
        }
    }

    private boolean look(int failuresBefore) throws InterruptedException {
        @Nullable Path work = null;
        try {
            Path begun = checkouts.begin();
            work = begun;
            Checkout checkout = bounded(begun, () -> fetch(begun));
            if (!checkout.commit().equals(status.newest())) {
                LOG.info("Network {}: the newest commit of {} is {}", name, source.repo(), checkout.shortId());
            } else if (failuresBefore > 0) {
                LOG.info("Network {}: {} answers again", name, source.repo());
            }
            status = new GitStatus(checkout.commit(), Instant.now(), null);
            return true;
        } catch (GitException e) {
            failed(e.getMessage());
        } catch (IOException e) {
            failed("nothing can be written (%s)".formatted(e.getClass().getSimpleName()));
        } finally {
            if (work != null) {
                checkouts.discard(work);
            }
        }
        return false;
    }

    private Checkout fetch(Path work) throws GitException, IOException {
        Optional<Checkout> known = checkouts.findFetched(remote.newest(work));
        if (known.isPresent()) {
            return known.get();
        }
        Path files = Files.createDirectory(work.resolve("files"));
        return checkouts.add(remote.download(work, files), files);
    }

    private void failed(@Nullable String error) {
        String shown = error == null ? "no reason given" : error;
        GitStatus before = status;
        if (!shown.equals(before.error())) {
            LOG.warn(
                    "Network {}: {} can't be fetched ({}): {}",
                    name,
                    source.repo(),
                    before.fetchedAt() == null ? "it was not since the start" : "it was last at " + before.fetchedAt(),
                    shown);
        }
        status = new GitStatus(before.newest(), before.fetchedAt(), shown);
    }

    /** Runs a look on a thread that is told to end when it takes too long or too much; JGit bounds neither by itself. */
    private Checkout bounded(Path work, Callable<Checkout> look)
            throws GitException, IOException, InterruptedException {
        FutureTask<Checkout> task = new FutureTask<>(look);
        Thread.ofVirtual().name("git look " + name).start(task);
        long begun = System.nanoTime();
        try {
            while (true) {
                try {
                    return task.get(SUPERVISION.toNanos(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (System.nanoTime() - begun > timeout.toNanos()) {
                        throw new GitException("not done within %s ms".formatted(timeout.toMillis()), e);
                    }
                    if (bytesIn(work) > MAX_FETCH_BYTES) {
                        throw new GitException("more than %s MiB".formatted(MAX_FETCH_BYTES >> 20), e);
                    }
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case GitException git -> throw git;
                case IOException io -> throw io;
                case null, default -> throw new GitException(PlainMessage.of(e, source), e);
            }
        } finally {
            task.cancel(true);
        }
    }

    /** How much is below a directory that somebody writes to. */
    private static long bytesIn(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
        } catch (NoSuchFileException | UncheckedIOException e) {
            LOG.debug("Some of {} vanished while it was measured", directory, e);
        }
        return bytes;
    }
}
