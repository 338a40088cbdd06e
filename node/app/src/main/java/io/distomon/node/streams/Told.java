package io.distomon.node.streams;

import io.distomon.node.record.Bookmark;
import io.distomon.node.record.KeptRecord;
import io.distomon.node.record.Sequel;

/** What a listener is told, one after the other. */
public sealed interface Told {
    /** Something that was recorded. */
    record Happened(KeptRecord record) implements Told {}

    /**
     * The view says something else than what it said when the listener was told last, or it is told for the first time.
     * That comes after all that was recorded before.
     *
     * @param digest the same only while the view says the same of everybody, apart from times and measures
     * @param upTo the last record that the listener was told, or after which it began
     */
    record View(String digest, Bookmark upTo) implements Told {}

    /** Something that was recorded is not told; what comes next is what happens after {@code gap.end()}. */
    record Missed(Sequel.Gap gap) implements Told {}

    /** Nothing happened, but the node is there. */
    record Alive() implements Told {}

    /** Nothing comes any more. */
    record Ended(String why) implements Told {}
}
