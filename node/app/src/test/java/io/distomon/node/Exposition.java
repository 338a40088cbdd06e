package io.distomon.node;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A scrape in Prometheus' text format 0.0.4, read more strictly than Prometheus itself does: every metric has one HELP and
 * one TYPE, which come first, and all its samples in one piece; no series twice; counters end in {@code _total}; the
 * buckets of a histogram are whole and add up.
 */
public final class Exposition {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (\\S.*)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary)");
    private static final Pattern SAMPLE = Pattern.compile("(" + NAME + ")(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(?:,(?=.)|$)");
    private static final Pattern VALUE = Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]+)?(?:E[+-]?[0-9]+)?|Inf)|NaN");

    private final Map<Series, Double> samples = new LinkedHashMap<>();
    private final Map<String, String> types = new LinkedHashMap<>();

    /** A sample's name with its labels. */
    public record Series(String name, Map<String, String> labels) {
        @Override
        public String toString() {
            return name + labels;
        }

        Series without(String label) {
            Map<String, String> others = new TreeMap<>(labels);
            others.remove(label);
            return new Series(name, others);
        }
    }

    private Exposition() {}

    /**
     * Reads a scrape.
     *
     * @throws IllegalArgumentException naming the first line, or the histogram, that is not as it should be
     */
    public static Exposition parse(String text) {
        check(
                text.endsWith("\n") && text.length() > 1 && !text.contains("\r"),
                "the end of the last line, or a carriage return");
        Exposition read = new Exposition();
        String family = "";
        for (String line : text.lines().toList()) {
            family = read.line(line, family);
        }
        read.types.forEach((name, type) -> {
            if (type.equals("histogram")) {
                read.checkHistogram(name);
            }
        });
        return read;
    }

    /** The value of the series with exactly these labels, given as names and values in turn; null when there is none. */
    public @Nullable Double value(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return samples.get(new Series(name, wanted));
    }

    /** All series whose name begins so. */
    public Set<Series> series(String prefix) {
        return samples.keySet().stream()
                .filter(series -> series.name().startsWith(prefix))
                .collect(Collectors.toSet());
    }

    private String line(String line, String family) {
        Matcher help = HELP.matcher(line);
        if (help.matches()) {
            check(!types.containsKey(help.group(1)), line);
            types.put(help.group(1), "");
            return help.group(1);
        }
        Matcher type = TYPE.matcher(line);
        if (type.matches()) {
            check(type.group(1).equals(family) && "".equals(types.put(family, type.group(2))), line);
            check(type.group(2).equals("counter") == family.endsWith("_total"), line);
            return family;
        }
        Matcher sample = SAMPLE.matcher(line);
        check(
                family != null
                        && sample.matches()
                        && VALUE.matcher(sample.group(3)).matches(),
                line);
        check(names(family, String.valueOf(types.get(family))).contains(sample.group(1)), line);
        Series series = new Series(sample.group(1), labels(line, sample.group(2)));
        check(samples.put(series, number(sample.group(3))) == null, line);
        return family;
    }

    private static Set<String> names(String family, String type) {
        return switch (type) {
            case "counter", "gauge" -> Set.of(family);
            case "summary" -> Set.of(family, family + "_sum", family + "_count");
            case "histogram" -> Set.of(family + "_bucket", family + "_sum", family + "_count");
            default -> Set.of();
        };
    }

    private static Map<String, String> labels(String line, @Nullable String text) {
        Map<String, String> labels = new TreeMap<>();
        if (text != null) {
            Matcher label = LABEL.matcher(text);
            int end = 0;
            while (end < text.length()) {
                check(label.find() && label.start() == end, line);
                check(labels.put(label.group(1), label.group(2)) == null, line);
                end = label.end();
            }
            check(!labels.isEmpty(), line);
        }
        return labels;
    }

    private void checkHistogram(String name) {
        Map<Series, List<Map.Entry<Double, Double>>> buckets = new LinkedHashMap<>();
        samples.forEach((series, count) -> {
            if (series.name().equals(name + "_bucket")) {
                check(series.labels().containsKey("le"), series.toString());
                buckets.computeIfAbsent(series.without("le"), key -> new ArrayList<>())
                        .add(Map.entry(number(series.labels().get("le")), count));
            }
        });
        Set<Map<String, String>> counted = new HashSet<>();
        series(name + "_count").forEach(series -> counted.add(series.labels()));
        check(
                counted.equals(buckets.keySet().stream().map(Series::labels).collect(Collectors.toSet())),
                name + ": counts without buckets, or buckets without a count");
        buckets.forEach((series, ordered) -> {
            for (int i = 1; i < ordered.size(); i++) {
                check(ordered.get(i - 1).getKey() < ordered.get(i).getKey(), series + ": bounds");
                check(ordered.get(i - 1).getValue() <= ordered.get(i).getValue(), series + ": counts");
            }
            check(ordered.getLast().getKey().isInfinite(), series + ": no +Inf");
            check(
                    ordered.getLast().getValue().equals(samples.get(new Series(name + "_count", series.labels()))),
                    series + ": count");
            check(samples.containsKey(new Series(name + "_sum", series.labels())), series + ": no sum");
        });
    }

    private static double number(@Nullable String text) {
        return Double.parseDouble(String.valueOf(text).replace("Inf", "Infinity"));
    }

    private static void check(boolean holds, String where) {
        if (!holds) {
            throw new IllegalArgumentException("not as the text format is: " + where);
        }
    }
}
