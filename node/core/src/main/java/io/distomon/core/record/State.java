package io.distomon.core.record;

import io.distomon.core.view.LinkFault;
import io.distomon.core.view.Reason;
import io.distomon.core.view.StrainedLink;
import io.distomon.core.view.Words;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is so of a subject.
 *
 * @param word such as Online or Broken
 * @param reason why, such as {@code silent}, {@code planned} or {@code timeout}; null when there is nothing to add
 */
public record State(String word, @Nullable String reason) {
    /** The reason of a node's state when the node had announced it. */
    static final String PLANNED = "planned";

    static final String BROKEN = "Broken";

    /** Of a link on which polls fail, while those the other way succeed. */
    public static final String ONE_WAY = "OneWay";

    /** Of a link that works, but loses more polls than it may. */
    public static final String LOSSY = "Lossy";

    /** Of a link that works, but takes longer than it may. */
    public static final String SLOW = "Slow";

    /** The longest word, bytes: a partition names all members. */
    static final int MAX_WORD_BYTES = 1 << 17;

    private static final String BETWEEN_GROUPS = "|";
    private static final String BETWEEN_NODES = ",";

    /** What is so of a network that is divided into these. */
    static State divided(List<List<String>> groups) {
        return new State(
                groups.stream()
                        .map(group -> String.join(BETWEEN_NODES, group))
                        .collect(Collectors.joining(BETWEEN_GROUPS)),
                null);
    }

    /** The groups that such a word names. */
    public static List<List<String>> groups(String word) {
        return Pattern.compile(BETWEEN_GROUPS, Pattern.LITERAL)
                .splitAsStream(word)
                .map(group -> Pattern.compile(BETWEEN_NODES, Pattern.LITERAL)
                        .splitAsStream(group)
                        .toList())
                .toList();
    }

    /** What is so of a link that is slower, or loses more, than it may; why is told in words. */
    static State strained(StrainedLink link) {
        return new State(link.reason() == Reason.LOSSY ? LOSSY : SLOW, Words.of(link.breaches()));
    }

    /** What is so of a link on which polls fail. */
    static State broken(LinkFault fault) {
        return new State(fault.oneWay() ? ONE_WAY : BROKEN, fault.error());
    }

    /** Whether it is such a state of a link. */
    public boolean isBroken() {
        return word.equals(BROKEN) || word.equals(ONE_WAY);
    }

    /** Whether it is one of a link that is slow or lossy: its polls are answered. */
    public boolean isStrained() {
        return word.equals(LOSSY) || word.equals(SLOW);
    }
}
