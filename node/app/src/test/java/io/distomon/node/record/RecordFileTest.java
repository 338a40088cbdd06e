package io.distomon.node.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.distomon.core.Clock;
import io.distomon.core.crypto.CanonicalBase64;
import io.distomon.core.exchange.Absence;
import io.distomon.core.record.Account;
import io.distomon.core.record.Anchor;
import io.distomon.core.record.ChainPoint;
import io.distomon.core.record.Change;
import io.distomon.core.record.FlightRecord;
import io.distomon.core.record.FlightRecordCodec;
import io.distomon.core.record.Kind;
import io.distomon.core.record.LinkMinute;
import io.distomon.core.record.Noted;
import io.distomon.core.record.Rewind;
import io.distomon.core.record.Situation;
import io.distomon.core.record.State;
import io.distomon.core.record.Subject;
import io.distomon.core.record.Transition;
import io.distomon.core.store.RawEntry;
import io.distomon.node.threads.Asked;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.JDBC;
import org.sqlite.SQLiteErrorCode;

class RecordFileTest {
    private static final long ROOM = 2L << 20;
    private static final long T0 = 1_700_000_000_000_000L;
    private static final long SECOND = 1_000_000;
    private static final LinkMinute MINUTE = new LinkMinute(6, 1, 1, 1.5, 2.5, 3.5, 0.5, -0.25);

    private static final Duration LONG = Duration.ofDays(30);
    private static final RawEntry SIGNED = new RawEntry("cGF5bG9hZA==", "c2lnbmF0dXJl", "ams");

    private final Looks looks = new Looks(Clock.system());
    private Path path;

    @BeforeEach
    void place(@TempDir Path directory) {
        path = directory.resolve("fra.db");
    }

    @Test
    void whatWasWrittenIsThereWhenItIsOpenedAgain() throws SQLException {
        List<KeptRecord> written;
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            write(file, 3);
            file.keepMinute(60 * SECOND, Map.of("nyc", MINUTE));
            file.atWork(T0);
            written = all(file);
        }

