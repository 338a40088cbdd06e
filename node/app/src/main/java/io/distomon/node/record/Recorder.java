package io.distomon.node.record;

import io.distomon.core.Clock;
import io.distomon.core.config.OwnersOnly;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.Absence;
import io.distomon.core.exchange.Accounts;
import io.distomon.core.exchange.Limits;
import io.distomon.core.exchange.OwnClock;
import io.distomon.core.record.Account;
import io.distomon.core.record.AccountCodec;
import io.distomon.core.record.ChainPoint;
import io.distomon.core.record.FlightRecord;
import io.distomon.core.record.GapFiller;
import io.distomon.core.record.Kind;
import io.distomon.core.record.LinkMinute;
import io.distomon.core.record.Noted;
import io.distomon.core.record.Recollection;
import io.distomon.core.record.Rewind;
import io.distomon.core.record.Situation;
import io.distomon.core.record.Subject;
import io.distomon.core.record.Telling;
import io.distomon.core.record.Transition;
import io.distomon.core.record.Transitions;
import io.distomon.core.record.Uptime;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.RawEntry;
import io.distomon.core.text.FileFault;
import io.distomon.core.topology.Observers;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    /** How far a clock may be from most others' that is trusted, as in exchanges. */
    private static final Duration CLOCK_APART = Duration.ofSeconds(Limits.CLOCK_WINDOW_SECONDS);

    /** For so long a clock must have run without being set before anything is let go by it. */
    private static final Duration CLOCK_STEADY = Duration.ofHours(1);

    /** Changes of one look that are written at once, if there is room. */
    private static final int CHANGES_AT_ONCE = 64;

    private static final int LET_GO_AT_ONCE = 16;

    /** Of so many links it is counted for how long they were broken, of those that broke last. */
    private static final int MOST_LINKS_COUNTED = 4096;

    /** Of so many times in which it was not at work peers are asked, the last ones. */
    private static final int MOST_GAPS = 8;

    /** What happened is written a look later; then it can be told. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    /** How long a question waits until one of those before it is answered. */
    private static final Duration TURN = Duration.ofSeconds(2);

    private final String networkId;
    private final String nodeId;
    private final Path path;
    private final RecordProperties limits;
    private final NativeLibrary library;
    private final Duration retry;
    private final Clock clock;
    private final PeerAccounts accounts;
    private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Semaphore questions = new Semaphore(MOST_QUESTIONS);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;

    /** How many looks wait to be written. */
    private final AtomicInteger waiting = new AtomicInteger();

    /** What is so by what is written; null while nothing is recorded. */
    private volatile @Nullable Situation written;

    /** How far what is written has come; null while nothing is recorded. */
    private volatile @Nullable ChainPoint end;

    private volatile @Nullable String trouble;

    /** Whom to ask of the times in which nobody recorded here; of none while that is not known. */
    private volatile GapFiller gaps = new GapFiller(List.of());

    /** What the alerts want kept, by this process; null while they have not said. */
    private volatile byte @Nullable [] alerts;

    /** The looking thread's, which begins anew when it turns out what had been so. */
    private volatile Recollection recollection;

    // Of the looking thread, all of these.
    private final OwnClock ownClock;
    private Situation offered = Situation.NOTHING;
    private long steadySinceNanos;

    // Of the thread that alone touches the file, all of these.
    private @Nullable RecordFile file;
    private boolean withoutItsFile;

    /** Whether memory began without anybody having read what had been so. */
    private boolean blind;

    private boolean diskFull;
    private long retryNanos;

    /** Something to do with the file. It may be done again after it failed. */
    @FunctionalInterface
    private interface Job {
        void run(RecordFile file) throws SQLException;
    }

    /** What a look found, of which no more needs to be written at once than there is room for. */
    private static final class Changes implements Job {
        private List<Noted> rest;
        private int atOnce = CHANGES_AT_ONCE;

        Changes(List<Noted> all) {
            this.rest = all;
        }

        @Override
        public void run(RecordFile file) throws SQLException {
            while (!rest.isEmpty()) {
                int next = Math.min(atOnce, rest.size());
                try {
                    file.append(rest.subList(0, next));
                } catch (SQLException e) {
                    atOnce = Math.max(1, atOnce / 2);
                    throw e;
                }
                rest = rest.subList(next, rest.size());
            }
        }
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
     * @param library what it reads and writes it with
     * @param retry how long it is content with memory before it tries the file again
     */
    Recorder(
            String networkId,
            String nodeId,
            Path path,
            RecordProperties limits,
            NativeLibrary library,
            Duration retry,
            Clock clock) {
        this.networkId = networkId;
        this.nodeId = nodeId;
        this.path = path;
        this.limits = limits;
        this.retry = retry;
        this.clock = clock;
        this.library = library;
        this.accounts = new PeerAccounts(networkId, this, clock);
        this.recollection = new Recollection(clock.monotonicNanos());
        this.ownClock = new OwnClock(clock);
        this.steadySinceNanos = clock.monotonicNanos();
    }

    void start() {
        SupervisedThread.startNative("The flight recorder of " + networkId, this::work);
    }

    public String nodeId() {
        return nodeId;
    }

    /** Whether it ends, for good. */
    public boolean isClosing() {
        return closing;
    }

    /** Why not everything is kept as it should be; null when it is. */
    public @Nullable String trouble() {
        return trouble;
    }

    /**
     * Records what is different from what was recorded last. What is written counts, or while something waits, that: so
     * what could not be written is found again by a later look.
     *
     * @return false when that has to wait: nothing can be recorded now, or the queue is full
     */
    boolean look(Asked asked) {
        Situation before = waiting.get() == 0 ? written : offered;
        if (before == null) {
            return false;
        }
        Situation now = recollection.situation(
                before, asked.view(), asked.input(), asked.config().digest());
        List<Transition> changes =
                Transitions.between(before, now, asked.view(), asked.input().entries());
        if (changes.isEmpty()) {
            return true;
        }
        boolean isOffered = offer(noted(asked.at().wallMicros(), changes));
        if (isOffered) {
            offered = now;
        }
        return isOffered;
    }

    /** Has these written; false when the queue is full. */
    boolean offer(List<Noted> noted) {
        waiting.incrementAndGet();
        boolean isOffered = jobs.offer(new Changes(noted));
        if (!isOffered) {
            waiting.decrementAndGet();
        }
        return isOffered;
    }

    private static List<Noted> noted(long timeMicros, List<Transition> changes) {
        return changes.stream().map(change -> new Noted(timeMicros, change)).toList();
    }

    /**
     * Keeps what the links did in a minute. Of one for which the queue has no room nothing is kept.
     *
     * @param aheadOfMost how far our clock is ahead of that of most peers; empty when too few tell
     */
    void keepMinute(long minuteMicros, Map<String, LinkMinute> links, Optional<Duration> aheadOfMost) {
        boolean isTrusted = isClockTrusted(aheadOfMost);
        if (written != null && !jobs.offer(to -> keepMinute(to, minuteMicros, links, isTrusted))) {
            LOG.warn("Network {}: the flight recorder does not get its minutes written in time", networkId);
        }
    }

    /** A clock that is ahead for a minute would let go all there is. */
    private boolean isClockTrusted(Optional<Duration> aheadOfMost) {
        long now = clock.monotonicNanos();
        if (ownClock.step().isPresent()
                || aheadOfMost
                        .filter(ahead -> ahead.abs().compareTo(CLOCK_APART) > 0)
                        .isPresent()) {
            steadySinceNanos = now;
        }
        return now - steadySinceNanos >= CLOCK_STEADY.toNanos();
    }

    private void keepMinute(RecordFile to, long minuteMicros, Map<String, LinkMinute> links, boolean isClockTrusted)
            throws SQLException {
        to.keepMinute(minuteMicros, links);
        long now = clock.wallMicros();
        to.atWork(now);
        if (isClockTrusted) {
            to.letGoBefore(
                    now - limits.keep().toMillis() * MICROS_IN_MILLI,
                    now - limits.keepMinutes().toMillis() * MICROS_IN_MILLI,
                    now);
        }
    }

    /**
     * Records that are wanted, the newest first.
     *
     * @param withEntries whether the signed entries that they rest on come with them
     */
    public Events events(Wanted wanted, boolean withEntries) throws UnavailableException {
        return ask(file ->
                new Events(file.extent().anchor().point(), file.extent().end(), file.newestFirst(wanted, withEntries)));
    }

    /**
     * What the alerts wanted kept last, before a restart too; empty when nothing was.
     *
     * @throws UnavailableException when that lies in the file, and it is not read
     */
    public Optional<byte[]> alerts() throws UnavailableException {
        byte[] ofThisProcess = alerts;
        if (ofThisProcess != null) {
            return Optional.of(ofThisProcess);
        }
        AtomicBoolean isMemory = new AtomicBoolean();
        Optional<byte[]> kept = ask(file -> {
            isMemory.set(withoutItsFile);
            return file.alerts();
        });
        if (isMemory.get()) {
            throw unavailable();
        }
        return kept;
    }

    /**
     * Keeps what the alerts have to know after a restart, in the place of what was kept of them before.
     *
     * @return false when the queue is full, and it is to be given again later
     */
    public boolean keepAlerts(byte[] state) {
        alerts = state;
        return jobs.offer(to -> to.keepAlerts(state));
    }

    /** How far the records have come, without asking the file; empty while nothing is recorded. */
    public Optional<ChainPoint> end() {
        return Optional.ofNullable(end);
    }

    /** Why nothing can be asked now; for when {@link #end} is empty. */
    public UnavailableException unavailable() {
        return new UnavailableException(
                Objects.requireNonNullElse(trouble, "the flight recorder still reads its file"));
    }

    /**
     * What comes after a bookmark, without entries.
     *
     * @param limit so many records at most
     * @param most when there are more than this, that is a gap
     */
    public Sequel after(Bookmark mark, int limit, int most) throws UnavailableException {
        return ask(file -> file.sequel(mark, limit, most));
    }

    /** What each link did in the minutes from {@code fromMicros} to before {@code toMicros}, the newest first. */
    public Map<Long, Map<String, LinkMinute>> minutes(long fromMicros, long toMicros, int limit)
            throws UnavailableException {
        return ask(file -> file.minutes(fromMicros, toMicros, limit));
    }

    /** What is told of the past along with exchanges, both ways. */
    Accounts accounts() {
        return accounts;
    }

    /** Whom to ask of the times in which this recorder was not at work. */
    GapFiller gaps() {
        return gaps;
    }

    /** Records what a peer told of such a time. What can't be recorded somebody else is asked for. */
    void keep(String peer, Account account, RawEntry signed) {
        boolean waits = jobs.offer(to -> {
            if (append(to, account, signed)) {
                LOG.info(
                        "Network {}: {} told what it recorded from {} to {}, while this node was away",
                        networkId,
                        account.teller(),
                        EntryDate.format(account.span().fromMicros()),
                        EntryDate.format(account.span().toMicros()));
            } else {
                gaps.lost(peer, account);
            }
        });
        if (!waits) {
            gaps.lost(peer, account);
        }
    }

    /** On a disk that is full nothing leaves for what a peer told. */
    private boolean append(RecordFile to, Account account, RawEntry signed) throws SQLException {
        try {
            return to.append(account, signed, limits.keep());
        } catch (SQLException e) {
            if (RecordFile.isFull(e)) {
                LOG.debug("Network {}: there is no room for what {} told", networkId, account.teller(), e);
                return false;
            }
            throw e;
        }
    }

    /**
     * What one who was away can be told of that time, signed: what was recorded here, or what a peer had told of the time
     * before, if that is older. Empty when there is nothing.
     */
    Optional<RawEntry> account(Absence wanted, Signer signer, KeyMapping keys) throws UnavailableException {
        return ask(file -> {
            long settled = clock.wallMicros() - SETTLED.toMillis() * MICROS_IN_MILLI;
            Telling telling = new Telling(networkId, nodeId, file.extent().anchor(), wanted, settled);
            file.forEachChange(telling::add);
            Optional<Account> own = telling.account();
            long begins = own.map(account -> account.span().fromMicros()).orElse(wanted.toMicros());
            Optional<RawEntry> older = begins == wanted.fromMicros()
                    ? Optional.empty()
                    : file.told(new Absence(wanted.fromMicros(), begins)).stream()
                            .filter(signed -> signed.verified(keys).isPresent())
                            .findFirst();
            return older.or(() -> own.map(account -> RawEntry.sign(AccountCodec.encode(account), signer)));
        });
    }

    /** What records tell of a moment; empty when that is before the oldest. */
    public Optional<Rewind.Past> past(long micros) throws UnavailableException {
        return ask(file -> {
            Rewind rewind = new Rewind(file.extent().anchor(), micros);
            file.forEachChange(rewind::add);
            return rewind.past();
        });
    }

    /**
     * For how long what is told of was in each state, in windows that end now.
     *
     * @param nodes by window, then by node
     * @param links by window, then by link, of those that were broken at some time and are polled
     * @param notCounted how many more were, of which nothing is told
     */
    public record Uptimes(
            Map<Duration, Map<String, Uptime>> nodes, Map<Duration, Map<Subject, Uptime>> links, int notCounted) {}

    /**
     * For how long each node, and each link that was broken, was in each state.
     *
     * @param observers who polls whom now: of a link that nobody looks at any more nothing is told
     */
    public Uptimes uptimes(List<Duration> windows, Observers observers) throws UnavailableException {
        return ask(file -> {
            // Not before it is this question's turn: what is written meanwhile would have a date that is still to come.
            long now = clock.wallMicros();
            SequencedSet<Subject> broken = brokenLinks(file);
            broken.removeIf(
                    link -> !observers.polls(link.ends().getFirst(), link.ends().getLast()));
            List<Subject> counted =
                    broken.reversed().stream().limit(MOST_LINKS_COUNTED).toList();
            Map<Duration, Uptime.Count> counts = new LinkedHashMap<>();
            windows.forEach(window -> counts.put(
                    window,
                    new Uptime.Count(file.extent().anchor(), now - window.toMillis() * MICROS_IN_MILLI, now, counted)));
            file.forEachChange(change -> counts.values().forEach(count -> count.add(change)));
            Map<Duration, Map<String, Uptime>> nodes = new LinkedHashMap<>();
            Map<Duration, Map<Subject, Uptime>> links = new LinkedHashMap<>();
            counts.forEach((window, count) -> {
                nodes.put(window, count.result());
                links.put(window, count.links());
            });
            return new Uptimes(nodes, links, broken.size() - counted.size());
        });
    }

    /** All that were broken at some time, those that broke last at the end. */
    private static SequencedSet<Subject> brokenLinks(RecordFile file) throws SQLException {
        SequencedSet<Subject> broken = new LinkedHashSet<>();
        file.extent().anchor().situation().states().forEach((subject, state) -> {
            if (subject.kind() == Kind.LINK && state.isBroken()) {
                broken.addLast(subject);
            }
        });
        file.forEachChange(change -> {
            if (change.subject().kind() == Kind.LINK && change.to().isBroken()) {
                broken.addLast(change.subject());
            }
        });
        return broken;
    }

    /**
     * Asks the file, on the thread that alone touches it.
     *
     * @throws UnavailableException when it can't answer, or not soon
     */
    <T> T ask(Question<T> question) throws UnavailableException {
        if (written == null) {
            throw unavailable();
        }
        try {
            // Whoever is told that something happened asks at once, so that many do together.
            if (!questions.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new UnavailableException("too many ask the flight recorder at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("the question was given up");
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

    /** Has it end soon, without waiting for it as {@link #close} does. */
    void endSoon() {
        closing = true;
    }

    /** Writes what waits, notes that it ends on purpose, and leaves the file to others, within a bound. */
    @Override
    public void close() {
        endSoon();
        try {
            if (!closed.await(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Network {}: the flight recorder did not end in time", networkId);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() throws InterruptedException {
        if (file == null && !withoutItsFile) {
            begin();
        }
        while (true) {
            Job job = jobs.poll(closing ? 0 : PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
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
            if (withoutItsFile && clock.monotonicNanos() - retryNanos >= 0) {
                tryFileAgain();
            }
        }
        closed.countDown();
    }

    /** What is said to be written is so before nobody waits any more. */
    private void perform(Job job) {
        try {
            if (file != null) {
                perform(file, job);
            }
        } finally {
            tellWritten();
            if (job instanceof Changes) {
                waiting.decrementAndGet();
            }
        }
    }

    private void tellWritten() {
        Extent extent = file == null ? null : file.extent();
        written = extent == null ? null : extent.situation();
        end = extent == null ? null : extent.end();
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
        } catch (IOException | SQLException e) {
            goToMemory(words(e));
        }
    }

    private void begin(Opened opened) throws SQLException {
        file = opened.file();
        Long lastAtWork = opened.file().lastAtWork().orElse(null);
        trouble = opened.broken();
        perform(to -> to.append(List.of(begun(lastAtWork, opened.broken()))));
        perform(to -> to.atWork(clock.wallMicros())); // or who dies within a minute was never at work
        perform(this::lookForGaps);
        keepKnownAlerts();
    }

    private void lookForGaps(RecordFile in) throws SQLException {
        gaps = new GapFiller(in.gaps(limits.keep()).found().reversed().stream()
                .limit(MOST_GAPS)
                .toList());
    }

    /** Into another file goes what this process knows of alerts. */
    private void keepKnownAlerts() {
        byte[] known = alerts;
        if (known != null) {
            perform(to -> to.keepAlerts(known));
        }
    }

    private Noted begun(@Nullable Long lastAtWorkMicros, @Nullable String reason) {
        return new Noted(clock.wallMicros(), Transition.started(nodeId, lastAtWorkMicros, reason));
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
        library.load();
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
            if (!RecordFile.isCorrupt(e)) {
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

    private void perform(RecordFile open, Job job) {
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
        Exception reason = failure;
        if (RecordFile.isFull(failure)) {
            try {
                if (!withoutItsFile && !diskFull && open.isSmallerThanItMayBe() && !hasRoom()) {
                    tellDiskFull();
                }
                makeRoom(open, job);
                return;
            } catch (IOException | SQLException e) {
                reason = e;
            }
        }
        if (withoutItsFile) {
            LOG.error("Network {}: the flight recorder lost something", networkId, reason);
            return;
        }
        if (RecordFile.isCorrupt(failure)) {
            release();
            begin();
        } else {
            goToMemory(words(reason));
        }
        repeat(job);
    }

    private void tellDiskFull() throws IOException {
        diskFull = true;
        trouble = "the disk is full: the oldest records are let go for new ones";
        LOG.warn("Network {}: the flight recorder: {}", networkId, trouble);
        Files.deleteIfExists(broken());
    }

    /** Once more, in another file or in memory. What is lost all the same, a later look finds again. */
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

    /** Lets the oldest go until the job can be done: on a disk that is full, one by one, as more need room for a moment. */
    private static void makeRoom(RecordFile open, Job job) throws SQLException {
        while (true) {
            boolean someLeft = open.letOldestGo(open.isSmallerThanItMayBe() ? 1 : LET_GO_AT_ONCE);
            try {
                job.run(open);
                return;
            } catch (SQLException e) {
                if (!RecordFile.isFull(e) || !someLeft) {
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
        blind = file == null;
        Situation situation = file == null ? Situation.NOTHING : file.extent().situation();
        release();
        withoutItsFile = true;
        gaps = new GapFiller(List.of());
        diskFull = false;
        retryNanos = clock.monotonicNanos() + retry.toNanos();
        String told = "records are kept in memory only, the last of them: " + why;
        try {
            library.load();
            file = RecordFile.inMemory(MEMORY_BYTES, situation, clock.wallMicros());
            LOG.warn("Network {}: the flight recorder: {}", networkId, told);
            repeat(to -> to.append(List.of(begun(null, told))));
            trouble = told;
        } catch (IOException | SQLException e) {
            String nothing = "nothing is recorded: " + words(e);
            if (!nothing.equals(trouble)) {
                LOG.error("Network {}: the flight recorder: {}", networkId, nothing, e);
            }
            trouble = nothing;
        }
        tellWritten();
    }

    /**
     * What memory holds goes into the file. What it tells of changes does not when it began without knowing what had been
     * so, which the file does: whatever is different from that the next look finds.
     */
    private void tryFileAgain() {
        RecordFile memory = file;
        if (memory == null) {
            withoutItsFile = false;
            begin();
            return;
        }
        try {
            Opened opened = openFile();
            try {
                Long lastAtWork = opened.file().lastAtWork().orElse(null);
                if (opened.broken() != null) {
                    opened.file().append(List.of(begun(null, opened.broken())));
                } else if (blind && lastAtWork != null) {
                    opened.file().append(List.of(begun(lastAtWork, trouble)));
                    memory.letGoUpTo(memory.extent().end().seq());
                    recollection = new Recollection(clock.monotonicNanos());
                }
                move(memory, opened.file());
            } catch (SQLException | RuntimeException | Error e) {
                opened.file().close();
                throw e;
            }
            memory.close();
            file = opened.file();
            withoutItsFile = false;
            trouble = opened.broken();
            keepKnownAlerts();
            tellWritten();
            perform(this::lookForGaps);
            LOG.info("Network {}: the flight recorder writes into its file again", networkId);
        } catch (SQLException | IOException e) {
            LOG.debug("Network {}: the flight recorder still can't write", networkId, e);
            retryNanos = clock.monotonicNanos() + retry.toNanos();
        }
    }

    /** One record after the other, which leaves memory once it is written, so that none is written twice. */
    private static void move(RecordFile memory, RecordFile to) throws SQLException {
        List<FlightRecord> oldest =
                memory.after(memory.extent().anchor().point().seq(), 1);
        while (!oldest.isEmpty()) {
            FlightRecord record = oldest.getFirst();
            Noted noted = new Noted(record.timeMicros(), memory.transition(record));
            withRoom(to, file -> file.append(List.of(noted)));
            memory.letGoUpTo(record.seq());
            oldest = memory.after(record.seq(), 1);
        }
        for (Map.Entry<Long, Map<String, LinkMinute>> minute :
                memory.minutes(0, Long.MAX_VALUE, Integer.MAX_VALUE).entrySet()) {
            withRoom(to, file -> file.keepMinute(minute.getKey(), minute.getValue()));
        }
    }

    private static void withRoom(RecordFile to, Job job) throws SQLException {
        try {
            job.run(to);
        } catch (SQLException e) {
            if (!RecordFile.isFull(e)) {
                throw e;
            }
            makeRoom(to, job);
        }
    }

    private String words(Exception e) {
        if (e instanceof SQLException failure && RecordFile.isBusy(failure)) {
            return "another process has its file";
        }
        return switch (e) {
            case NativeLibrary.UnavailableException unavailable -> String.valueOf(unavailable.getMessage());
            case IOException ofFile ->
                "its directory %s can't be written to: %s".formatted(path.getParent(), FileFault.reason(ofFile));
            default ->
                "its file can't be used: " + e.getMessage() + (e.getCause() == null ? "" : " (" + e.getCause() + ")");
        };
    }
}
