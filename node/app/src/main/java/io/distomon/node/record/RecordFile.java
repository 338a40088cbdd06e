package io.distomon.node.record;

import io.distomon.core.crypto.CanonicalBase64;
import io.distomon.core.exchange.Absence;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.record.Account;
import io.distomon.core.record.AccountCodec;
import io.distomon.core.record.Anchor;
import io.distomon.core.record.ChainPoint;
import io.distomon.core.record.Change;
import io.distomon.core.record.FlightRecord;
import io.distomon.core.record.FlightRecordCodec;
import io.distomon.core.record.Gaps;
import io.distomon.core.record.Kind;
import io.distomon.core.record.LinkMinute;
import io.distomon.core.record.LinkMinuteCodec;
import io.distomon.core.record.Noted;
import io.distomon.core.record.Situation;
import io.distomon.core.record.State;
import io.distomon.core.record.Subject;
import io.distomon.core.record.Transition;
import io.distomon.core.store.RawEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.JDBC;
import org.sqlite.SQLiteErrorCode;

/**
 * One network's records and minutes, in an SQLite database. Every change is a transaction that is on the disk when its
 * method returns; a failed one leaves all as it was. SQLite's own bound on pages keeps the file to its size. For one
 * thread, which is no virtual one: native code would hold the thread that carries it.
 */