        try (RecordFile file = RecordFile.open(path, ROOM)) {
            assertThat(file.fault()).isEmpty();
            assertThat(all(file)).isEqualTo(written).hasSize(4 + 2);
            assertThat(file.extent().end().seq()).isEqualTo(6);
            assertThat(file.extent().situation())
                    .isEqualTo(Situation.of(looks.up().view(), looks.config().digest()));
            assertThat(file.minutes(0, T0, 9)).isEqualTo(Map.of(60 * SECOND, Map.of("nyc", MINUTE)));
            assertThat(file.lastAtWork()).contains(T0);
        }
    }

    @Test
    void aRecordKeepsTheSignedEntriesThatItRestsOnByteForByte() throws SQLException {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            Asked down = looks.down();
            append(file, T0, down);

            KeptRecord nyc = all(file).stream()
                    .filter(kept -> kept.record().subject().name().equals("nyc"))
                    .findFirst()
                    .orElseThrow();

            assertThat(nyc.entries()).containsOnlyKeys("ams", "fra", "nyc");
            nyc.entries()
                    .forEach((id, entry) -> assertThat(entry)
                            .isEqualTo(Objects.requireNonNull(
                                            down.input().entries().get(id))
                                    .entry()
                                    .raw()));
        }
    }

    @Test
    void whatAPeerToldIsKeptInItsPlaceAndSignedOverARestart() throws Exception {
        Subject nyc = new Subject(Kind.NODE, "nyc");
        Account account = new Account(
                "lab",
                "ams",
                new Absence(T0 + 20 * SECOND, T0 + 30 * SECOND),
                Situation.NOTHING,
                List.of(new Change(T0 + 25 * SECOND, nyc, new State("Offline", null), null)));
        List<Change> written = new ArrayList<>();
        Situation own;
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            file.append(List.of(new Noted(T0, Transition.started("fra", null, null))));
            append(file, T0 + SECOND, looks.up());
            file.append(List.of(new Noted(T0 + 40 * SECOND, Transition.started("fra", T0 + 10 * SECOND, null))));
            own = file.extent().situation();

            assertThat(file.append(account, SIGNED, LONG)).isTrue();
            assertThat(file.append(account, SIGNED, LONG)).as("a second time").isFalse();

            assertThat(file.extent().situation()).isEqualTo(own);
            file.forEachChange(written::add);
        }
        assertThat(written)
                .as("before that the recorder begins again")
                .extracting(change -> change.toldBy() == null ? "fra" : change.toldBy())
                .endsWith("ams", "fra");
        assertThat(written.getLast().timeMicros()).isEqualTo(T0 + 40 * SECOND);
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            List<Change> read = new ArrayList<>();
            file.forEachChange(read::add);

            assertThat(file.fault()).isEmpty();
            assertThat(read).isEqualTo(written);
            assertThat(file.extent().situation()).isEqualTo(own);
            assertThat(all(file).getFirst().entries()).isEqualTo(Map.of("ams", SIGNED));
            assertThat(file.gaps(LONG).found().getLast().told()).containsExactly(account.span());

            file.letGoUpTo(file.extent().end().seq() - 1);
            assertThat(file.extent().situation()).isEqualTo(own);
            assertThat(file.extent().anchor().situation()).isEqualTo(own);
            file.forEachChange(change -> assertThat(change.toldBy())
                    .as("of a time before all that is kept")
                    .isNull());
        }
    }

    /** Who knew the beginning is asked after who did not. */
    @Test
    void twoAccountsThatMeetAreToldOneAfterTheOtherInWhicheverOrderTheyCame() throws Exception {
        List<Change> written = new ArrayList<>();
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            file.append(List.of(new Noted(T0, Transition.started("fra", null, null))));
            append(file, T0 + SECOND, looks.up());
            file.append(List.of(new Noted(T0 + 40 * SECOND, Transition.started("fra", T0 + 10 * SECOND, null))));

            assertThat(file.append(quiet("ams", 20, 40), SIGNED, LONG)).isTrue();
            assertThat(file.append(quiet("nyc", 10, 20), SIGNED, LONG)).isTrue();

            assertThat(file.gaps(LONG).found().getLast().untold()).isEmpty();
            file.forEachChange(written::add);
        }
        assertThat(written.stream()
                        .filter(change -> change.subject().kind() == Kind.RECORDER)
                        .map(change -> change.subject().name() + change.to().word()))
                .containsExactly("fraRunning", "nycRunning", "nycStopped", "amsRunning", "amsStopped", "fraRunning");
        Rewind rewind = new Rewind(new Anchor(ChainPoint.START, 0, Situation.NOTHING), T0 + 30 * SECOND);
        written.forEach(rewind::add);
        assertThat(rewind.past().orElseThrow().toldBy()).isEqualTo("ams");
        assertThat(rewind.past().orElseThrow().unrecordedSinceMicros()).isNull();
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            List<Change> read = new ArrayList<>();
            file.forEachChange(read::add);
            assertThat(read).isEqualTo(written);
        }
    }

    @Test
    void whatAPeerToldDoesNotComeAfterWhatWasRecordedSinceWhenTheFileWasLostForAWhile() throws Exception {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            file.append(List.of(new Noted(T0, Transition.started("fra", null, null))));
            file.append(List.of(new Noted(T0 + 40 * SECOND, Transition.started("fra", T0 + 10 * SECOND, null))));
            append(file, T0 + 50 * SECOND, looks.up());
            file.append(List.of(new Noted(T0 + 60 * SECOND, Transition.started("fra", null, "kept in memory only"))));

            assertThat(file.append(quiet("ams", 10, 40), SIGNED, LONG)).isTrue();

            List<Change> changes = new ArrayList<>();
            file.forEachChange(changes::add);
            assertThat(changes.stream()
                            .filter(change -> change.subject().kind() == Kind.RECORDER)
                            .map(change -> change.subject().name() + change.to().word()))
                    .containsExactly("fraRunning", "amsRunning", "amsStopped", "fraRunning", "fraRunning");
            assertThat(file.gaps(LONG).found().getLast().untold()).isEmpty();
        }
    }

    @Test
    void forWhatAPeerTellsNotMoreThanAPartOfTheRoomIsGiven() throws Exception {
        RawEntry large = new RawEntry("A".repeat((int) ROOM / 4), SIGNED.signature(), "ams");
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            file.append(List.of(new Noted(T0, Transition.started("fra", null, null))));
            file.append(List.of(new Noted(T0 + 40 * SECOND, Transition.started("fra", T0 + 10 * SECOND, null))));

            assertThat(file.append(quiet("ams", 10, 40), large, LONG)).isFalse();
        }
    }

    /** Nor for an account that is not recorded after all. */
    @Test
    void inAFullFileOnlyAsMuchLeavesForWhatAPeerToldAsItNeedsAndNeverWhereItBelongs() throws Exception {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            file.append(List.of(new Noted(T0, Transition.started("fra", null, null))));
            fill(file, 100, 1_200);
            long first = file.extent().anchor().point().seq();
            long again = T0 + 10_000 * SECOND;
            file.append(List.of(new Noted(again, Transition.started("fra", T0 + 9_000 * SECOND, null))));
            inRoom(file, () -> file.append(List.of(new Noted(again, Transition.started("fra", again - 2, null)))));

            assertThat(file.append(told(300), SIGNED, LONG)).isTrue();

            assertThat(file.fault()).isEmpty();
            assertThat(file.extent().anchor().point().seq()).isBetween(first, first + 400);
            assertThat(file.gaps(LONG).found())
                    .anySatisfy(gap -> assertThat(gap.told()).isNotEmpty());

            fill(file, 20_000, 21_200);
            long kept = file.extent().anchor().point().seq();
            assertThat(file.append(told(300), SIGNED, LONG))
                    .as("where it belongs has left meanwhile")
                    .isFalse();
            assertThat(file.extent().anchor().point().seq()).isEqualTo(kept);
        }
    }

    private void fill(RecordFile file, int from, int to) throws SQLException {
        for (int i = from; i < to; i++) {
            long time = T0 + i * SECOND;
            Asked look = i % 2 == 0 ? looks.down() : looks.up();
            inRoom(file, () -> append(file, time, look));
        }
    }

    private static Account told(int changes) {
        Subject nyc = new Subject(Kind.NODE, "nyc");
        List<Change> all = new ArrayList<>();
        for (int i = 0; i < changes; i++) {
            all.add(new Change(
                    T0 + (9_100 + i) * SECOND, nyc, new State(i % 2 == 0 ? "Offline" : "Online", null), null));
        }
        return new Account("lab", "ams", new Absence(T0 + 9_050 * SECOND, T0 + 9_900 * SECOND), Situation.NOTHING, all);
    }

    private static Account quiet(String teller, int from, int to) {
        return new Account(
                "lab", teller, new Absence(T0 + from * SECOND, T0 + to * SECOND), Situation.NOTHING, List.of());
    }

    @Test
    void aFileNeverTakesMoreThanItMayAndTheOldestLeaves() throws Exception {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            for (int i = 0; i < 1_200; i++) {
                long time = T0 + i * SECOND;
                Asked look = i % 2 == 0 ? looks.down() : looks.up();
                inRoom(file, () -> append(file, time, look));
            }
            inRoom(file, () -> file.keepMinute(T0, Map.of("nyc", MINUTE)));

            assertThat(Files.size(path) + Files.size(path.resolveSibling("fra.db-journal")))
                    .isLessThanOrEqualTo(ROOM);
            assertThat(file.extent().anchor().point().seq()).isPositive();
            assertThat(file.extent().recordBytes()).isGreaterThan(ROOM / 4);
            assertThat(file.fault()).isEmpty();
            List<KeptRecord> kept = all(file);
            assertThat(kept.getFirst().record().seq())
                    .isEqualTo(file.extent().end().seq());
            assertThat(kept.getLast().record().seq())
                    .isEqualTo(file.extent().anchor().point().seq() + 1);
        }
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            assertThat(file.fault()).isEmpty();
        }
    }

    /** Rather than that all that is there leaves for it, in vain. */
    @Test
    void aRecordThatRestsOnMoreThanThereIsRoomForKeepsTheFirstOfIt() throws Exception {
        int room = 1 << 20;
        Random random = new Random(7);
        Map<String, RawEntry> entries = new LinkedHashMap<>();
        for (int i = 0; i < 8; i++) {
            byte[] said = new byte[128 << 10];
            random.nextBytes(said);
            entries.put("n" + i, new RawEntry(CanonicalBase64.encode(said), "signature", "n" + i));
        }
        Transition down = new Transition(
                new Subject(Kind.NODE, "nyc"), "Online", new State("Offline", null), null, null, Map.of(), entries);
        try (RecordFile file = RecordFile.inMemory(room, Situation.NOTHING, T0)) {
            append(file, T0, looks.up());
            long before = file.extent().end().seq();

            file.append(List.of(new Noted(T0 + SECOND, down)));

            assertThat(file.after(before, 9)).hasSize(1);
            assertThat(all(file)).hasSize((int) before + 1);
            assertThat(all(file).getFirst().entries()).containsOnlyKeys("n0", "n1", "n2");
            assertThat(file.extent().recordBytes()).isLessThan(room / 2);
            assertThat(file.fault()).isEmpty();
        }
    }

    @Test
    void whatComesAfterABookmarkIsNextOrWhyThatCannotBeToldIs() throws SQLException {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            write(file, 3);
            List<KeptRecord> records = all(file).reversed();
            Bookmark second = Bookmark.after(records.get(1));
            Bookmark end = Bookmark.after(records.getLast());

            assertThat(file.sequel(second, 2, 4)).isEqualTo(new Sequel.Records(bare(records.subList(2, 4))));
            assertThat(file.sequel(new Bookmark(2, ""), 9, 4))
                    .isEqualTo(new Sequel.Records(bare(records.subList(2, 6))));
            assertThat(file.sequel(new Bookmark(0, ""), 9, 9)).isEqualTo(new Sequel.Records(bare(records)));
            assertThat(file.sequel(end, 9, 9)).isEqualTo(new Sequel.Records(List.of()));
            assertThat(file.sequel(second, 2, 3)).isEqualTo(new Sequel.Gap(Sequel.Why.TOO_MANY, second, end));
            for (Bookmark other : List.of(new Bookmark(2, end.hashBeginning()), new Bookmark(7, ""))) {
                assertThat(file.sequel(other, 9, 9)).isEqualTo(new Sequel.Gap(Sequel.Why.OTHER_CHAIN, other, end));
            }

            file.letOldestGo(3);

            assertThat(file.extent().anchor().point().seq()).isEqualTo(3);
            assertThat(file.sequel(second, 9, 9)).isEqualTo(new Sequel.Gap(Sequel.Why.TOO_OLD, second, end));
            assertThat(file.sequel(Bookmark.after(records.get(2)), 9, 9))
                    .isEqualTo(new Sequel.Records(bare(records.subList(3, 6))));
        }
    }

    private static List<KeptRecord> bare(List<KeptRecord> records) {
        return records.stream()
                .map(kept -> new KeptRecord(kept.record(), kept.hash(), Map.of()))
                .toList();
    }

    @Test
    void whatIsTooOldLeavesWithTheEntriesThatNothingElseRestsOn() throws Exception {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            Asked down = looks.down();
            append(file, T0, down);
            append(file, T0 + 10 * SECOND, looks.up());
            file.keepMinute(T0, Map.of("nyc", MINUTE));
            file.keepMinute(T0 + 60 * SECOND, Map.of("nyc", MINUTE));
            long bytes = file.extent().recordBytes();

            file.letGoBefore(T0 + 10 * SECOND, T0 + 60 * SECOND, T0 + 100 * SECOND);

            assertThat(all(file)).hasSize(1);
            assertThat(file.minutes(0, Long.MAX_VALUE, 9)).containsOnlyKeys(T0 + 60 * SECOND);
            assertThat(file.extent().anchor().situation())
                    .isEqualTo(Situation.of(down.view(), looks.config().digest()));
            assertThat(file.extent().recordBytes()).isBetween(1L, bytes / 2);
            assertThat(file.fault()).isEmpty();
        }
        assertThat(count("select count(*) from entries")).isEqualTo(3);
    }

    @Test
    void aRecordWhoseDateIsStillToComeIsAsOldAsThoseAroundIt() throws Exception {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            append(file, T0, looks.down());
            append(file, T0 + 1_000_000 * SECOND, looks.up());
            append(file, T0 + 10 * SECOND, looks.down());
            append(file, T0 + 20 * SECOND, looks.up());

            file.letGoBefore(T0 + 15 * SECOND, 0, T0 + 30 * SECOND);

            assertThat(all(file)).extracting(kept -> kept.record().timeMicros()).containsExactly(T0 + 20 * SECOND);
        }
    }

    /** Of what was so meanwhile nothing is known, however the recorder ended. */
    @Test
    void sinceWhenItWasNotAtWorkIsKeptWithAReasonAndWithoutOne() throws Exception {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            Transition killed = Transition.started("fra", T0 - SECOND, null);
            Transition elsewhere = Transition.started("fra", null, "records were kept in memory");
            file.append(List.of(new Noted(T0, killed)));
            file.append(List.of(new Noted(T0 + SECOND, elsewhere)));
            List<Change> changes = new ArrayList<>();

            file.forEachChange(changes::add);

            assertThat(changes).extracting(Change::sinceMicros).containsExactly(T0 - SECOND, null);
        }
    }

    @Test
    void whatIsSoAlreadyIsNotRecordedAgainAndWhatIsNotIsToldFromWhatIsSo() throws Exception {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            append(file, T0, looks.up());
            Transition again =
                    Transition.unwitnessed(new Subject(Kind.NODE, "nyc"), "Absent", new State("Online", null));
            Transition down =
                    Transition.unwitnessed(new Subject(Kind.NODE, "nyc"), "Absent", new State("Offline", null));

            file.append(List.of(new Noted(T0, again), new Noted(T0, down), new Noted(T0, down)));

            List<FlightRecord> last = file.after(4, 9);
            assertThat(last).hasSize(1);
            assertThat(last.getFirst().from()).isEqualTo("Online");
            assertThat(last.getFirst().to()).isEqualTo("Offline");
        }
    }

    @Test
    void aFileThatMayTakeLessThanBeforeIsMadeSmaller() throws Exception {
        List<KeptRecord> written;
        try (RecordFile file = RecordFile.open(path, 2 * ROOM)) {
            for (int i = 0; file.extent().recordBytes() < ROOM; i++) {
                append(file, T0 + i * SECOND, i % 2 == 0 ? looks.down() : looks.up());
            }
            written = all(file);
        }

        try (RecordFile file = RecordFile.open(path, ROOM)) {
            assertThat(Files.size(path) + Files.size(path.resolveSibling("fra.db-journal")))
                    .isLessThanOrEqualTo(ROOM);
            List<KeptRecord> kept = all(file);
            assertThat(kept).hasSizeGreaterThan(written.size() / 4).isEqualTo(written.subList(0, kept.size()));
            assertThat(file.fault()).isEmpty();
            inRoom(file, () -> append(file, T0, looks.up()));
            inRoom(file, () -> append(file, T0, looks.down()));
        }
    }

    @Test
    void whatIsWantedIsFoundByTimeAndByNode() throws Exception {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            write(file, 5);

            assertThat(seqs(file, new Wanted(Long.MAX_VALUE, T0 + SECOND, T0 + 3 * SECOND, null, 9)))
                    .containsExactly(6L, 5L);
            assertThat(seqs(file, new Wanted(Long.MAX_VALUE, null, null, "nyc", 9)))
                    .containsExactly(8L, 7L, 6L, 5L, 4L, 3L);
            assertThat(seqs(file, new Wanted(7, null, null, "nyc", 2))).containsExactly(6L, 5L);
        }
    }

    private static List<Long> seqs(RecordFile file, Wanted wanted) throws SQLException {
        return file.newestFirst(wanted, false).stream()
                .map(kept -> kept.record().seq())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            delete from records where seq = 4                                       | record 4: found nothing, expected a record
            delete from records where seq in (4, 5)                                 | record 4: found nothing up to record 5, expected a record each
            delete from records where seq = 1                                       | record 1: found nothing, expected a record
            delete from records where seq = 8                                       | record 8: found nothing, expected records up to 8
            update records set body = (select body from records where seq = 6) where seq = 4 | record 4: found record 6 in its place
            update records set body = x'00' where seq = 4                           | record 4: it can't be read
            delete from entries where digest = (select min(digest) from entries)    | expected the one it rests on
            update entries set body = (select body from entries order by digest desc limit 1) where digest = (select min(digest) from entries) | expected the one it rests on
            update meta set value = cast('8 0000' as blob) where name = 'end'       | record 8: found another than was written
            update meta set value = cast('0 1111' as blob) where name = 'anchor'    | record 1:
            """)
    void whatIsAlteredInAFileIsFoundAndNamed(String statement, String told) throws SQLException {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            write(file, 5);
        }
        execute(statement);

        assertThat(fault(List.of()))
                .hasValueSatisfying(fault -> assertThat(fault).contains(told));
    }

    @Test
    void anAlteredRecordThatCanBeReadIsFoundAndNamed() throws Exception {
        FlightRecord fourth;
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            write(file, 5);
            fourth = file.after(3, 1).getFirst();
        }
        FlightRecord altered = new ChainPoint(3, fourth.previous())
                .next(
                        fourth.timeMicros() + 1,
                        Transition.unwitnessed(fourth.subject(), fourth.from(), new State(fourth.to(), null)));
        try (Connection connection = connection();
                PreparedStatement update = connection.prepareStatement("update records set body = ? where seq = 4")) {
            update.setBytes(1, Packed.pack(FlightRecordCodec.encode(altered)));
            update.executeUpdate();
        }

        try (RecordFile file = RecordFile.open(path, ROOM)) {
            assertThat(file.fault())
                    .hasValueSatisfying(fault -> assertThat(fault).startsWith("record 4: found another"));
        }
    }

    @Test
    void aFlippedBitIsFoundOrChangesNothing() throws Exception {
        List<KeptRecord> written;
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            write(file, 60);
            file.keepMinute(60 * SECOND, Map.of("nyc", MINUTE));
            written = all(file);
        }
        byte[] whole = Files.readAllBytes(path);
        Random random = new Random(24);
        int found = 0;
        for (int i = 0; i < 200; i++) {
            byte[] flipped = whole.clone();
            int at = random.nextInt(flipped.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(path, flipped);
            Optional<String> fault = fault(written);
            found += fault.isPresent() ? 1 : 0;
        }
        assertThat(found).isPositive();
    }

    /** What is wrong; empty when all that was written is there. */
    private Optional<String> fault(List<KeptRecord> written) {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            Optional<String> fault = file.fault();
            if (fault.isEmpty()) {
                assertThat(all(file)).isEqualTo(written);
                assertThat(file.minutes(0, T0, 9)).isEqualTo(Map.of(60 * SECOND, Map.of("nyc", MINUTE)));
            }
            return fault;
        } catch (SQLException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Test
    void aFileThatSomebodyElseHasCannotBeOpened() throws SQLException {
        try (RecordFile file = RecordFile.open(path, ROOM)) {
            write(file, 1);

            assertThatThrownBy(() -> RecordFile.open(path, ROOM))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("BUSY");
        }
    }

    /** At first all members, then so many times that nyc went down or up; three records and one of the config first. */
    private void write(RecordFile file, int looked) throws SQLException {
        for (int i = 0; i < looked; i++) {
            append(file, T0 + i * SECOND, i % 2 == 0 ? looks.up() : looks.down());
        }
    }

    private void append(RecordFile file, long timeMicros, Asked asked) throws SQLException {
        file.append(Looks.noted(file.extent().situation(), asked, timeMicros));
    }

    @FunctionalInterface
    private interface Write {
        void run() throws SQLException;
    }

    private static void inRoom(RecordFile file, Write write) throws SQLException {
        while (true) {
            try {
                write.run();
                return;
            } catch (SQLException e) {
                assertThat(e.getErrorCode()).isEqualTo(SQLiteErrorCode.SQLITE_FULL.code);
                assertThat(file.letOldestGo(1)).isTrue();
            }
        }
    }

    private static List<KeptRecord> all(RecordFile file) throws SQLException {
        return file.newestFirst(new Wanted(Long.MAX_VALUE, null, null, null, Integer.MAX_VALUE), true);
    }

    private Connection connection() throws SQLException {
        return new JDBC().connect("jdbc:sqlite:" + path, new Properties());
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    private long count(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
