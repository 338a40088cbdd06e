package io.distomon.core.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.greenbytes.http.sfv.ParseException;
import org.greenbytes.http.sfv.Parser;

/**
 * Our member in the fields {@code Signature-Input} and {@code Signature}, both dictionaries of RFC 8941. Other labels
 * belong to others, say a proxy, and are passed over.
 */
final class SignatureFields {
    static final String LABEL = "distomon";

    private SignatureFields() {}

    /** The field's text with our member alone. */
    static String write(String value) {
        return LABEL + "=" + value;
    }

    /**
     * The value of our member exactly as it is written, parameters included.
     *
     * @param lines the field's lines
     * @return empty when the lines are no dictionary, or hold our label not exactly once
     */
    static Optional<String> read(List<String> lines) {
        String text = String.join(", ", lines);
        try {
            Parser.parseDictionary(text);
        } catch (ParseException e) {
            return Optional.empty();
        }
        // The parser has vouched for the grammar, but keeps only the last of several equal labels and the canonical
        // form of their values; both would hide what was written.
        List<String> ours = split(text).stream()
                .filter(member ->
                        member.equals(LABEL) || member.startsWith(LABEL + "=") || member.startsWith(LABEL + ";"))
                .toList();
        return ours.size() == 1 && ours.getFirst().startsWith(LABEL + "=")
                ? Optional.of(ours.getFirst().substring(LABEL.length() + 1))
                : Optional.empty();
    }

    /** The members of a dictionary: what stands between the commas outside of strings. */
    private static List<String> split(String dictionary) {
        List<String> members = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < dictionary.length(); i++) {
            switch (dictionary.charAt(i)) {
                case '"' -> quoted = !quoted;
                case '\\' -> i++; // only strings hold one, and the character after it ends nothing
                case ',' -> {
                    if (!quoted) {
                        members.add(dictionary.substring(start, i).strip());
                        start = i + 1;
                    }
                }
                default -> {}
            }
        }
        members.add(dictionary.substring(start).strip());
        return members;
    }
}
