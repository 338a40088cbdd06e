package io.distomon.core.record;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Of what a record tells, and what is so of such a thing as long as nothing is told of it. */
public enum Kind {
    /** A member; its states are those of {@link io.distomon.core.view.NodeState}. */
    NODE("Absent"),
    /**
     * A link {@code from>to}, by the word of {@code from}: Broken, or OneWay when polls the other way
     * succeed, or Lossy or Slow when they are answered.
     */
    LINK("Up"),
    /** The network: the groups that reach only themselves, as {@code ams,fra|nyc}. */
    PARTITION("Whole"),
    /** Whether the recorder's node hears from fewer than half of the network, and may be the one that is cut off. */
    MINORITY("Majority"),
    /** The digest of the network's config. */
    CONFIG("None"),
    /** The recorder itself, by its node: Running or Stopped. */
    RECORDER("None");

    private final String absent;

    Kind(String absent) {
        this.absent = absent;
    }

    /** What is so of it by default. */
    public String absent() {
        return absent;
    }

    /** The form in records and answers, in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind with this word. */
    static Optional<Kind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
}
