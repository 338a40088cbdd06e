package io.distomon.node.http;

import io.distomon.core.record.FlightRecord;
import io.distomon.core.record.RecordWords;
import io.distomon.core.record.Statement;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.RawEntry;
import io.distomon.node.record.KeptRecord;
import io.distomon.node.record.Recorder;
import io.distomon.node.record.Wanted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened, the newest first.
 *
 * @param nodeId whose records these are
 * @param node of which node alone these are; null: of all. Only with no node, since and until none may be missing between
 *     two of them
 * @param since from which moment on alone these are; null: from the first on
 * @param until before which moment alone these are; null: up to the last
 * @param chain where all records that are kept begin and end
 * @param next what {@code after} is to be for the events before these; null when there are none
 * @param entries the signed entries that these rest on, by what stands for them in an event; empty unless asked for
 */
record EventsAnswer(
        String networkId,
        String nodeId,
        @Nullable String node,
        @Nullable String since,
        @Nullable String until,
        Chain chain,
        List<Event> events,
        @Nullable String next,
        Map<String, RawEntry> entries) {
    /**
     * The first record that is kept comes after {@code afterSeq}, whose hash was {@code afterHash}; the last is
     * {@code lastSeq}.
     */
    record Chain(long afterSeq, String afterHash, long lastSeq, String lastHash) {}

    /**
     * A {@link FlightRecord}.
     *
     * @param inWords the same in a sentence, which no hash covers
     * @param toldBy which peer noticed it, by whose clock the time is, while this node did not record; null: this node itself.
     *     Its entry is what the peer signed
     * @param hash the SHA-256 of its canonical form, which is {@code previous} of the next one
     */
    record Event(
            long seq,
            String time,
            String inWords,
            String kind,
            String subject,
            String from,
            String to,
            @Nullable String reason,
            @Nullable String shownAs,
            @Nullable String since,
            Map<String, Said> witnesses,
            Map<String, String> entries,
            @Nullable String toldBy,
            String previous,
            String hash) {}

    /** What a witness said. */
    record Said(
            String status, @Nullable String since, @Nullable String error, String standing) {}

    static EventsAnswer of(String networkId, String nodeId, Wanted wanted, Recorder.Events events) {
        List<KeptRecord> records = events.records();
        Map<String, RawEntry> entries = new LinkedHashMap<>();
        records.forEach(kept -> kept.entries()
                .forEach((signer, entry) -> entries.put(kept.record().entries().get(signer), entry)));
        boolean more = records.size() == wanted.limit()
                && records.getLast().record().seq() > events.anchor().seq() + 1;
        return new EventsAnswer(
                networkId,
                nodeId,
                wanted.node(),
                EntryDate.formatOrNull(wanted.sinceMicros()),
                EntryDate.formatOrNull(wanted.untilMicros()),
                new Chain(
                        events.anchor().seq(),
                        events.anchor().hash(),
                        events.end().seq(),
                        events.end().hash()),
                records.stream().map(EventsAnswer::event).toList(),
                more ? String.valueOf(records.getLast().record().seq()) : null,
                entries);
    }

    static Event event(KeptRecord kept) {
        FlightRecord record = kept.record();
        Map<String, Said> witnesses = new LinkedHashMap<>();
        record.witnesses().forEach((observer, said) -> witnesses.put(observer, said(said)));
        return new Event(
                record.seq(),
                EntryDate.format(record.timeMicros()),
                RecordWords.of(record),
                record.subject().kind().word(),
                record.subject().name(),
                record.from(),
                record.to(),
                record.reason(),
                record.shownAs(),
                EntryDate.formatOrNull(record.sinceMicros()),
                witnesses,
                record.entries(),
                record.toldBy(),
                record.previous(),
                kept.hash());
    }

    private static Said said(Statement said) {
        return new Said(said.status(), EntryDate.formatOrNull(said.sinceMicros()), said.error(), said.standing());
    }
}
