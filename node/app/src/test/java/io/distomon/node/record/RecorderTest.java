package io.distomon.node.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.Clock;
import io.distomon.core.record.FlightRecord;
import io.distomon.core.record.FlightRecordCodec;
import io.distomon.core.record.Kind;
import io.distomon.core.record.LinkMinute;
import io.distomon.node.OwnMounts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        Map<String, LinkMinute> minute = Map.of("nyc", new LinkMinute(6, 1, 1.0, 2.0, 3.0, null));
        long now = clock.wallMicros() / 60_000_000 * 60_000_000;
        try (Recorder recorder = started()) {
            look(recorder, true);
            recorder.keepMinute(now, minute);

            Map<Long, Map<String, LinkMinute>> kept = recorder.ask(file -> file.minutes(0, Long.MAX_VALUE, 9));
            assertThat(kept).isEqualTo(Map.of(now, minute));
            Optional<Long> lastAtWork = recorder.ask(RecordFile::lastAtWork);
            assertThat(lastAtWork).hasValueSatisfying(time -> assertThat(time).isGreaterThanOrEqualTo(now));
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
    void whileAnotherProcessHasItsFileItRecordsInMemory() throws Exception {
        Recorder first = started();
        look(first, true);
        try (Recorder second = started()) {
            look(second, false);
            assertThat(second.trouble()).endsWith("another process has its file");

            first.close();

            await().atMost(Duration.ofSeconds(30)).until(() -> second.trouble() == null);
            assertThat(told(second)).contains("nyc Absent>Online", "nyc Absent>Offline", "fra Running>Stopped");
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
        Recorder recorder = new Recorder("lab", "fra", path, RecordingProcess.LIMITS, Duration.ofMillis(50), clock);
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
