package io.distomon.node.record;

import io.distomon.core.record.ChainPoint;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Up to where somebody has read a chain. The hash tells of which: a chain begins anew with 1 where its file is not what was
 * written.
 *
 * @param seq the number of the last record that was read; 0 before the first
 * @param hashBeginning how its hash begins; empty when somebody knows the number alone
 */
public record Bookmark(long seq, String hashBeginning) {
    /** What is expected of one that is written. */
    public static final String RULE = "the id of an event, such as 57-3f2a9c01d4e5b687";

    private static final int HASH_DIGITS = 16;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(?:-([0-9a-f]{%s}))?".formatted(HASH_DIGITS));

    /** At the end of what has been written. */
    public static Bookmark at(ChainPoint point) {
        return new Bookmark(point.seq(), point.hash().substring(0, HASH_DIGITS));
    }

    /** After this record. */
    public static Bookmark after(KeptRecord kept) {
        return at(new ChainPoint(kept.record().seq(), kept.hash()));
    }

    /** One that {@link #toString} wrote, or a number alone; empty when it is neither. */
    public static Optional<Bookmark> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String hash = matcher.group(2);
        return Optional.of(new Bookmark(Long.parseLong(matcher.group(1)), hash == null ? "" : hash));
    }

    /** Whether it lies here. */
    public boolean isAt(ChainPoint point) {
        return seq == point.seq() && point.hash().startsWith(hashBeginning);
    }

    @Override
    public String toString() {
        return hashBeginning.isEmpty() ? String.valueOf(seq) : seq + "-" + hashBeginning;
    }
}
