package io.distomon.node.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.distomon.core.Clock;
import io.distomon.core.alert.Dispatch;
import io.distomon.core.config.OwnersOnly;
import io.distomon.core.record.FlightRecord;
import io.distomon.core.record.FlightRecordCodec;
import io.distomon.core.record.Kind;
import io.distomon.core.record.LinkMinute;
import io.distomon.core.record.Noted;
import io.distomon.core.record.State;
import io.distomon.core.record.Subject;
import io.distomon.core.record.Transition;
import io.distomon.core.record.Uptime;
import io.distomon.core.view.NodeState;
import io.distomon.node.OwnMounts;
import io.distomon.node.threads.Asked;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;

class RecorderTest {
    private final Clock clock = Clock.system();
    private final Looks looks = new Looks(clock);
    private Path path;

    @BeforeEach
    void place(@TempDir Path directory) {
        path = directory.resolve("lab").resolve("fra.db");
    }

    @Test
    void whatChangesIsRecordedAndASecondLifeGoesOnWhereTheFirstEnded() throws Exception {
        try (Recorder first = started()) {
            look(first, true);
            look(first, false);
            assertThat(first.trouble()).isNull();
        }

        try (Recorder second = started()) {
            look(second, false);
            look(second, true);

            assertThat(told(second))
                    .containsExactly(
                            "fra None>Running",
                            "ams Absent>Online",
                            "fra Absent>Online",
                            "nyc Absent>Online",
                            "lab None>" + looks.config().digest(),
                            "nyc Online>Offline",
                            "fra Running>Stopped",
                            "fra Stopped>Running",
                            "nyc Offline>Online");
            assertThat(fault(second)).isEmpty();
        }
    }

    @Test
    void minutesAreKeptAndTellWhenTheRecorderWasLastAtWork() throws Exception {
        Map<String, LinkMinute> minute = Map.of("nyc", new LinkMinute(6, 1, 1, 1.0, 2.0, 3.0, 0.5, null));
        long now = clock.wallMicros() / 60_000_000 * 60_000_000;
        try (Recorder recorder = started()) {
            look(recorder, true);
            recorder.keepMinute(now, minute, Optional.empty());

            Map<Long, Map<String, LinkMinute>> kept = recorder.ask(file -> file.minutes(0, Long.MAX_VALUE, 9));
            assertThat(kept).isEqualTo(Map.of(now, minute));
            Optional<Long> lastAtWork = recorder.ask(RecordFile::lastAtWork);
            assertThat(lastAtWork).hasValueSatisfying(time -> assertThat(time).isGreaterThanOrEqualTo(now));
        }
    }

    @Test
    void whatTheAlertsWantKeptIsThereInASecondLife() throws Exception {
        try (Recorder first = started()) {
            look(first, true);
            assertThat(first.alerts()).isEmpty();
            assertThat(first.keepAlerts(new byte[] {1})).isTrue();
            assertThat(first.keepAlerts(new byte[] {2, 3})).isTrue();
            assertThat(first.alerts()).hasValue(new byte[] {2, 3});
        }

        try (Recorder second = started()) {
            look(second, true);
            assertThat(second.alerts()).hasValue(new byte[] {2, 3});
        }
    }

    @Test
    void whatTheAlertsWantedKeptWhileItCouldNotBeWrittenGoesIntoTheFileToo() throws Exception {
        Path inTheWay = Objects.requireNonNull(path.getParent());
        Files.writeString(inTheWay, "a file where the directory should be");
        try (Recorder recorder = started()) {
            look(recorder, true);
            assertThat(recorder.keepAlerts(new byte[] {4})).isTrue();
            assertThat(recorder.alerts()).hasValue(new byte[] {4});

            Files.delete(inTheWay);
            await().atMost(Duration.ofSeconds(30)).until(() -> recorder.trouble() == null);
        }

        try (Recorder second = started()) {
            look(second, true);
            assertThat(second.alerts()).hasValue(new byte[] {4});
        }
    }

