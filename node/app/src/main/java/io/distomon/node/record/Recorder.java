package io.distomon.node.record;

import io.distomon.core.Clock;
import io.distomon.core.config.OwnersOnly;
import io.distomon.core.record.ChainPoint;
import io.distomon.core.record.FlightRecord;
import io.distomon.core.record.Kind;
import io.distomon.core.record.LinkMinute;
import io.distomon.core.record.Situation;
import io.distomon.core.record.State;
import io.distomon.core.record.Subject;
import io.distomon.core.record.Transition;
import io.distomon.core.record.Transitions;
import io.distomon.core.record.Uptime;
import io.distomon.node.supervised.SupervisedThread;
import io.distomon.node.threads.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * The flight recorder of one network. Whoever looks never waits for the disk: changes wait in a queue, and when that is
 * full the next look finds them. Where the file can't be written, records go to memory, which is told, and into the file
 * once that is possible again. A file that is not what was written is set aside, once, and a new one begun.
 *
 * <p>{@link #look} and {@link #keepMinute} are for one thread, the rest for many.
 */
public final class Recorder implements AutoCloseable {
    /** What there is of a file that was not what was written. */
    private static final String BROKEN = ".broken";

    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
    private static final long MEMORY_BYTES = 1L << 20;
    private static final long ROOM_BYTES = 1L << 20;
    private static final int MOST_WAITING = 256;
    private static final Duration PATIENCE = Duration.ofMillis(200);
    /** Each may read all there is, and what happens meanwhile waits. */
    private static final int MOST_QUESTIONS = 4;

    private static final Duration LONGEST_READ = Duration.ofSeconds(10);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);
    private static final long MICROS_IN_MILLI = 1_000;
    private static final int PRIMARY_CODE = 0xff;

    /** Whom nobody has met since the start is unknown for so long, and a little longer when it has just been met. */
    private static final Duration COMING_UP = Duration.ofSeconds(150);

    private final String networkId;
    private final String nodeId;
    private final Path path;
    private final RecordProperties limits;
    private final Duration retry;
    private final Clock clock;
    private final long startedNanos;
    private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Semaphore questions = new Semaphore(MOST_QUESTIONS);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;

    /** What is recorded or waits to be; null before the file is open. */
    private volatile @Nullable Situation offered;

    private volatile @Nullable String trouble;

    // Of the thread that alone touches the file, all of these.
    private @Nullable RecordFile file;
    private boolean inMemory;
    private boolean diskFull;
    private long retryNanos;

    /** Something to do with the file. It may be done again after it failed. */
    @FunctionalInterface
    private interface Job {
        void run(RecordFile file) throws SQLException;
    }

    /** A question to the file. */
    @FunctionalInterface
    interface Question<T> {
        T ask(RecordFile file) throws SQLException;
    }

    /**
     * A part of a chain.
     *
     * @param anchor where the records that are kept begin
     * @param end how far they have come
     * @param records some of them, the newest first
     */
    public record Events(ChainPoint anchor, ChainPoint end, List<KeptRecord> records) {
        public Events {
            records = List.copyOf(records);
        }
    }

    /** The recorder can't answer now. The message says why. */
    public static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        UnavailableException(String message) {
            super(message);
        }
    }

    /**
     * A recorder, which {@link #start} sets to work.
     *
     * @param path its file
     * @param retry how long it is content with memory before it tries the file again
     */
    Recorder(String networkId, String nodeId, Path path, RecordProperties limits, Duration retry, Clock clock) {
        this.networkId = networkId;
        this.nodeId = nodeId;
        this.path = path;
        this.limits = limits;
        this.retry = retry;
        this.clock = clock;
        this.startedNanos = clock.monotonicNanos();
    }

    void start() {
        SupervisedThread.startNative("The flight recorder of " + networkId, this::work);
    }

    String nodeId() {
        return nodeId;
    }

    /** Why not everything is kept as it should be; null when it is. */
    public @Nullable String trouble() {
        return trouble;
    }

    /**
     * Records what is different from what was recorded last.
     *
     * @return false when that has to wait: the file is not open yet, or the queue is full
     */
    boolean look(Asked asked) {
        Situation before = offered;
        if (before == null) {
            return false;
        }
        Situation now = Situation.of(asked.view(), asked.config().digest());
        if (clock.monotonicNanos() - startedNanos < COMING_UP.toNanos()) {
            now = now.recalling(before);
        }
        List<Transition> changes =
                Transitions.between(before, now, asked.view(), asked.input().entries());
        long timeMicros = asked.at().wallMicros();
        if (!changes.isEmpty() && !jobs.offer(to -> to.append(noted(timeMicros, changes)))) {
            return false;
        }
        offered = now;
        return true;
    }

    private static List<Noted> noted(long timeMicros, List<Transition> changes) {
        return changes.stream().map(change -> new Noted(timeMicros, change)).toList();
    }

    /** Keeps what the links did in a minute. Of one for which the queue has no room nothing is kept. */
    void keepMinute(long minuteMicros, Map<String, LinkMinute> links) {
        if (offered != null && !jobs.offer(to -> keepMinute(to, minuteMicros, links))) {
            LOG.warn("Network {}: the flight recorder does not get its minutes written in time", networkId);
        }
    }

    private void keepMinute(RecordFile to, long minuteMicros, Map<String, LinkMinute> links) throws SQLException {
        to.keepMinute(minuteMicros, links);
        long now = clock.wallMicros();
        to.atWork(now);
        to.letGoBefore(
                now - limits.keep().toMillis() * MICROS_IN_MILLI,
                now - limits.keepMinutes().toMillis() * MICROS_IN_MILLI);
    }

    /**
     * Records that fit, the newest first.
     *
     * @param beforeSeq only those before this one
     * @param limit so many at most
     * @param withEntries whether the signed entries that they rest on come with them
     */
    public Events events(long beforeSeq, int limit, Predicate<FlightRecord> fits, boolean withEntries)
            throws UnavailableException {
        return ask(file -> new Events(
                file.extent().anchor().point(),
                file.extent().end(),
                file.newestFirst(beforeSeq, limit, fits, withEntries)));
    }

    /** What each link did in the minutes from {@code fromMicros} to before {@code toMicros}, the newest first. */
    public Map<Long, Map<String, LinkMinute>> minutes(long fromMicros, long toMicros, int limit)
            throws UnavailableException {
        return ask(file -> file.minutes(fromMicros, toMicros, limit));
    }

    /** What was so at a moment; empty when that is before the oldest record. */
    public Optional<Situation> situationAt(long micros) throws UnavailableException {
        return ask(file -> {
            Situation[] then = {file.extent().anchor().situation()};
            boolean[] begun = {
                file.extent().anchor().timeMicros() > 0
                        && file.extent().anchor().timeMicros() <= micros
            };
            file.forEach(file.extent().anchor().point().seq(), batch -> {
                List<FlightRecord> before = batch.stream()
                        .filter(record -> record.timeMicros() <= micros)
                        .toList();
                begun[0] |= !before.isEmpty();
                then[0] = then[0].after(before);
            });
            return begun[0] ? Optional.of(then[0]) : Optional.empty();
        });
    }

    /** For how long each node was in each state, in windows that end now: by window, then by node. */
    public Map<Duration, Map<String, Uptime>> uptimes(List<Duration> windows) throws UnavailableException {
        long now = clock.wallMicros();
        return ask(file -> {
            Map<Duration, Uptime.Count> counts = new LinkedHashMap<>();
            windows.forEach(window -> counts.put(
                    window, new Uptime.Count(file.extent().anchor(), now - window.toMillis() * MICROS_IN_MILLI, now)));
            file.forEach(
                    file.extent().anchor().point().seq(),
                    batch -> counts.values().forEach(count -> batch.forEach(count::add)));
            Map<Duration, Map<String, Uptime>> uptimes = new LinkedHashMap<>();
            counts.forEach((window, count) -> uptimes.put(window, count.result()));
            return uptimes;
        });
    }

    /**
     * Asks the file, on the thread that alone touches it.
     *
     * @throws UnavailableException when it can't answer, or not soon
     */
    <T> T ask(Question<T> question) throws UnavailableException {
        if (!questions.tryAcquire()) {
            throw new UnavailableException("too many ask the flight recorder at once");
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        var _ = answer.whenComplete((any, failure) -> questions.release());
        boolean waits = jobs.offer(from -> {
            if (answer.isDone()) {
                return; // nobody waits for it any more
            }
            try {
                answer.complete(question.ask(from));
            } catch (SQLException | RuntimeException e) {
                answer.completeExceptionally(e);
                throw e;
            }
        });
        if (!waits || closing) {
            answer.cancel(false);
            throw new UnavailableException("the flight recorder is busy");
        }
        try {
            return answer.get(LONGEST_READ.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("the node stops");
        } catch (ExecutionException e) {
            LOG.debug("A question to the flight recorder failed", e);
            throw new UnavailableException("the flight recorder can't read its file");
        } catch (TimeoutException e) {
            throw new UnavailableException("the flight recorder does not answer in time");
        } finally {
            answer.cancel(false);
        }
    }

    /** Writes what waits, notes that it ends on purpose, and leaves the file to others, within a bound. */
    @Override
    public void close() {
        closing = true;
        try {
            if (!closed.await(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Network {}: the flight recorder did not end in time", networkId);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() throws InterruptedException {
        if (file == null) {
            begin();
        }
        while (file != null) {
            Job job = jobs.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (job != null) {
                perform(job);
            } else if (closing) {
                perform(to -> {
                    to.append(List.of(new Noted(clock.wallMicros(), Transition.stopped(nodeId))));
                    to.atWork(clock.wallMicros());
                });
                release();
                break;
            }
            if (inMemory && clock.monotonicNanos() - retryNanos >= 0) {
                tryFileAgain();
            }
        }
        closed.countDown();
    }

    private void release() {
        RecordFile open = file;
        if (open != null) {
            open.close();
            file = null;
        }
    }

    /** Opens the file, or memory. */
    private void begin() {
        try {
            begin(openFile());
        } catch (IOException e) {
            goToMemory("its directory can't be written to: " + e);
        } catch (SQLException e) {
            goToMemory(words(e));
        }
    }

    private void begin(Opened opened) throws SQLException {
        file = opened.file();
        Long lastAtWork = opened.file().lastAtWork().orElse(null);
        String before = opened.file()
                .extent()
                .situation()
                .of(new Subject(Kind.RECORDER, nodeId))
                .word();
        trouble = opened.broken();
        offered = opened.file().extent().situation();
        perform(to -> to.append(List.of(
                new Noted(clock.wallMicros(), Transition.started(nodeId, before, lastAtWork, opened.broken())))));
    }

    /**
     * A file at work.
     *
     * @param broken what was wrong with the one that was in its place; null when nothing was
     */
    private record Opened(RecordFile file, @Nullable String broken) {}

    /** SQLite gives its journal the mode of the file. */
    private RecordFile openOwn() throws IOException, SQLException {
        OwnersOnly.file(path);
        return RecordFile.open(path, limits.maxBytes());
    }

    /** A file that holds what was written; one that does not is set aside first. */
    private Opened openFile() throws IOException, SQLException {
        OwnersOnly.directory(Objects.requireNonNull(path.getParent(), "a file in a directory"));
        forgetOldBroken();
        Optional<String> fault;
        try {
            RecordFile opened = openOwn();
            try {
                fault = opened.fault();
                if (fault.isEmpty()) {
                    return new Opened(opened, null);
                }
            } catch (SQLException | RuntimeException | Error e) {
                opened.close();
                throw e;
            }
            opened.close();
        } catch (SQLException e) {
            if (!isCorrupt(e)) {
                throw e;
            }
            fault = Optional.of(Objects.requireNonNullElse(e.getMessage(), "no database"));
        }
        String broken = "the file of before is not what was written (%s); it is kept as %s, once"
                .formatted(fault.get(), broken().getFileName());
        LOG.error("Network {}: the flight recorder begins anew: {}", networkId, broken);
        Files.move(path, broken(), StandardCopyOption.REPLACE_EXISTING);
        // Reset, as the times of a file that is moved are those of before.
        Files.setLastModifiedTime(broken(), FileTime.from(Instant.now()));
        Files.deleteIfExists(path.resolveSibling(path.getFileName() + "-journal"));
        return new Opened(openOwn(), broken);
    }

    private void forgetOldBroken() throws IOException {
        try {
            Instant setAside = Files.getLastModifiedTime(broken()).toInstant();
            if (setAside.isBefore(Instant.now().minus(limits.keep()))) {
                Files.delete(broken());
            }
        } catch (NoSuchFileException e) {
            LOG.trace("Nothing was set aside", e);
        }
    }

    private Path broken() {
        return path.resolveSibling(path.getFileName() + BROKEN);
    }

    private void perform(Job job) {
        RecordFile open = Objects.requireNonNull(file, "a file, or memory");
        try {
            job.run(open);
            if (diskFull && hasRoom()) {
                diskFull = false;
                trouble = null;
                LOG.info("Network {}: the disk of the flight recorder has room again", networkId);
            }
        } catch (SQLException e) {
            recover(open, job, e);
        }
    }

    private void recover(RecordFile open, Job job, SQLException failure) {
        if (isFull(failure)) {
            try {
                if (!inMemory && !diskFull && open.isSmallerThanItMayBe()) {
                    diskFull = true;
                    trouble = "the disk is full: the oldest records are let go for new ones";
                    LOG.warn("Network {}: the flight recorder: {}", networkId, trouble);
                    Files.deleteIfExists(broken());
                }
                makeRoom(open, job);
                return;
            } catch (SQLException e) {
                goToMemory(words(e));
            } catch (IOException e) {
                goToMemory("its directory can't be written to: " + e);
            }
        } else if (isCorrupt(failure) && !inMemory) {
            release();
            begin();
        } else {
            goToMemory(words(failure));
        }
        repeat(job);
    }

    /** Once more, in another file or in memory. */
    private void repeat(Job job) {
        RecordFile other = file;
        if (other == null) {
            return;
        }
        try {
            job.run(other);
        } catch (SQLException e) {
            LOG.error("Network {}: the flight recorder lost something", networkId, e);
        }
    }

    /** Lets the oldest go until the job can be done. */
    private static void makeRoom(RecordFile open, Job job) throws SQLException {
        while (true) {
            boolean someLeft = open.letOldestGo();
            try {
                job.run(open);
                return;
            } catch (SQLException e) {
                if (!isFull(e) || !someLeft) {
                    throw e;
                }
            }
        }
    }

    private boolean hasRoom() {
        try {
            return Files.getFileStore(path).getUsableSpace() >= ROOM_BYTES;
        } catch (IOException e) {
            LOG.debug("How much room there is on the disk can't be told", e);
            return false;
        }
    }

    private void goToMemory(String why) {
        Situation situation = file == null ? Situation.NOTHING : file.extent().situation();
        release();
        inMemory = true;
        diskFull = false;
        retryNanos = clock.monotonicNanos() + retry.toNanos();
        String told = "records are kept in memory only, the last of them: " + why;
        try {
            file = RecordFile.inMemory(MEMORY_BYTES, situation, clock.wallMicros());
            trouble = told;
            offered = situation;
            LOG.warn("Network {}: the flight recorder: {}", networkId, told);
            repeat(to ->
                    to.append(List.of(new Noted(clock.wallMicros(), Transition.started(nodeId, "None", null, told)))));
        } catch (SQLException e) {
            offered = null;
            trouble = "nothing is recorded: " + words(e);
            LOG.error("Network {}: the flight recorder: {}", networkId, trouble, e);
        }
    }

    /** What memory holds goes into the file, all of it or nothing. */
    private void tryFileAgain() {
        RecordFile memory = Objects.requireNonNull(file, "memory");
        retryNanos = clock.monotonicNanos() + retry.toNanos();
        try {
            Opened opened = openFile();
            try {
                opened.file().append(noted(memory));
                for (Map.Entry<Long, Map<String, LinkMinute>> minute :
                        memory.minutes(0, Long.MAX_VALUE, Integer.MAX_VALUE).entrySet()) {
                    opened.file().keepMinute(minute.getKey(), minute.getValue());
                }
            } catch (SQLException | RuntimeException | Error e) {
                opened.file().close();
                throw e;
            }
            memory.close();
            file = opened.file();
            inMemory = false;
            trouble = opened.broken();
            LOG.info("Network {}: the flight recorder writes into its file again", networkId);
        } catch (SQLException | IOException e) {
            LOG.debug("Network {}: the flight recorder still can't write", networkId, e);
        }
    }

    private static List<Noted> noted(RecordFile memory) throws SQLException {
        List<Noted> noted = new ArrayList<>();
        for (KeptRecord kept : memory.newestFirst(Long.MAX_VALUE, Integer.MAX_VALUE, any -> true, true)) {
            FlightRecord record = kept.record();
            noted.add(new Noted(
                    record.timeMicros(),
                    new Transition(
                            record.subject(),
                            record.from(),
                            new State(record.to(), record.reason()),
                            record.shownAs(),
                            record.sinceMicros(),
                            record.witnesses(),
                            kept.entries())));
        }
        return noted.reversed();
    }

    private static boolean isFull(SQLException e) {
        return (e.getErrorCode() & PRIMARY_CODE) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    private static boolean isCorrupt(SQLException e) {
        int code = e.getErrorCode() & PRIMARY_CODE;
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code;
    }

    private static String words(SQLException e) {
        return (e.getErrorCode() & PRIMARY_CODE) == SQLiteErrorCode.SQLITE_BUSY.code
                ? "another process has its file"
                : "its file can't be used: " + e.getMessage() + (e.getCause() == null ? "" : " (" + e.getCause() + ")");
    }
}
