package io.distomon.operator.validate;

import io.distomon.core.text.ForeignText;
import io.distomon.crds.v1alpha1.Names;
import io.distomon.crds.v1alpha1.SecretEntryRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects the mistakes of one resource, so that all come out at once. Not thread-safe. */
final class Findings {
    /** What is expected of the id of a node or a network, and of other names on the wire, in words. */
    static final String ID_RULE =
            "1 to 63 characters of A-Z a-z 0-9 . _ -, the first and the last of them a letter or a digit";

    private static final int MAX_NAME_CHARS = 253;
    private static final double MAX_SHOWN_WHOLE = 1e15;
    private static final Pattern SECRET_NAME = Pattern.compile(Names.DNS_SUBDOMAIN);
    private static final Pattern SECRET_ENTRY = Pattern.compile(Names.SECRET_ENTRY);
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

    /** Whether it may be the name of a Secret; if not, that is noted. */
    boolean expectSecretName(String path, @Nullable String name) {
        return expectText(path, name, MAX_NAME_CHARS, SECRET_NAME, "the name of a Secret of a-z 0-9 - and dots");
    }

    /** What a reference means; of use only when nothing was noted. */
    SecretEntry secretEntry(String path, SecretEntryRef reference, String keyWhenAbsent) {
        expectSecretName(path + ".name", reference.name());
        if (reference.key() != null) {
            expectText(
                    path + ".key",
                    reference.key(),
                    MAX_NAME_CHARS,
                    SECRET_ENTRY,
                    "the name of an entry of a Secret of a-z A-Z 0-9 . _ -");
        }
        return new SecretEntry(
                Objects.requireNonNullElse(reference.name(), ""),
                Objects.requireNonNullElse(reference.key(), keyWhenAbsent));
    }

    /** Whether {@code number} is within the bounds, both included; if not, that is noted. */
    boolean expectNumber(String path, int number, int min, int max) {
        boolean within = number >= min && number <= max;
        if (!within) {
            add(path, "found %s, expected a whole number from %s to %s".formatted(number, min, max));
        }
        return within;
    }

    /** Likewise, of a number that need not be whole. */
    void expectNumber(String path, double number, double min, double max) {
        if (!(number >= min && number <= max)) {
            add(path, "found %s, expected a number from %s to %s".formatted(shown(number), shown(min), shown(max)));
        }
    }

    private static String shown(double number) {
        return number == Math.rint(number) && Math.abs(number) < MAX_SHOWN_WHOLE
                ? Long.toString((long) number)
                : Double.toString(number);
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