    @Test
    void whileItsFileIsNotReadTheAlertsDoNotHearThatNothingWasKept() throws Exception {
        Recorder first = started();
        look(first, true);
        assertThat(first.keepAlerts(new byte[] {5})).isTrue();
        try (Recorder second = started()) {
            look(second, true);
            assertThat(second.trouble()).endsWith("another process has its file");
            assertThatThrownBy(second::alerts).isInstanceOf(Recorder.UnavailableException.class);

            first.close();

            await().atMost(Duration.ofSeconds(30)).until(() -> second.trouble() == null);
            assertThat(second.alerts()).hasValue(new byte[] {5});
        }
    }

    @Test
    void theMostThatAlertsMayWantKeptIsKept() throws Exception {
        byte[] most = new byte[Dispatch.MAX_KEPT_BYTES];
        try (Recorder first = started()) {
            look(first, true);
            assertThat(first.keepAlerts(most)).isTrue();
        }

        try (Recorder second = started()) {
            look(second, true);
            assertThat(second.alerts()).hasValue(most);
        }
    }

    @Test
    void withoutAPlaceToWriteItSaysSoRecordsInMemoryAndWritesThatOnceItCan() throws Exception {
        Path inTheWay = Objects.requireNonNull(path.getParent());
        Files.writeString(inTheWay, "a file where the directory should be");
        try (Recorder recorder = started()) {
            look(recorder, true);
            look(recorder, false);
            assertThat(recorder.trouble())
                    .startsWith("records are kept in memory only, the last of them: its directory");
            assertThat(told(recorder)).contains("nyc Online>Offline");

            Files.delete(inTheWay);

            await().atMost(Duration.ofSeconds(30)).until(() -> recorder.trouble() == null);
            look(recorder, true);
            assertThat(told(recorder)).contains("nyc Online>Offline").endsWith("nyc Offline>Online");
            assertThat(fault(recorder)).isEmpty();
        }
        assertThat(path).exists();
    }

    @Test
    void intoAFileThatIsFullWhatWasKeptInMemoryIsWrittenInThePlaceOfTheOldest() throws Exception {
        filled();
        RecordFile other = RecordFile.open(path, RecordingProcess.LIMITS.maxBytes());
        try (Recorder recorder = started()) {
            long end = other.extent().end().seq();
            for (int i = 0; i < 60; i++) {
                look(recorder, i % 2 == 1);
            }
            assertThat(recorder.trouble()).endsWith("another process has its file");

            other.close();

            await().atMost(Duration.ofMinutes(2)).ignoreExceptions().untilAsserted(() -> {
                assertThat(recorder.trouble()).isNull();
                List<FlightRecord> records = recorder.ask(file -> file.after(end, Integer.MAX_VALUE));
                // The first of them may have been so by the file.
                assertThat(records.stream()
                                .filter(record -> record.subject().name().equals("nyc")))
                        .hasSizeBetween(59, 60)
                        .isSortedAccordingTo((a, b) -> Long.compare(a.timeMicros(), b.timeMicros()))
                        .noneMatch(record -> record.from().equals(record.to()));
            });
            assertThat(fault(recorder)).isEmpty();
        }
    }

    @Test
    void afterEachTroubleEveryChangeIsThereOnce() throws Exception {
        try (Recorder recorder = started()) {
            for (int i = 0; i < 40; i++) {
                look(recorder, i % 2 == 0);
                if (i % 4 == 3) {
                    breakDown(recorder);
                }
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> recorder.trouble() == null);
            look(recorder, true);

            assertThat(told(recorder)).containsOnlyOnce("ams Absent>Online", "nyc Absent>Online");
            assertThat(told(recorder).stream().filter(told -> told.equals("nyc Online>Offline")))
                    .hasSize(20);
            assertThat(told(recorder).stream().filter(told -> told.equals("nyc Offline>Online")))
                    .hasSize(20);
            assertThat(fault(recorder)).isEmpty();
        }
    }

    /** Something that was to be done with the file fails for good. */
    private static void breakDown(Recorder recorder) {
        assertThatThrownBy(() -> recorder.ask(file -> {
                    throw new SQLException("trouble", null, SQLiteErrorCode.SQLITE_IOERR.code);
                }))
                .isInstanceOf(Recorder.UnavailableException.class);
    }

