package io.distomon.core.store;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The dates of entries: a narrow form of RFC 3339 in text, microseconds since the epoch everywhere else. Dates before
 * the epoch don't exist.
 */
public final class EntryDate {
    /** Microseconds in a second. */
    public static final long SECOND_MICROS = 1_000_000;

    private static final Pattern TEXT = Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})"
            + "T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\\.([0-9]{1,6}))?"
            + "(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))");

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

    private EntryDate() {}

    /**
     * Reads {@code YYYY-MM-DDThh:mm:ss}, then none to six fraction digits, then {@code Z} or {@code ±hh:mm}. No second 60,
     * no hour 24, upper case only.
     *
     * @return microseconds since the epoch; empty when {@code text} is anything else
     */
    public static Optional<Long> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long days;
        try {
            days = LocalDate.of(number(matcher, 1), number(matcher, 2), number(matcher, 3))
                    .toEpochDay();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
        long seconds = days * 86_400L + number(matcher, 4) * 3_600L + number(matcher, 5) * 60L + number(matcher, 6);
        if (matcher.group(8) != null) {
            long offset = number(matcher, 9) * 3_600L + number(matcher, 10) * 60L;
            seconds += matcher.group(8).equals("+") ? -offset : offset;
        }
        String fraction = matcher.group(7);
        long micros = seconds * SECOND_MICROS
                + (fraction == null ? 0 : Long.parseLong((fraction + "000000").substring(0, 6)));
        return micros < 0 ? Optional.empty() : Optional.of(micros);
    }

    /** Writes {@code YYYY-MM-DDThh:mm:ss.ffffffZ}. */
    public static String format(long micros) {
        return FORMAT.format(LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, SECOND_MICROS),
                Math.toIntExact(Math.floorMod(micros, SECOND_MICROS) * 1_000),
                ZoneOffset.UTC));
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
