package io.distomon.core.store;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The dates of entries: a narrow form of RFC 3339 in text, microseconds since the epoch everywhere else. Dates before
 * the epoch and after the year 9999 (UTC) don't exist: what is read can be written, and read again.
 */
public final class EntryDate {
    /** Microseconds in a second. */
    public static final long SECOND_MICROS = 1_000_000;

    private static final int FRACTION_DIGITS = 6;
    private static final long END_MICROS = 253_402_300_800L * SECOND_MICROS;

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
        return new Reading(text).micros();
    }

    /**
     * Writes {@code YYYY-MM-DDThh:mm:ss.ffffffZ}. Of what does not exist, as when a date that somebody said is corrected by
     * what their clock is off, it writes the nearest that does.
     */
    public static String format(long micros) {
        long existing = Math.clamp(micros, 0, END_MICROS - 1);
        return FORMAT.format(LocalDateTime.ofEpochSecond(
                existing / SECOND_MICROS, Math.toIntExact(existing % SECOND_MICROS * 1_000), ZoneOffset.UTC));
    }

    /** Likewise; null for null. */
    public static @Nullable String formatOrNull(@Nullable Long micros) {
        return micros == null ? null : format(micros);
    }

    /** Reads from left to right; by hand, as a message has thousands of dates. */
    private static final class Reading {
        private final String text;
        private int at;
        private boolean failed;

        Reading(String text) {
            this.text = text;
        }

        Optional<Long> micros() {
            int year = number(4, 9999);
            expect('-');
            int month = number(2, 12);
            expect('-');
            int day = number(2, 31);
            expect('T');
            long seconds = number(2, 23) * 3_600L;
            expect(':');
            seconds += number(2, 59) * 60L;
            expect(':');
            seconds += number(2, 59);
            long fraction = fraction();
            seconds -= offsetSeconds();
            if (failed || at != text.length()) {
                return Optional.empty();
            }
            try {
                seconds += LocalDate.of(year, month, day).toEpochDay() * 86_400L;
            } catch (DateTimeException e) {
                return Optional.empty(); // the 30th of February
            }
            long micros = seconds * SECOND_MICROS + fraction;
            return micros < 0 || micros >= END_MICROS ? Optional.empty() : Optional.of(micros);
        }

        private long fraction() {
            if (!has('.')) {
                return 0;
            }
            at++;
            long micros = 0;
            int digits = 0;
            while (at < text.length() && isDigit(text.charAt(at))) {
                micros = micros * 10 + number(1, 9);
                digits++;
            }
            failed |= digits == 0 || digits > FRACTION_DIGITS;
            for (; digits < FRACTION_DIGITS; digits++) {
                micros *= 10;
            }
            return micros;
        }

        private long offsetSeconds() {
            if (has('Z')) {
                at++;
                return 0;
            }
            int sign = has('-') ? -1 : 1;
            expect(sign < 0 ? '-' : '+');
            long hours = number(2, 23);
            expect(':');
            return sign * (hours * 3_600L + number(2, 59) * 60L);
        }

        private boolean has(char c) {
            return at < text.length() && text.charAt(at) == c;
        }

        private void expect(char c) {
            failed |= !has(c);
            at++;
        }

        private int number(int digits, int max) {
            int number = 0;
            for (int i = 0; i < digits; i++, at++) {
                if (at >= text.length() || !isDigit(text.charAt(at))) {
                    failed = true;
                    return 0;
                }
                number = number * 10 + text.charAt(at) - '0';
            }
            failed |= number > max;
            return number;
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }
    }
}
