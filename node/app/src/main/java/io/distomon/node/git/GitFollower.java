package io.distomon.node.git;

import io.distomon.core.config.GitSource;
import io.distomon.core.config.NetworkFiles;
import io.distomon.node.git.History.Standing;
import io.distomon.node.supervised.SupervisedThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Repository;
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
    private final Path directory;
    private final Clones clones;
    private final GitRemote remote;
    private final Duration timeout;
    private final long maxFetchBytes;
    private final RandomGenerator random;
    private final Runnable onLook;
    private final CountDownLatch firstLook = new CountDownLatch(1);
    private final SupervisedThread thread;

    // Of whoever accepts.
    private @Nullable Commit accepted;
    private @Nullable Commit unremembered;

    // Of the thread alone.
    private int failures;
    private boolean opened;
    private boolean withoutHistory;

    // Of a look, told to the thread.
    private volatile boolean downloading;
    private volatile @Nullable Commit judged;

    // Of whoever reads files, told to the thread.
    private volatile boolean doubted;

    // Written by the thread alone, read by anyone.
    private volatile GitStatus status = GitStatus.NONE;

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
        this(name, source, directory, timeout, MAX_FETCH_BYTES, random, onLook);
    }

    /** Likewise, with another bound of what one fetch may put on the disk. */
    GitFollower(
            String name,
            GitSource source,
            Path directory,
            Duration timeout,
            long maxFetchBytes,
            RandomGenerator random,
            Runnable onLook) {
        this.name = name;
        this.source = source;
        this.directory = directory;
        this.clones = new Clones(directory, source);
        this.remote = new GitRemote(source, timeout, maxFetchBytes);
        this.timeout = timeout;
        this.maxFetchBytes = maxFetchBytes;
        this.random = random;
        this.onLook = onLook;
        this.thread = SupervisedThread.start("git " + name, this::follow);
    }

    /** What is followed. */
    public GitSource source() {
        return source;
    }

    /** How the last look went. */
    public GitStatus status() {
        return status;
    }

    /**
     * What there is to run with: the newest commit, if one was fetched since the start, and the last good one. The list is
     * equal as long as there is nothing else.
     */
    public List<Commit> commits() {
        List<Commit> found = new ArrayList<>();
        Commit newest = status.newest();
        if (newest != null && clones.repository(newest).isPresent()) {
            found.add(newest);
        }
        clones.good().stream().filter(good -> !found.contains(good)).forEach(found::add);
        return List.copyOf(found);
    }

    /** How many commits were taken in since the start: when there are more, files of the same commit may be whole again. */
    public int fetches() {
        return status.fetches();
    }

    /**
     * The files of a commit.
     *
     * @throws GitException when they can't be had, or must not be used
     */
    public NetworkFiles files(Commit commit) throws GitException {
        try {
            TrustedSigners trusted = signers();
            if (trusted != null) {
                try (Repository repository = CommitFiles.open(clones.require(commit))) {
                    trusted.check(repository, commit, Instant.now());
                }
            }
            return clones.files(commit, name + "/");
        } catch (IOException | RuntimeException e) {
            // RuntimeException: JGit's, of what is damaged in a way that it did not think of.
            doubted = true;
            throw new GitException(
                    "found a damaged copy (%s), expected it whole: the repository is asked again"
                            .formatted(PlainMessage.of(e, source)),
                    e);
        }
    }

    /**
     * Remembers that a commit proved good: it is what the next start begins with, should the repository not answer. For
     * one thread at a time. What can't be written is tried again the next time.
     */
    public void accept(Commit commit) {
        if (commit.equals(accepted)) {
            return;
        }
        try {
            clones.markGood(commit, status.newest());
            accepted = commit;
            unremembered = null;
            LOG.info("Network {}: runs with commit {}", name, commit.shortId());
        } catch (IOException e) {
            // Whoever accepts does so again and again.
            if (!commit.equals(unremembered)) {
                unremembered = commit;
                LOG.warn(
                        "Network {}: runs with commit {}, which can't be remembered beyond a restart yet",
                        name,
                        commit.shortId(),
                        e);
            }
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
        clones.close();
        thread.stop();
    }

    private void follow() throws InterruptedException {
        while (true) {
            failures = look() ? 0 : failures + 1;
            firstLook.countDown();
            onLook.run();
            Thread.sleep(Backoff.next(source.poll(), failures, random));
        }
    }

    private boolean look() throws InterruptedException {
        @Nullable Path work = null;
        try {
            if (!opened) {
                clones.open();
                opened = true;
            }
            Path begun = clones.begin();
            work = begun;
            answered(bounded(begun, () -> fetch(begun)));
            withoutHistory = false; // It was too much, or too slow, once.
            return true;
        } catch (GitException e) {
            failed(judged, e.getMessage());
        } catch (IOException e) {
            failed(
                    status.judged(),
                    "nothing can be written to %s (%s); DISTOMON_CONFIG_GIT_DIRECTORY names another directory"
                            .formatted(directory, PlainMessage.of(e, source)));
        } catch (RuntimeException | Error e) {
            failed(status.judged(), "the look failed (%s)".formatted(PlainMessage.of(e, source)));
            throw e;
        } finally {
            if (work != null) {
                clones.discard(work);
            }
            firstLook.countDown();
        }
        return false;
    }

    /** What a look found: whether the newest commit was fetched just now, and is no successor of the one before. */
    private record Found(
            Commit commit, boolean isNew, @Nullable String rewritten) {}

    private Found fetch(Path work) throws GitException, IOException {
        downloading = false;
        @Nullable TrustedSigners trusted = signers();
        Commit newest = remote.newest(work);
        List<String> seen = clones.seen();
        @Nullable Commit last = seen.isEmpty() ? null : new Commit(seen.getLast());
        @Nullable Path before = last == null ? null : clones.repository(last).orElse(null);
        if (newest.equals(last) && isWhole(newest)) {
            judged = newest;
            return new Found(newest, false, null);
        }
        if (History.isOlder(newest, seen, before)) {
            judged = newest;
            throw older(newest, last);
        }
        downloading = true;
        Path target = work.resolve("fetched.git");
        Commit fetched = remote.download(work, target, withoutHistory ? 1 : GitRemote.HISTORY);
        Standing standing = History.judge(fetched, seen, target, before, Instant.now());
        if (standing == Standing.REWRITTEN && trusted != null) {
            // Perhaps it comes after it by more commits than were fetched.
            clones.discard(target);
            target = work.resolve("whole.git");
            fetched = whole(work, target, fetched, last);
            standing = History.judge(fetched, seen, target, before, Instant.now());
            if (standing == Standing.REWRITTEN
                    && last != null
                    && before != null
                    && History.isAfterUnsigned(fetched, target, last, before)) {
                standing = Standing.NEWER;
            }
        }
        judged = fetched;
        @Nullable String rewritten = null;
        switch (standing) {
            case OLDER -> throw older(fetched, last);
            case REWRITTEN -> {
                // Whoever has no key may still have some commit that was signed once, for another branch or network.
                if (trusted != null) {
                    throw notAfter(fetched, last, null);
                }
                rewritten = rewritten(fetched, last);
            }
            case NEWER -> LOG.debug("Network {}: {} comes after {}", name, fetched, last);
        }
        // Refused now, not when it is to be used.
        try (Repository repository = CommitFiles.open(target)) {
            if (trusted != null) {
                trusted.check(repository, fetched, Instant.now());
            }
            CommitFiles.read(repository, fetched, "");
        }
        clones.add(fetched, target);
        return new Found(fetched, true, rewritten);
    }

    /** Fetches the branch with all of its history. */
    private Commit whole(Path work, Path target, Commit newest, @Nullable Commit last) throws GitException {
        try {
            return remote.download(work, target, GitRemote.WHOLE_HISTORY);
        } catch (GitException e) {
            if (GitRemote.isTooMuch(e)) {
                judged = newest;
                throw notAfter(newest, last, e);
            }
            throw e;
        }
    }

    /** Who must have signed; null when nobody need have. */
    private @Nullable TrustedSigners signers() throws GitException {
        return source.trustedSigners() == null ? null : new TrustedSigners(source.trustedSigners());
    }

    /** As far as this process fetched or read it, or else looks at it now. */
    private boolean isWhole(Commit commit) {
        if (commit.equals(status.newest()) && !doubted) {
            return true;
        }
        doubted = false;
        return clones.isWhole(commit);
    }

    private static GitException older(Commit found, @Nullable Commit last) {
        return new GitException(
                "found commit %s, which is older than %s that was seen before, expected a newer one (to go back, commit once more)"
                        .formatted(found.shortId(), last == null ? "one" : last.shortId()));
    }

    private GitException notAfter(Commit found, @Nullable Commit last, @Nullable GitException tooMuch) {
        String seen = last == null ? "the last" : last.shortId();
        String message =
                "found commit %s, which %s come after %s that was seen before, expected one that does, as git_trusted_signers is given: merge %s into the branch (git merge -s ours %s) and sign that, or, to take whatever a trusted key signed, remove %s"
                        .formatted(
                                found.shortId(),
                                tooMuch == null
                                        ? "does not"
                                        : "can't be told to (all of its history is too much: %s)"
                                                .formatted(tooMuch.getMessage()),
                                seen,
                                seen,
                                seen,
                                clones.directory());
        return tooMuch == null ? new GitException(message) : new GitException(message, tooMuch);
    }

    private static String rewritten(Commit found, @Nullable Commit last) {
        return "the history was rewritten: commit %s does not come after %s (or more than %s commits after it)"
                .formatted(found.shortId(), last == null ? "the last" : last.shortId(), GitRemote.HISTORY);
    }

    private void answered(Found found) {
        GitStatus before = status;
        Commit commit = found.commit();
        if (!commit.equals(before.newest())) {
            LOG.info("Network {}: the newest commit of {} is {}", name, source.repo(), commit.shortId());
        } else if (failures > 0) {
            LOG.info("Network {}: {} answers again", name, source.repo());
        }
        if (found.rewritten() != null) {
            LOG.warn("Network {}: {}: {}", name, source.repo(), found.rewritten());
        }
        status = new GitStatus(
                commit,
                commit,
                Instant.now(),
                before.fetches() + (found.isNew() ? 1 : 0),
                found.isNew() ? found.rewritten() : before.rewritten(),
                null);
    }

    private void failed(@Nullable Commit lastJudged, @Nullable String error) {
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
        status = before.failed(lastJudged, shown);
    }

    /** Runs a look on a thread that is told to end when it takes too long or too much; JGit bounds neither by itself. */
    private Found bounded(Path work, Callable<Found> look) throws GitException, IOException, InterruptedException {
        FutureTask<Found> task = new FutureTask<>(look);
        Thread.ofVirtual().name("git look " + name).start(task);
        long begun = System.nanoTime();
        try {
            while (true) {
                try {
                    return task.get(SUPERVISION.toNanos(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (System.nanoTime() - begun > timeout.toNanos()) {
                        withoutHistory |= downloading;
                        throw new GitException("not done within %s ms".formatted(timeout.toMillis()), e);
                    }
                    if (bytesIn(work) > maxFetchBytes) {
                        withoutHistory = true;
                        throw new GitException("more than %s MiB".formatted(maxFetchBytes >> 20), e);
                    }
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case GitException git -> {
                    withoutHistory |= downloading && GitRemote.isTooMuch(git);
                    throw git;
                }
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
