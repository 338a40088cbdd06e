package io.distomon.core.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which versions of the software a network is meant for: conditions such as {@code >=0.1.0}, {@code <2} or
 * {@code !=1.3.1}, all of which must hold; a version alone means that one. Versions are compared by their numbers; what
 * follows a hyphen or a plus sign, as in {@code 0.1.0-SNAPSHOT}, counts for nothing. Immutable.
 */
final class VersionRange {
    private static final Pattern CONDITION = Pattern.compile("(>=|<=|==|!=|>|<|=|)\\s*v?([0-9.]{1,30})([-+].{0,60})?");
    private static final Pattern NUMBERS = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9}){0,2}");

    private final List<Condition> conditions;

    private record Condition(String relation, List<Integer> bound) {
        boolean holds(List<Integer> version) {
            int order = compare(version, bound);
            return switch (relation) {
                case ">=" -> order >= 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                case "<" -> order < 0;
                case "!=" -> order != 0;
                default -> order == 0;
            };
        }
    }

    private VersionRange(List<Condition> conditions) {
        this.conditions = conditions;
    }

    /** Reads conditions, several in one text parted by commas; empty when one can't be understood. */
    static Optional<VersionRange> parse(List<String> texts) {
        List<Optional<Condition>> conditions = texts.stream()
                .flatMap(text -> Stream.of(text.split(",", -1)))
                .map(text -> condition(text.strip()))
                .toList();
        return conditions.stream().allMatch(Optional::isPresent)
                ? Optional.of(new VersionRange(
                        conditions.stream().map(Optional::orElseThrow).toList()))
                : Optional.empty();
    }

    /** Whether {@code version} is meant; a text that is no version is in no range. */
    boolean contains(String version) {
        Optional<Condition> exact = condition(version);
        return exact.isPresent()
                && conditions.stream().allMatch(one -> one.holds(exact.get().bound()));
    }

    private static Optional<Condition> condition(String text) {
        Matcher matcher = CONDITION.matcher(text);
        return matcher.matches() && NUMBERS.matcher(matcher.group(2)).matches()
                ? Optional.of(new Condition(
                        matcher.group(1),
                        Stream.of(matcher.group(2).split("\\.", -1))
                                .map(Integer::valueOf)
                                .toList()))
                : Optional.empty();
    }

    private static int compare(List<Integer> a, List<Integer> b) {
        for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
            int order = Integer.compare(part(a, i), part(b, i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int part(List<Integer> version, int i) {
        return i < version.size() ? version.get(i) : 0;
    }
}