final class RecordFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordFile.class);

    private static final int PAGE_BYTES = 4096;

    /**
     * The pages that SQLite can note the former content of without more room on the disk: where it is full, the oldest can
     * still be let go. More than a record and its entries lie on.
     */
    private static final int RESERVED_PAGES = 128;

    /** Beside the former pages the journal has numbers. */
    private static final int PAGES_OF_NUMBERS = 4;

    private static final int MINUTES_LET_GO_AT_ONCE = 16;

    /** What is made smaller is filled by so many parts of {@link #PARTS} afterwards. */
    private static final int PARTS_FILLED = 7;

    private static final int PARTS = 8;
    private static final int PRIMARY_CODE = 0xff;
    private static final int READ_AT_ONCE = 64;

    /** Of the room, minutes may take one part in so many when something must leave. */
    private static final int PART_OF_MINUTES = 4;

    /** Of the room, what one record rests on may take one part in so many. */
    private static final int PART_OF_ONE_RECORD = 2;

    /** Of the room, what a peer told may take one part in so many. */
    private static final int PART_OF_ONE_ACCOUNT = 16;

    /** What a record takes that is short. */
    private static final int RECORD_BYTES = 256;

    /** What is signed, in base64, is packed to a part of its length at most. */
    private static final int PACKED_TO = 4;

    private static final int LET_GO_AT_ONCE = 16;

    /** By how much what was told in the recorder's absence comes before the number of the record that it began again. */
    private static final double BEFORE = 0.5;

    private final Connection connection;
    private final long maxBytes;
    private Extent extent;

    /** Where the account belongs whose records come just now, and when it begins; null: nowhere. */
    private @Nullable Double tells;

    private long toldFrom;

    private RecordFile(Connection connection, long maxBytes, Extent extent) {
        this.connection = connection;
        this.maxBytes = maxBytes;
        this.extent = extent;
    }

    /** What happens in a transaction. */
    @FunctionalInterface
    private interface Work {
        Extent apply(Extent before) throws SQLException;
    }

    /**
     * Opens a file, or makes one; its directory is there.
     *
     * @throws SQLException when it can't be read or written, is in use, or is no such file
     */
    static RecordFile open(Path file, long maxBytes) throws SQLException {
        return open("jdbc:sqlite:" + file, maxBytes, RESERVED_PAGES, Extent.empty(Situation.NOTHING, 0));
    }

    /**
     * The same in memory.
     *
     * @param situation what is so by the records of before
     * @param nowMicros since when this is where records go
     */
    static RecordFile inMemory(long maxBytes, Situation situation, long nowMicros) throws SQLException {
        return open("jdbc:sqlite::memory:", maxBytes, 0, Extent.empty(situation, nowMicros));
    }

    private static RecordFile open(String url, long maxBytes, int reservedPages, Extent empty) throws SQLException {
        Connection connection = new JDBC().connect(url, new Properties());
        RecordFile file = new RecordFile(connection, maxBytes, empty);
        try {
            file.prepare(reservedPages);
            return file;
        } catch (SQLException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private void prepare(int reservedPages) throws SQLException {
        execute("pragma page_size=" + PAGE_BYTES);
        execute("pragma locking_mode=exclusive");
        // Its file stays, and with it the room that it needs.
        execute("pragma journal_mode=persist");
        execute("pragma synchronous=full");
        execute("pragma cache_size=-512");
        execute("pragma journal_size_limit=" + (reservedPages + PAGES_OF_NUMBERS) * PAGE_BYTES);
        long pages = maxBytes / PAGE_BYTES - reservedPages - PAGES_OF_NUMBERS;
        execute("pragma max_page_count=" + pages);
        if (number("select count(*) from sqlite_master where name='meta'") == 0) {
            transact(before -> {
                execute("create table meta (name text primary key, value blob) without rowid");
                execute("create table records (seq integer primary key, time integer not null, body blob not null)");
                execute(
                        "create table entries (digest text primary key, last_seq integer not null, body blob not null)");
                execute("create index entries_by_last_seq on entries (last_seq)");
                execute("create table minutes (minute integer primary key, body blob not null)");
                execute("create table reserve (page blob)");
                execute(
                        "with recursive n(i) as (select 1 union all select i + 1 from n where i < %s) insert into reserve select zeroblob(%s) from n"
                                .formatted(reservedPages, PAGE_BYTES - 196));
                writeAnchor(before.anchor());
                writeEnd(before.end());
                return before;
            });
            // Only what changes pages that are in use is noted in the journal.
            transact(before -> {
                execute("update reserve set page = randomblob(length(page))");
                return before;
            });
            transact(before -> {
                execute("delete from reserve");
                return before;
            });
        }
        extent = read();
        if (number("pragma page_count") > pages) {
            shrink(pages);
            extent = read();
            // It was no smaller than what there was.
            execute("pragma max_page_count=" + pages);
        }
    }

    /** Lets the oldest go until the rest fits, and gives back the room. Where that can't be, the file stays as it is. */
    private void shrink(long pages) throws SQLException {
        try {
            boolean someLeft = true;
            while (someLeft
                    && number("pragma page_count") - number("pragma freelist_count") > pages * PARTS_FILLED / PARTS) {
                someLeft = letOldestGo(READ_AT_ONCE);
            }
            // In a file, as it may be more than fits into memory.
            execute("pragma temp_store=file");
            execute("vacuum");
        } catch (SQLException e) {
            if (isCorrupt(e)) {
                throw e;
            }
            LOG.warn("A file of the flight recorder can't be made smaller now", e);
        }
    }

    /** What there is, of which an overview is made: to unpack all of it anew for each question would take seconds. */
    private Extent read() throws SQLException {
        execute("pragma temp_store=memory");
        execute("drop table if exists temp.changes");
        tells = null;
        execute(
                "create temp table changes (seq integer primary key, time integer not null, kind text not null,"
                        + " subject text not null, word text not null, reason text, since integer, told_by text, place real, part integer)");
        try {
            Anchor anchor = new Anchor(
                    point("anchor"),
                    parsed(new String(
                            meta("anchor_time").orElseThrow(() -> corrupt("no time of the beginning")),
                            StandardCharsets.UTF_8)),
                    Situation.parse(Packed.unpack(meta("situation").orElseThrow(() -> corrupt("no situation")))));
            Situation situation = anchor.situation();
            long last = anchor.point().seq();
            List<FlightRecord> batch;
            do {
                batch = after(last, READ_AT_ONCE);
                if (!batch.isEmpty()) {
                    last = batch.getLast().seq();
                    situation = situation.after(overviewed(batch));
                }
            } while (batch.size() == READ_AT_ONCE);
            return new Extent(
                    anchor,
                    point("end"),
                    situation,
                    number("select (select coalesce(sum(length(body)), 0) from records)"
                            + " + (select coalesce(sum(length(body)), 0) from entries)"),
                    number("select coalesce(sum(length(body)), 0) from minutes"));
        } catch (IOException | InvalidJsonException e) {
            throw corrupt("what was so at the beginning can't be read");
        }
    }

    /**
     * Adds what records tell to the overview, and says which of it the recorder noticed itself. What a peer told has its place
     * before the record that the recorder begins again; without one that is kept any more it has none.
     */
    private List<Change> overviewed(List<FlightRecord> records) throws SQLException {
        List<Change> changes = new ArrayList<>();
        try (PreparedStatement insert = connection.prepareStatement(
                "insert or ignore into temp.changes values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (FlightRecord record : records) {
                Change change = record.change();
                if (change.toldBy() == null) {
                    changes.add(change);
                }
                insert.setLong(1, record.seq());
                insert.setLong(2, change.timeMicros());
                insert.setString(3, change.subject().kind().name());
                insert.setString(4, change.subject().name());
                insert.setString(5, change.to().word());
                insert.setString(6, change.to().reason());
                insert.setObject(7, change.sinceMicros());
                insert.setString(8, change.toldBy());
                if (change.toldBy() != null && change.isBegin()) {
                    tells = placeOf(record.seq(), change);
                }
                insert.setObject(9, change.toldBy() == null ? (Double) (double) record.seq() : tells);
                insert.setObject(10, change.toldBy() == null ? null : (Long) toldFrom);
                insert.executeUpdate();
            }
        }
        return changes;
    }

    /** Where an account belongs that begins so; null when that is not kept any more. */
    private @Nullable Double placeOf(long seq, Change begin) throws SQLException {
        toldFrom = begin.timeMicros();
        return first(
                        ("select seq from temp.changes where kind = 'RECORDER' and word = '%s' and told_by is null and seq < %s"
                                        + " and time > %s and (since <= %3$s or (since is null and seq = 1)) order by seq desc limit 1")
                                .formatted(Transition.RUNNING, seq, toldFrom))
                .map(again -> again - BEFORE)
                .orElse(null);
    }

    Extent extent() {
        return extent;
    }

    /**
     * The times in which the recorder was not at work.
     *
     * @param longest of longer ones only the end counts; a file that was begun anew begins with one as long
     */
    Gaps gaps(Duration longest) throws SQLException {
        Gaps gaps = new Gaps(extent.anchor(), TimeUnit.MILLISECONDS.toMicros(longest.toMillis()));
        forEachChange(gaps::add);
        return gaps;
    }

    /** What peers told of times within this one, as they signed it, the oldest first. */
    List<RawEntry> told(Absence within) throws SQLException {
        Map<Long, RawEntry> told = new TreeMap<>();
        for (long seq : endsOfAccounts(within)) {
            for (FlightRecord record : after(seq - 1, 1)) {
                for (RawEntry signed : entries(record).values()) {
                    spanOf(signed).filter(within::contains).ifPresent(span -> told.put(span.fromMicros(), signed));
                }
            }
        }
        return List.copyOf(told.values());
    }

    private List<Long> endsOfAccounts(Absence within) throws SQLException {
        List<Long> ends = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select seq from temp.changes"
                + " where kind = 'RECORDER' and word <> ? and told_by is not null and time > ? and time <= ?")) {
            statement.setString(1, Transition.RUNNING);
            statement.setLong(2, within.fromMicros());
            statement.setLong(3, within.toMicros());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ends.add(rows.getLong(1));
                }
            }
        }
        return ends;
    }

    private static Optional<Absence> spanOf(RawEntry signed) {
        try {
            byte[] account = CanonicalBase64.decode(signed.payload()).orElse(new byte[0]);
            return Optional.of(AccountCodec.decode(account).span());
        } catch (InvalidJsonException e) {
            LOG.debug("What {} told is no account", signed.sigId(), e);
            return Optional.empty();
        }
    }

    /**
     * Adds what a peer told, all of it or nothing: of a time in which the recorder was at work, or of which somebody has told,
     * nothing, nor of what would take too much of the room from what the recorder itself recorded.
     *
     * @param longest as in {@link #gaps}
     * @return whether it was added
     */
    boolean append(Account account, RawEntry signed, Duration longest) throws SQLException {
        Optional<Gaps.Gap> gap = gaps(longest).lacking(account);
        if (gap.isEmpty()) {
            return false;
        }
        List<Noted> noted = account.recorded(gap.get(), signed);
        long bytes = signed.payload().length() / PACKED_TO + (long) RECORD_BYTES * noted.size();
        if (bytes > maxBytes / PART_OF_ONE_ACCOUNT || !makeRoom(bytes, gap.get())) {
            return false;
        }
        transact(before -> write(before, noted));
        return true;
    }

    /** Lets the oldest go until so much is free, but not the record to which the account belongs. */
    private boolean makeRoom(long bytes, Gaps.Gap gap) throws SQLException {
        long begin = first(
                        "select seq from temp.changes where kind = 'RECORDER' and told_by is null and time = %s order by seq desc limit 1"
                                .formatted(gap.away().toMicros()))
                .orElse(0L);
        while (freeBytes() < bytes) {
            if (extent.anchor().point().seq() + LET_GO_AT_ONCE >= begin || !letOldestGo(LET_GO_AT_ONCE)) {
                return false;
            }
        }
        return true;
    }

    private long freeBytes() throws SQLException {
        return PAGE_BYTES
                * (number("pragma max_page_count") - number("pragma page_count") + number("pragma freelist_count"));
    }

    /**
     * What is wrong with it, and where; empty when nothing is. Reads everything.
     *
     * @throws SQLException when it can't be read
     */
    Optional<String> fault() throws SQLException {
        String integrity = text("pragma integrity_check(1)");
        if (!integrity.equals("ok")) {
            return Optional.of(integrity.lines().findFirst().orElse("no database"));
        }
        ChainPoint end = extent.anchor().point();
        long[] kept = keptEntries();
        try (PreparedStatement statement = connection.prepareStatement("select seq, body from records order by seq");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                FlightRecord record;
                byte[] canonical;
                try {
                    canonical = Packed.unpack(rows.getBytes(2));
                    record = FlightRecordCodec.decode(canonical);
                } catch (IOException | InvalidJsonException e) {
                    return Optional.of(unreadable(rows.getLong(1)));
                }
                if (record.seq() != rows.getLong(1)) {
                    return Optional.of(new ChainPoint.Break(
                                    rows.getLong(1), "found record %s in its place".formatted(record.seq()))
                            .toString());
                }
                Optional<ChainPoint.Break> found = end.breakAt(record);
                if (found.isPresent()) {
                    return found.map(ChainPoint.Break::toString);
                }
                end = new ChainPoint(record.seq(), FlightRecord.hashOf(canonical));
                for (Map.Entry<String, String> entry : record.entries().entrySet()) {
                    if (Arrays.binarySearch(kept, start(entry.getValue())) < 0) {
                        return Optional.of(new ChainPoint.Break(
                                        record.seq(),
                                        "found no entry signed by " + entry.getKey() + ", expected the one it rests on")
                                .toString());
                    }
                }
            }
        }
        if (!end.equals(extent.end())) {
            return Optional.of(
                    end.seq() == extent.end().seq()
                            ? new ChainPoint.Break(end.seq(), "found another than was written").toString()
                            : "record %s: found nothing, expected records up to %s"
                                    .formatted(end.seq() + 1, extent.end().seq()));
        }
        long before = Long.MAX_VALUE;
        Map<Long, Map<String, LinkMinute>> read;
        do {
            read = minutes(0, before, READ_AT_ONCE);
            before = read.keySet().stream().min(Long::compare).orElse(0L);
        } while (!read.isEmpty());
        return Optional.empty();
    }

    /** The start of what stands for each entry that is what was kept, sorted. */
    private long[] keptEntries() throws SQLException {
        LongStream.Builder kept = LongStream.builder();
        try (PreparedStatement statement = connection.prepareStatement("select digest, body from entries");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                String digest = rows.getString(1);
                if (unpacked(digest, rows.getBytes(2)).isPresent()) {
                    kept.add(start(digest));
                }
            }
        }
        return kept.build().sorted().toArray();
    }

    /** The first 64 of its 256 bits, in which no two agree by chance. */
    private static long start(String digest) {
        return Long.parseUnsignedLong(digest, 0, Long.SIZE / 4, 16);
    }

    /** Adds of these what is not so by the records already, all of that or nothing. */
    void append(List<Noted> noted) throws SQLException {
        transact(before -> {
            Map<Subject, State> states = new HashMap<>();
            List<Noted> news = new ArrayList<>();
            for (Noted next : noted) {
                Subject subject = next.transition().subject();
                State state = states.computeIfAbsent(subject, before.situation()::of);
                next.transition().after(state).map(this::fitting).ifPresent(transition -> {
                    states.put(subject, transition.to());
                    news.add(new Noted(next.timeMicros(), transition));
                });
            }
            return news.isEmpty() ? before : write(before, news);
        });
    }

    /** Adds all of these, within a transaction. */
    private Extent write(Extent before, List<Noted> noted) throws SQLException {
        ChainPoint end = before.end();
        long bytes = 0;
        List<FlightRecord> records = new ArrayList<>();
        for (Noted next : noted) {
            Transition transition = next.transition();
            FlightRecord record = end.next(next.timeMicros(), transition);
            byte[] canonical = FlightRecordCodec.encode(record);
            bytes += insert(
                    "insert into records values (?, ?, ?)", record.seq(), record.timeMicros(), Packed.pack(canonical));
            for (Map.Entry<String, RawEntry> entry : transition.entries().entrySet()) {
                bytes += keep(record.seq(), Transition.digest(entry.getValue()), entry.getValue());
            }
            records.add(record);
            end = new ChainPoint(record.seq(), FlightRecord.hashOf(canonical));
        }
        writeEnd(end);
        return new Extent(
                before.anchor(),
                end,
                before.situation().after(overviewed(records)),
                before.recordBytes() + bytes,
                before.minuteBytes());
    }

    /** A change with the first of its entries, as many as there is room for: it is told rather than all that was before. */
    private Transition fitting(Transition transition) {
        long room = maxBytes / PART_OF_ONE_RECORD;
        // Packing them all to measure them would take long, and hardly ever are there so many.
        if (transition.entries().values().stream()
                        .mapToLong(entry -> entry.payload().length())
                        .sum()
                <= room) {
            return transition;
        }
        Map<String, RawEntry> fitting = new LinkedHashMap<>();
        long bytes = 0;
        for (Map.Entry<String, RawEntry> entry : transition.entries().entrySet()) {
            bytes += Packed.pack(bytes(entry.getValue())).length;
            if (bytes > room) {
                return transition.restingOn(fitting);
            }
            fitting.put(entry.getKey(), entry.getValue());
        }
        return transition;
    }

    /** An entry that many records rest on is there once, until the last of them leaves. */
    private long keep(long seq, String digest, RawEntry entry) throws SQLException {
        try (PreparedStatement known =
                connection.prepareStatement("update entries set last_seq = ? where digest = ?")) {
            known.setLong(1, seq);
            known.setString(2, digest);
            if (known.executeUpdate() > 0) {
                return 0;
            }
        }
        return insert("insert into entries values (?, ?, ?)", digest, seq, Packed.pack(bytes(entry)));
    }

    /** Keeps what each link did in a minute; the last word on a minute counts. */
    void keepMinute(long minuteMicros, Map<String, LinkMinute> links) throws SQLException {
        transact(before -> {
            long replaced = number("select coalesce(sum(length(body)), 0) from minutes where minute = " + minuteMicros);
            long bytes = insert(
                    "insert or replace into minutes values (?, ?)",
                    minuteMicros,
                    Packed.pack(LinkMinuteCodec.encode(links)));
            return new Extent(
                    before.anchor(),
                    before.end(),
                    before.situation(),
                    before.recordBytes(),
                    before.minuteBytes() + bytes - replaced);
        });
    }

    /** The recorder is at work now. */
    void atWork(long nowMicros) throws SQLException {
        transact(before -> {
            insert("insert or replace into meta values ('at_work', ?)", utf8(Long.toString(nowMicros)));
            return before;
        });
    }

    /** When the recorder was last at work, microseconds since the epoch; empty when it never was. */
    Optional<Long> lastAtWork() throws SQLException {
        Optional<byte[]> micros = meta("at_work");
        return micros.isEmpty()
                ? Optional.empty()
                : Optional.of(parsed(new String(micros.get(), StandardCharsets.UTF_8)));
    }

    /** Keeps what the alerts have to know after a restart. */
    void keepAlerts(byte[] state) throws SQLException {
        transact(before -> {
            insert("insert or replace into meta values ('alerts', ?)", Packed.pack(state));
            return before;
        });
    }

    /** What was kept of them last; empty when nothing was, or it is not what was kept. */
    Optional<byte[]> alerts() throws SQLException {
        Optional<byte[]> packed = meta("alerts");
        if (packed.isEmpty()) {
            return packed;
        }
        try {
            return Optional.of(Packed.unpack(packed.get()));
        } catch (IOException e) {
            LOG.warn("What was told of alerts before can't be read, and may be told again", e);
            return Optional.empty();
        }
    }

    /**
     * Lets go what is older than this. A record stays as long as one before it; one that has a date that is still to come
     * is as old as those around it.
     */
    void letGoBefore(long recordMicros, long minuteMicros, long nowMicros) throws SQLException {
        transact(before -> letMinutesGo(before, "minute < " + minuteMicros));
        Optional<Long> stays = first("select seq from temp.changes where time between %s and %s order by seq limit 1"
                .formatted(recordMicros, nowMicros));
        Optional<Long> last =
                first("select seq from temp.changes where time < %s and seq < %s order by seq desc limit 1"
                        .formatted(recordMicros, stays.orElse(Long.MAX_VALUE)));
        if (last.isPresent()) {
            letGoUpTo(last.get());
        }
    }

    /** Lets go the records up to this one. */
    void letGoUpTo(long seq) throws SQLException {
        while (extent.anchor().point().seq() < seq) {
            List<FlightRecord> oldest = after(extent.anchor().point().seq(), READ_AT_ONCE).stream()
                    .filter(record -> record.seq() <= seq)
                    .toList();
            if (oldest.isEmpty()) {
                throw corrupt("record %s can't be found".formatted(seq));
            }
            transact(before -> letGo(before, oldest));
        }
    }

    /** Lets some of the oldest go, so many records at most; false when there is nothing to let go. */
    boolean letOldestGo(int records) throws SQLException {
        if (extent.minuteBytes() > maxBytes / PART_OF_MINUTES || extent.recordBytes() == 0) {
            long bytes = extent.minuteBytes();
            transact(before -> letMinutesGo(
                    before,
                    "minute in (select minute from minutes order by minute limit " + MINUTES_LET_GO_AT_ONCE + ")"));
            return extent.minuteBytes() < bytes;
        }
        List<FlightRecord> oldest = after(extent.anchor().point().seq(), records);
        transact(before -> letGo(before, oldest));
        return !oldest.isEmpty();
    }

    private Extent letMinutesGo(Extent before, String which) throws SQLException {
        long bytes = number("select coalesce(sum(length(body)), 0) from minutes where " + which);
        execute("delete from minutes where " + which);
        return new Extent(
                before.anchor(), before.end(), before.situation(), before.recordBytes(), before.minuteBytes() - bytes);
    }

    private Extent letGo(Extent before, List<FlightRecord> oldest) throws SQLException {
        if (oldest.isEmpty()) {
            return before;
        }
        Anchor anchor = before.anchor().past(oldest);
        long last = anchor.point().seq();
        long bytes = number("select (select coalesce(sum(length(body)), 0) from records where seq <= %s)"
                        .formatted(last)
                + " + (select coalesce(sum(length(body)), 0) from entries where last_seq <= %s)".formatted(last));
        execute("delete from records where seq <= " + last);
        execute("delete from entries where last_seq <= " + last);
        execute("delete from temp.changes where seq <= " + last);
        execute("update temp.changes set place = null where told_by is not null and place < " + last);
        writeAnchor(anchor);
        return new Extent(anchor, before.end(), before.situation(), before.recordBytes() - bytes, before.minuteBytes());
    }

    /** Records after this one, in their order, so many at most. */
    List<FlightRecord> after(long seq, int limit) throws SQLException {
        List<FlightRecord> records = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select seq, body from records where seq > ? order by seq limit ?")) {
            statement.setLong(1, seq);
            statement.setInt(2, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    try {
                        records.add(FlightRecordCodec.decode(Packed.unpack(rows.getBytes(2))));
                    } catch (IOException | InvalidJsonException e) {
                        throw corrupt(unreadable(rows.getLong(1)));
                    }
                }
            }
        }
        return records;
    }

    /** What comes after a bookmark, up to so many records; a gap when more than {@code most} do. */
    Sequel sequel(Bookmark mark, int limit, int most) throws SQLException {
        ChainPoint end = extent.end();
        if (mark.seq() < extent.anchor().point().seq()) {
            return new Sequel.Gap(Sequel.Why.TOO_OLD, mark, Bookmark.at(end));
        }
        if (!pointAt(mark.seq()).filter(mark::isAt).isPresent()) {
            return new Sequel.Gap(Sequel.Why.OTHER_CHAIN, mark, Bookmark.at(end));
        }
        if (end.seq() - mark.seq() > most) {
            return new Sequel.Gap(Sequel.Why.TOO_MANY, mark, Bookmark.at(end));
        }
        return new Sequel.Records(after(mark.seq(), limit).stream()
                .map(record -> new KeptRecord(record, record.hash(), Map.of()))
                .toList());
    }

    /** The place behind a record that is kept, or where these begin; empty when there is no such place. */
    private Optional<ChainPoint> pointAt(long seq) throws SQLException {
        ChainPoint anchor = extent.anchor().point();
        return seq == anchor.seq()
                ? Optional.of(anchor)
                : after(seq - 1, 1).stream()
                        .filter(record -> record.seq() == seq)
                        .findFirst()
                        .map(ChainPoint::at);
    }

    /**
     * Hands on what the records that are kept tell, in their order, and what peers told of a time in which the recorder was not
     * at work before the record that it began again.
     */
    void forEachChange(Consumer<Change> each) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select time, kind, subject, word, reason, since, told_by"
                                + " from temp.changes where place is not null order by place, part, time, seq");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                long since = rows.getLong(6);
                Long sinceMicros = rows.wasNull() ? null : (Long) since; // asks of what was read last
                each.accept(new Change(
                        rows.getLong(1),
                        new Subject(Kind.valueOf(rows.getString(2)), rows.getString(3)),
                        new State(rows.getString(4), rows.getString(5)),
                        sinceMicros,
                        rows.getString(7)));
            }
        }
    }

    /** Whether the file may still grow: if it is full all the same, the disk is, or what comes at once is more than is left. */
    boolean isSmallerThanItMayBe() throws SQLException {
        return number("pragma page_count") < number("pragma max_page_count");
    }

    /**
     * Records that are wanted, the newest first.
     *
     * @param withEntries whether the entries come with them
     */
    List<KeptRecord> newestFirst(Wanted wanted, boolean withEntries) throws SQLException {
        List<KeptRecord> found = new ArrayList<>();
        for (long seq : wantedSeqs(wanted)) {
            for (FlightRecord record : after(seq - 1, 1)) {
                found.add(new KeptRecord(record, record.hash(), withEntries ? entries(record) : Map.of()));
            }
        }
        return found;
    }

    private List<Long> wantedSeqs(Wanted wanted) throws SQLException {
        List<Long> seqs = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select seq, kind, subject from temp.changes"
                + " where seq < ? and time >= ? and time < ? order by seq desc")) {
            statement.setLong(1, wanted.beforeSeq());
            statement.setLong(2, Objects.requireNonNullElse(wanted.sinceMicros(), Long.MIN_VALUE));
            statement.setLong(3, Objects.requireNonNullElse(wanted.untilMicros(), Long.MAX_VALUE));
            try (ResultSet rows = statement.executeQuery()) {
                while (seqs.size() < wanted.limit() && rows.next()) {
                    if (wanted.node() == null
                            || new Subject(Kind.valueOf(rows.getString(2)), rows.getString(3))
                                    .concerns(wanted.node())) {
                        seqs.add(rows.getLong(1));
                    }
                }
            }
        }
        return seqs;
    }

    /** The change that a record tells of, with the entries that it rests on. */
    Transition transition(FlightRecord record) throws SQLException {
        return new Transition(
                record.subject(),
                record.from(),
                new State(record.to(), record.reason()),
                record.shownAs(),
                record.sinceMicros(),
                record.witnesses(),
                entries(record),
                record.toldBy());
    }

    /** The entries that a record rests on, by signer. */
    private Map<String, RawEntry> entries(FlightRecord record) throws SQLException {
        Map<String, RawEntry> entries = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : record.entries().entrySet()) {
            entries.put(
                    entry.getKey(),
                    entry(entry.getValue())
                            .orElseThrow(() -> corrupt(
                                    "record %s: found no entry signed by %s".formatted(record.seq(), entry.getKey()))));
        }
        return entries;
    }

    /** The minutes from {@code fromMicros} to before {@code toMicros}, the newest first, so many at most. */
    Map<Long, Map<String, LinkMinute>> minutes(long fromMicros, long toMicros, int limit) throws SQLException {
        Map<Long, Map<String, LinkMinute>> minutes = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select minute, body from minutes where minute >= ? and minute < ? order by minute desc limit ?")) {
            statement.setLong(1, fromMicros);
            statement.setLong(2, toMicros);
            statement.setInt(3, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    minutes.put(rows.getLong(1), LinkMinuteCodec.decode(Packed.unpack(rows.getBytes(2))));
                }
            }
        } catch (IOException | InvalidJsonException e) {
            throw corrupt("a minute can't be read");
        }
        return minutes;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.warn("A file of the flight recorder was not closed in order", e);
        }
    }

    private static String unreadable(long seq) {
        return new ChainPoint.Break(seq, "it can't be read").toString();
    }

    /** An entry; empty when it is not there, or not the one that was kept. */
    private Optional<RawEntry> entry(String digest) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select body from entries where digest = ?")) {
            statement.setString(1, digest);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? unpacked(digest, rows.getBytes(1)) : Optional.empty();
            }
        }
    }

    private static Optional<RawEntry> unpacked(String digest, byte[] body) {
        try {
            return Optional.of(entry(Packed.unpack(body)))
                    .filter(entry -> Transition.digest(entry).equals(digest));
        } catch (IOException e) {
            LOG.debug("An entry can't be read", e);
            return Optional.empty();
        }
    }

    private static byte[] bytes(RawEntry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(entry.sigId());
            out.writeUTF(entry.signature());
            // Its base64 would hide from the packing what repeats.
            out.write(CanonicalBase64.decode(entry.payload())
                    .orElseThrow(() -> new IllegalArgumentException("an entry was held that is no base64")));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    private static RawEntry entry(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        String signer = in.readUTF();
        String signature = in.readUTF();
        return new RawEntry(CanonicalBase64.encode(in.readAllBytes()), signature, signer);
    }

    private void writeAnchor(Anchor anchor) throws SQLException {
        insert(
                "insert or replace into meta values ('anchor', ?)",
                utf8(anchor.point().seq() + " " + anchor.point().hash()));
        insert("insert or replace into meta values ('anchor_time', ?)", utf8(String.valueOf(anchor.timeMicros())));
        insert(
                "insert or replace into meta values ('situation', ?)",
                Packed.pack(anchor.situation().json()));
    }

    private void writeEnd(ChainPoint end) throws SQLException {
        insert("insert or replace into meta values ('end', ?)", utf8(end.seq() + " " + end.hash()));
    }

    private ChainPoint point(String name) throws SQLException {
        String[] parts =
                new String(meta(name).orElseThrow(() -> corrupt("no " + name)), StandardCharsets.UTF_8).split(" ", 2);
        if (parts.length < 2) {
            throw corrupt("no " + name);
        }
        return new ChainPoint(parsed(parts[0]), parts[1]);
    }

    private static long parsed(String number) throws SQLException {
        try {
            return Long.parseLong(number);
        } catch (NumberFormatException e) {
            throw corrupt("no number");
        }
    }

    private Optional<byte[]> meta(String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select value from meta where name = ?")) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
            }
        }
    }

    /** Whether there is no room, on the disk or within what the file may take. */
    static boolean isFull(SQLException e) {
        return (e.getErrorCode() & PRIMARY_CODE) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    /** Whether the file is not what was written. */
    static boolean isCorrupt(SQLException e) {
        int code = e.getErrorCode() & PRIMARY_CODE;
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code;
    }

    /** Whether another process has the file. */
    static boolean isBusy(SQLException e) {
        return (e.getErrorCode() & PRIMARY_CODE) == SQLiteErrorCode.SQLITE_BUSY.code;
    }

    private static SQLException corrupt(String found) {
        return new SQLException(found, null, SQLiteErrorCode.SQLITE_CORRUPT.code);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Inserts a row and says how long its last value is. */
    private long insert(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
        return values[values.length - 1] instanceof byte[] bytes ? bytes.length : 0;
    }

    private void transact(Work work) throws SQLException {
        execute("begin immediate");
        try {
            Extent after = work.apply(extent);
            execute("commit");
            extent = after;
        } catch (SQLException | RuntimeException | Error e) {
            try {
                execute("rollback");
            } catch (SQLException alreadyRolledBack) {
                LOG.debug("SQLite has rolled back by itself", alreadyRolledBack);
            }
            throw e;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private Optional<Long> first(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty();
        }
    }

    private String text(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "nothing";
        }
    }
}
