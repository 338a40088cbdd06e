package io.distomon.core.threshold;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a network's config says of how slow and lossy its links may be. Whoever polls judges its own links by it and signs
 * what it found with the limit, so that members whose configs differ for a while draw the same conclusions from it.
 *
 * @param rules of each limit the first one counts that fits the link and says something of it
 */
public record Thresholds(List<Rule> rules) {
    /** No link is held against anything. */
    public static final Thresholds NONE = new Thresholds(List.of());

    public Thresholds {
        rules = List.copyOf(rules);
    }

    /**
     * What is said of some links, and after that of all; {@link #NONE} when nothing.
     *
     * @param ofSome in the order in which they count
     */
    public static Thresholds of(List<Rule> ofSome, Rule ofAll) {
        List<Rule> rules = new ArrayList<>(ofSome);
        rules.add(ofAll);
        return rules.stream().allMatch(Rule::isEmpty) ? NONE : new Thresholds(rules);
    }

    /**
     * What is said of some links.
     *
     * @param from who polls; null: whoever does
     * @param to who is polled; null: whoever is
     * @param roundTripMillis as of {@link LinkLimits}; null: nothing is said of it
     * @param loss likewise
     * @param jitterMillis likewise
     * @param isHeldAgainstUsual likewise
     */
    public record Rule(
            @Nullable String from,
            @Nullable String to,
            @Nullable Double roundTripMillis,
            @Nullable Double loss,
            @Nullable Double jitterMillis,
            @Nullable Boolean isHeldAgainstUsual) {
        /** Whether nothing is said of any limit. */
        public boolean isEmpty() {
            return roundTripMillis == null && loss == null && jitterMillis == null && isHeldAgainstUsual == null;
        }

        private boolean fits(String observer, String target) {
            return (from == null || from.equals(observer)) && (to == null || to.equals(target));
        }
    }

    /** What the link from {@code observer}, who polls, to {@code target} may be like. */
    public LinkLimits of(String observer, String target) {
        return new LinkLimits(
                first(observer, target, Rule::roundTripMillis).orElse(LinkLimits.OFF),
                first(observer, target, Rule::loss).orElse(LinkLimits.OFF),
                first(observer, target, Rule::jitterMillis).orElse(LinkLimits.OFF),
                first(observer, target, Rule::isHeldAgainstUsual).orElse(false));
    }

    /** Whether any link is held against what is usual of it, so that what is kept of the past is of use. */
    public boolean needUsual() {
        return rules.stream().anyMatch(rule -> Boolean.TRUE.equals(rule.isHeldAgainstUsual()));
    }

    private <T> Optional<T> first(String observer, String target, Function<Rule, @Nullable T> said) {
        return rules.stream()
                .filter(rule -> rule.fits(observer, target))
                .map(said)
                .filter(Objects::nonNull)
                .findFirst();
    }
}
