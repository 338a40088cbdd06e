package io.distomon.operator.validate;

import io.distomon.core.text.ForeignText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects the mistakes of one resource, so that all come out at once. Not thread-safe. */
final class Findings {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

    private final List<Finding> all = new ArrayList<>();

    void add(String path, String message) {
        all.add(new Finding(path, message));
    }

    List<Finding> all() {
        return List.copyOf(all);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Whether {@code text} has at most {@code max} characters and fits {@code pattern}; if not, that is noted. */
    boolean expectText(String path, @Nullable String text, int max, Pattern pattern, String expected) {
        if (text != null
                && text.codePointCount(0, text.length()) <= max
                && pattern.matcher(text).matches()) {
            return true;
        }
        add(path, "found " + (text == null ? "nothing" : ForeignText.quoted(text)) + ", expected " + expected);
        return false;
    }

    /** Whether {@code number} is within the bounds, both included; if not, that is noted. */
    boolean expectNumber(String path, int number, int min, int max) {
        boolean within = number >= min && number <= max;
        if (!within) {
            add(path, "found %s, expected a whole number from %s to %s".formatted(number, min, max));
        }
        return within;
    }

    void expectSize(String path, int size, int max, String things) {
        if (size > max) {
            add(path, "found %s %s, expected at most %s".formatted(size, things, max));
        }
    }

    /** Where an item of a list stands. */
    static String item(String list, int index) {
        return list + "[" + index + "]";
    }

    /** Where a value of a map stands. */
    static String entry(String map, String key) {
        return PLAIN.matcher(key).matches() ? map + "." + key : map + "[" + ForeignText.quoted(key) + "]";
    }
}