    @Test
    void whatAFileThatIsSetAsideHeldIsRecordedAnew() throws Exception {
        try (Recorder recorder = started()) {
            look(recorder, true);
            breakDown(recorder);
            Files.writeString(path, "no database");
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(path.resolveSibling("fra.db.broken")));
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                look(recorder, false);
                return told(recorder).contains("ams Absent>Online");
            });
            assertThat(told(recorder)).contains("fra Absent>Online").containsOnlyOnce("ams Absent>Online");
        }
    }

    @Test
    void aClockThatIsAheadForAWhileLetsNothingGo() throws Exception {
        AtomicLong ahead = new AtomicLong();
        AtomicLong later = new AtomicLong();
        Clock set = new Clock() {
            @Override
            public long wallMicros() {
                return clock.wallMicros() + later.get() / 1_000 + ahead.get();
            }

            @Override
            public long monotonicNanos() {
                return clock.monotonicNanos() + later.get();
            }
        };
        long now = clock.wallMicros() / 60_000_000 * 60_000_000;
        Duration wrong = Duration.ofDays(40);
        try (Recorder recorder = started(set)) {
            look(recorder, true);
            kept(recorder, now, Optional.empty());
            later.addAndGet(Duration.ofHours(2).toNanos());
            ahead.addAndGet(wrong.toNanos() / 1_000);
            kept(recorder, now + 60_000_000, Optional.of(Duration.ZERO));
            later.addAndGet(Duration.ofMinutes(30).toNanos());
            kept(recorder, now + 120_000_000, Optional.of(Duration.ZERO));
            later.addAndGet(Duration.ofHours(2).toNanos());
            kept(recorder, now + 180_000_000, Optional.of(wrong));
            ahead.set(0);

            assertThat(told(recorder)).contains("nyc Absent>Online");
            assertThat(recorder.minutes(0, Long.MAX_VALUE, 9)).hasSize(4);

            kept(recorder, now + 240_000_000, Optional.of(Duration.ZERO));
            later.addAndGet(Duration.ofDays(31).toNanos());
            kept(recorder, now + 300_000_000, Optional.of(Duration.ZERO));
            assertThat(told(recorder)).isEmpty();
            assertThat(recorder.minutes(0, Long.MAX_VALUE, 9)).isEmpty();
        }
    }

    /** Returns when it is written. */
    private static void kept(Recorder recorder, long minuteMicros, Optional<Duration> aheadOfMost)
            throws Recorder.UnavailableException {
        recorder.keepMinute(
                minuteMicros, Map.of("nyc", new LinkMinute(6, 1, 1, 1.0, 2.0, 3.0, 0.5, null)), aheadOfMost);
        recorder.ask(RecordFile::extent);
    }

    @Test
    void forHowLongWhatIsCountedUntilItIsAndNotUntilItWasAsked() throws Exception {
        AtomicLong now = new AtomicLong(clock.wallMicros());
        Clock set = new Clock() {
            @Override
            public long wallMicros() {
                return now.get();
            }

            @Override
            public long monotonicNanos() {
                return clock.monotonicNanos();
            }
        };
        CompletableFuture<Boolean> enough = new CompletableFuture<>();
        try (Recorder recorder = started(set)) {
            offered(recorder, now.get(), nyc("Absent", "Online"));
            recorder.ask(RecordFile::extent);
            List<Thread> asking = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                asking.add(Thread.ofPlatform().start(() -> {
                    try {
                        recorder.ask(file -> enough.join());
                    } catch (Recorder.UnavailableException e) {
                        throw new AssertionError(e);
                    }
                }));
            }
            awaitWaiting(asking);
            CompletableFuture<Recorder.Uptimes> uptimes = new CompletableFuture<>();
            Thread last = Thread.ofPlatform().start(() -> {
                try {
                    uptimes.complete(recorder.uptimes(
                            List.of(Duration.ofHours(1)), looks.config().observers()));
                } catch (Recorder.UnavailableException e) {
                    uptimes.completeExceptionally(e);
                }
            });
            awaitWaiting(List.of(last));

            now.addAndGet(100_000_000);
            offered(recorder, now.get(), nyc("Online", "Offline"));
            now.addAndGet(50_000_000);
            enough.complete(true);

            assertThat(uptimes.get().nodes().get(Duration.ofHours(1)))
                    .isEqualTo(Map.of("nyc", new Uptime(100, 0, 50, 0, 3_450)));
        }
    }

    private static void awaitWaiting(List<Thread> threads) {
        await().atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> threads.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
    }

    @Test
    void ofALinkThatIsPolledNoLongerNothingIsTold() throws Exception {
        try (Recorder recorder = started()) {
            look(recorder, true);
            for (Subject link : List.of(new Subject(Kind.LINK, "fra>nyc"), new Subject(Kind.LINK, "fra>rio"))) {
                offered(recorder, clock.wallMicros(), Transition.unwitnessed(link, "Up", new State("Broken", null)));
            }
            offered(
                    recorder,
                    clock.wallMicros(),
                    Transition.unwitnessed(new Subject(Kind.NODE, "rio"), "Absent", new State("Online", null)));

            Recorder.Uptimes uptimes = recorder.uptimes(
                    List.of(Duration.ofHours(1)), looks.config().observers());

            assertThat(uptimes.nodes().get(Duration.ofHours(1))).containsKeys("nyc", "rio");
            assertThat(uptimes.links().get(Duration.ofHours(1))).containsOnlyKeys(new Subject(Kind.LINK, "fra>nyc"));
        }
    }

    private static Transition nyc(String from, String to) {
        return Transition.unwitnessed(new Subject(Kind.NODE, "nyc"), from, new State(to, null));
    }

    private static void offered(Recorder recorder, long timeMicros, Transition transition) {
        await().atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .until(() -> recorder.end().isPresent() && recorder.offer(List.of(new Noted(timeMicros, transition))));
    }

    @Test
    void moreThanAFileHasRoomForAtOnceIsWrittenInParts() throws Exception {
        filled();
        try (Recorder recorder = started()) {
            List<Noted> many = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                many.add(new Noted(
                        i,
                        new Transition(
                                new Subject(Kind.NODE, "n" + i),
                                "Absent",
                                new State("Online", null),
                                null,
                                null,
                                Map.of(),
                                looks.entries())));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> recorder.offer(many));
            await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(() -> {
                List<FlightRecord> last =
                        recorder.ask(file -> file.after(file.extent().end().seq() - 1, 1));
                return last.getFirst().subject().name().equals("n999");
            });

            assertThat(recorder.trouble()).isNull();
            assertThat(fault(recorder)).isEmpty();
        }
    }

    @Test
    void whereNothingCanBeWrittenAtAllItIsToldAndTriedAgain(@TempDir Path directory) throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("records"), Path.of("/proc"));
        RecordingProcess process = RecordingProcess.start(List.of(), "unwritable", link.resolve("fra.db"));

        assertThat(process.told())
                .satisfiesExactly(
                        told -> assertThat(told)
                                .startsWith("told: nothing is recorded: SQLite's native library can't be loaded: "),
                        recorded -> assertThat(recorded).isEqualTo("recorded: false"),
                        afterwards -> assertThat(afterwards).isEqualTo("afterwards: null"),
                        whole -> assertThat(whole).isEqualTo("whole: true"));
    }

    /** A file that can take no more. */
    private void filled() throws Exception {
        OwnersOnly.directory(Objects.requireNonNull(path.getParent()));
        try (RecordFile file = RecordFile.open(path, RecordingProcess.LIMITS.maxBytes())) {
            for (int i = 0; i < 10_000; i++) {
                Asked asked = i % 2 == 0 ? looks.up() : looks.down();
                file.append(
                        Looks.noted(file.extent().situation(), asked, asked.at().wallMicros()));
            }
            throw new AssertionError("it is never full");
        } catch (SQLException e) {
            assertThat(RecordFile.isFull(e)).isTrue();
        }
    }

    @Test
    void whileAnotherProcessHasItsFileItRecordsInMemory() throws Exception {
        Recorder first = started();
        look(first, true);
        try (Recorder second = started()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> second.look(looks.look(NodeState.UNKNOWN)));
            look(second, false);
            assertThat(second.trouble()).endsWith("another process has its file");

            first.close();

            await().atMost(Duration.ofSeconds(30)).until(() -> second.trouble() == null);
            look(second, false);
            assertThat(told(second))
                    .containsOnlyOnce(
                            "ams Absent>Online", "nyc Absent>Online", "nyc Online>Offline", "fra Running>Stopped")
                    .as("whom it had not heard of yet")
                    .doesNotContain("nyc Online>Unknown");
            assertThat(fault(second)).isEmpty();
        }
    }

    @Test
    void aFileThatIsNotWhatWasWrittenIsSetAsideOnceAndNamed() throws Exception {
        for (int time = 0; time < 2; time++) {
            try (Recorder recorder = started()) {
                for (int i = 0; i < 20; i++) {
                    look(recorder, i % 2 == 0);
                }
            }
            byte[] broken = flipped();
            try (Recorder recorder = started()) {
                look(recorder, true);

                assertThat(recorder.trouble())
                        .startsWith("the file of before is not what was written (record 3: it can't be read)")
                        .endsWith("it is kept as fra.db.broken, once");
                assertThat(told(recorder)).startsWith("fra None>Running").contains("nyc Absent>Online");
                List<FlightRecord> records = recorder.ask(file -> file.after(0, 1));
                FlightRecord first = records.getFirst();
                assertThat(first.subject().kind()).isEqualTo(Kind.RECORDER);
                assertThat(first.reason()).isEqualTo(recorder.trouble());
                assertThat(Files.readAllBytes(path.resolveSibling("fra.db.broken")))
                        .isEqualTo(broken);
            }
            try (Recorder recorder = started()) {
                look(recorder, true);
                assertThat(recorder.trouble()).isNull();
            }
        }
    }

    @Test
    void nothingIsLostWhenTheProcessIsKilledWhileItWrites() throws Exception {
        Random random = new Random(9);
        for (int i = 0; i < Integer.getInteger("record.kills", 20); i++) {
            RecordingProcess process = RecordingProcess.start(List.of(), "record", path);

            String last = process.killedAfter(1 + random.nextInt(30));

            try (RecordFile file = RecordFile.open(path, RecordingProcess.LIMITS.maxBytes())) {
                assertThat(file.fault()).isEmpty();
                assertThat(file.extent().end().seq()).isGreaterThanOrEqualTo(Long.parseLong(last));
            }
            assertThat(path.resolveSibling("fra.db.broken")).doesNotExist();
        }
    }

    @Test
    void aDiskThatIsFullIsToldTheOldestLeavesAndAllGoesOn(@TempDir Path small) throws Exception {
        OwnMounts.required();
        RecordingProcess process =
                RecordingProcess.start(OwnMounts.smallDisk("4m", small), "fill", small.resolve("fra.db"));

        assertThat(process.told())
                .containsExactly(
                        "told: the disk is full: the oldest records are let go for new ones",
                        "went on: the disk is full: the oldest records are let go for new ones",
                        "afterwards: null",
                        "whole: true, without the oldest: true",
                        "all: true");
    }

    /** One bit of the third record, found by how it is packed; what the file is then. */
    private byte[] flipped() throws Exception {
        byte[] record;
        try (RecordFile file = RecordFile.open(path, RecordingProcess.LIMITS.maxBytes())) {
            record = Packed.pack(FlightRecordCodec.encode(file.after(2, 1).getFirst()));
        }
        byte[] whole = Files.readAllBytes(path);
        // Pages that are free may hold it too, as it was when a page was divided.
        for (int at = 0; at <= whole.length - record.length; at++) {
            if (Arrays.equals(whole, at, at + record.length, record, 0, record.length)) {
                whole[at + record.length / 2] ^= 1;
            }
        }
        Files.write(path, whole);
        return whole;
    }

    private Recorder started() {
        return started(clock);
    }

    private Recorder started(Clock with) {
        NativeLibrary library = new NativeLibrary(List.of(Path.of(System.getProperty("java.io.tmpdir"))), clock);
        Recorder recorder =
                new Recorder("lab", "fra", path, RecordingProcess.LIMITS, library, Duration.ofMillis(250), with);
        recorder.start();
        return recorder;
    }

    private void look(Recorder recorder, boolean up) {
        await().atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .until(() -> recorder.look(up ? looks.up() : looks.down()));
    }

    private static Optional<String> fault(Recorder recorder) throws Recorder.UnavailableException {
        return recorder.ask(RecordFile::fault);
    }

    /** Of every record in its order: whose, and from what to what. */
    private static List<String> told(Recorder recorder) throws Recorder.UnavailableException {
        List<FlightRecord> records = recorder.ask(file -> file.after(0, Integer.MAX_VALUE));
        return records.stream()
                .map(record -> "%s %s>%s".formatted(record.subject().name(), record.from(), record.to()))
                .toList();
    }
}
