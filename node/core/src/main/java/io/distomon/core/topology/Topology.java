package io.distomon.core.topology;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Who polls whom: everybody everybody, or everybody only some, so that a network's traffic grows with its members and not
 * with their square. Immutable.
 *
 * @param mode which of the two
 * @param degree how many observers each node has when it is some
 */
public record Topology(Mode mode, int degree) {
    /** The most members with a url with which {@link Mode#AUTO} is full. */
    public static final int MAX_FULL = 32;

    /** With fewer observers a single one that errs is half of them. */
    public static final int MIN_DEGREE = 3;

    public static final int MAX_DEGREE = 100;

    /** What a network has whose config says nothing. */
    public static final Topology DEFAULT = new Topology(Mode.AUTO, 12);

    /** Which members a node polls. */
    public enum Mode {
        /** All of up to {@value Topology#MAX_FULL}, some of more. */
        AUTO,
        /** All. */
        FULL,
        /** Some. */
        SPARSE;

        /** As it stands in a config: {@code auto}, {@code full} or {@code sparse}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The mode with this word, if there is one. */
        public static Optional<Mode> of(String word) {
            return Arrays.stream(values())
                    .filter(mode -> mode.word().equals(word))
                    .findFirst();
        }
    }

    public Topology {
        if (degree < MIN_DEGREE || degree > MAX_DEGREE) {
            throw new IllegalArgumentException(
                    "found degree %s, expected %s to %s".formatted(degree, MIN_DEGREE, MAX_DEGREE));
        }
    }

    /** Who polls whom in a network of these members: the same for whoever asks, in whatever order they stand. */
    public Observers observers(String networkId, Collection<Member> members) {
        long pollable = members.stream().filter(member -> member.url() != null).count();
        boolean all = switch (mode) {
            case FULL -> true;
            case AUTO -> pollable <= MAX_FULL;
            case SPARSE -> false;
        };
        return all || pollable <= degree + 1
                ? Observers.everybody(networkId, members)
                : Observers.some(networkId, members, degree);
    }
}
