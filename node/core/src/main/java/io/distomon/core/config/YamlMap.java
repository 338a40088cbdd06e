package io.distomon.core.config;

import io.distomon.core.text.ForeignText;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * A mapping of a YAML file: values by key, each with its line. A value of the wrong kind is noted as a mistake and given
 * as absent, so that reading goes on and finds the next mistake. Scalars are taken as written: an id {@code no} or
 * {@code 0x10} stays that text.
 *
 * <p>Only the keys that somebody asks for are ever visited, so aliases can't multiply work, and no object is
 * constructed from a tag. Not thread-safe.
 */
final class YamlMap {
    private static final int MAX_ALIASES = 50;
    private static final int MAX_DEPTH = 20;
    private static final int MAX_KEY_CHARS = 60;
    private static final int MAX_REASON_CHARS = 200;
    private static final int MAX_NUMBER_CHARS = 20;
    private static final String MERGE = "<<";
    private static final String UNSHOWN = "a text that may hold a secret";

    /** What may be a URL, with a scheme or without, and so have a secret in its path. */
    private static final Pattern ADDRESS = Pattern.compile("://|[A-Za-z0-9][.:][A-Za-z0-9][^/]*/");

    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+(_[0-9]+)*([.][0-9]+)?");
    private static final Pattern TIME =
            Pattern.compile("(?:([0-9]+)h)?(?:([0-9]+)m(?!s))?(?:([0-9]+(?:[.][0-9]+)?)s)?(?:([0-9]+)ms)?");

    /** Of the groups of {@link #TIME}, in seconds. */
    private static final List<BigDecimal> UNITS =
            List.of(new BigDecimal(3600), new BigDecimal(60), BigDecimal.ONE, new BigDecimal("0.001"));

    /** What plain YAML text can resolve to; every other tag would ask for an object of the parser's. */
    private static final Set<Tag> PLAIN_TAGS =
            Set.of(Tag.NULL, Tag.BOOL, Tag.INT, Tag.FLOAT, Tag.STR, Tag.SEQ, Tag.MAP, Tag.TIMESTAMP, Tag.MERGE);

    private final String file;
    private final String path;
    private final int line;
    private final boolean secrets;
    private final Map<String, Entry> entries;
    private final Findings findings;
    private final Set<String> asked = new TreeSet<>();

    /** A key's line and its value. */
    private record Entry(int line, Node value) {}

    /**
     * A node of a file, and how one gets there.
     *
     * @param from the mapping or list that it stands in; null for the file itself
     * @param step its key there, or its number in brackets
     */
    private record Place(@Nullable Place from, String step, Node node) {
        /** Such as {@code node_config[2].url}; as long as a file is deep, so it is made for messages only. */
        String key() {
            String before = from == null ? "" : from.key();
            return before.isEmpty() || step.startsWith("[") ? before + step : before + "." + step;
        }

        /** The first key on the way. */
        String topKey() {
            return from == null || from.from() == null ? step : from.topKey();
        }
    }

    private YamlMap(String file, String path, MappingNode node, boolean secrets, Findings findings) {
        this.file = file;
        this.path = path;
        this.secrets = secrets;
        this.line = lineOf(node);
        this.findings = findings;
        this.entries = entriesOf(node);
    }

    /**
     * Reads a whole file; null, with the mistakes noted, when it is no mapping.
     *
     * @param secrets the file holds secrets: the parser's words, which quote the text, are kept out of messages, and so is
     *     what may be a URL, wherever it stands
     */
    static @Nullable YamlMap read(String file, String text, boolean secrets, Findings findings) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(NetworkFile.MAX_BYTES);
        // Nothing is constructed here, and our own check below names every tag that is not plain.
        options.setTagInspector(tag -> true);
        Node node;
        try {
            node = new Yaml(options).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            String expected = isTab(text, mark) ? "spaces" : "a YAML mapping";
            String found = isTab(text, mark)
                    ? "a tab where a line is indented or a value begins"
                    : broken(e.getProblem(), secrets);
            findings.error(file, lineOf(mark), mark == null ? 0 : mark.getColumn() + 1, "", found, expected);
            return null;
        } catch (ReaderException e) {
            int position = Math.min(e.getPosition(), text.codePointCount(0, text.length()));
            String before = text.substring(0, text.offsetByCodePoints(0, position));
            findings.error(
                    file,
                    (int) before.chars().filter(c -> c == '\n').count() + 1,
                    before.codePointCount(before.lastIndexOf('\n') + 1, before.length()) + 1,
                    "",
                    "the character U+" + HexFormat.of().withUpperCase().toHexDigits(e.getCodePoint(), 4),
                    "text without control characters");
            return null;
        } catch (YAMLException e) {
            findings.error(file, 0, "", broken(e.getMessage(), secrets), "a YAML mapping");
            return null;
        } catch (RuntimeException e) {
            // The parser's own faults with some broken texts: a file that ends within "\x is a NumberFormatException.
            findings.error(file, 0, "", broken(null, secrets), "a YAML mapping");
            return null;
        }
        if (!(node instanceof MappingNode mapping)) {
            String found = switch (node) {
                case null -> "an empty file";
                case SequenceNode _ -> "a list";
                default -> "a bare text";
            };
            findings.error(file, 0, "", found, "a YAML mapping");
            return null;
        }
        return tagsArePlain(file, mapping, secrets, findings)
                ? new YamlMap(file, "", mapping, secrets, findings)
                : null;
    }

    /** The file, as it is called in messages. */
    String file() {
        return file;
    }

    /** The line of the mapping's start. */
    int line() {
        return line;
    }

    /** The line of {@code key}, or of the mapping when the key is absent. */
    int line(String key) {
        Entry entry = entries.get(key);
        return entry == null ? line : entry.line();
    }

    /** Whether {@code key} has a value other than null. */
    boolean has(String key) {
        return value(key) != null;
    }

    /** Where {@code key} stands, such as {@code node_config[2].url}. */
    String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Notes a mistake at {@code key}. */
    void error(String key, String found, String expected) {
        findings.error(file, line(key), pathOf(key), found, expected);
    }

    /** Notes an oddity at {@code key}. */
    void warn(String key, String text) {
        findings.warn(file, line(key), pathOf(key) + ": " + text);
    }

    /** A text that must be there and fit; null, with the mistake noted, otherwise. */
    @Nullable
    String required(String key, String expected, Predicate<String> fits) {
        if (!has(key)) {
            error(key, "nothing", expected);
            return null;
        }
        return optional(key, expected, fits);
    }

    /** A text; null when absent, or, with the mistake noted, when it doesn't fit. */
    @Nullable
    String optional(String key, String expected, Predicate<String> fits) {
        String text = scalar(key, expected);
        if (text != null && !fits.test(text)) {
            error(key, quoted(text), expected);
            return null;
        }
        return text;
    }

    /** A secret: like {@link #optional}, but no message shows it. */
    @Nullable
    Secret secret(String key, String expected, Predicate<String> fits) {
        Node node = value(key);
        if (node == null) {
            return null;
        }
        if (node instanceof ScalarNode scalar && fits.test(scalar.getValue())) {
            return new Secret(scalar.getValue());
        }
        error(key, node instanceof ScalarNode ? "a text that doesn't fit" : kind(node), expected);
        return null;
    }

    /** A whole number between two bounds, both included; {@code fallback} when absent or, with the mistake noted, not one. */
    int whole(String key, int fallback, int min, int max) {
        String expected = "a whole number from %s to %s".formatted(min, max);
        String text = scalar(key, expected);
        if (text == null) {
            return fallback;
        }
        BigDecimal number = number(text);
        if (number != null
                && isBetween(number, min, max)
                && number.stripTrailingZeros().scale() <= 0) {
            return number.intValueExact();
        }
        error(key, quoted(text), expected);
        return fallback;
    }

    /**
     * A number between two bounds, both included, or {@code off}, which is {@code off} here too; null when absent or, with
     * the mistake noted, neither.
     */
    @Nullable
    Double numberOr(double off, String key, String min, String max) {
        String expected = "a number from %s to %s, or off".formatted(min, max);
        String text = scalar(key, expected);
        if (text == null) {
            return null;
        }
        if (text.equals("off")) {
            return off;
        }
        BigDecimal number = number(text);
        if (number != null && isBetween(number, new BigDecimal(min), new BigDecimal(max))) {
            return number.doubleValue();
        }
        error(key, quoted(text), expected);
        return null;
    }

    /**
     * A span of time between two bounds, both included: seconds as a number, or with units as {@code 30s},
     * {@code 1m30s} and {@code 2500ms}; {@code fallback} when absent or, with the mistake noted, not one.
     */
    Duration seconds(String key, Duration fallback, int min, int max) {
        String expected = "a number of seconds from %s to %s, or a time such as 1m30s".formatted(min, max);
        String text = scalar(key, expected);
        if (text == null) {
            return fallback;
        }
        BigDecimal seconds = text.length() > MAX_NUMBER_CHARS || number(text) != null ? number(text) : sum(text);
        if (seconds != null && isBetween(seconds, min, max)) {
            return Duration.ofNanos(seconds.movePointRight(9).longValue());
        }
        error(key, quoted(text), expected);
        return fallback;
    }

    /** The seconds of a time with units; null when it is none. */
    private static @Nullable BigDecimal sum(String text) {
        Matcher matcher = TIME.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            return null;
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                sum = sum.add(new BigDecimal(matcher.group(group)).multiply(UNITS.get(group - 1)));
            }
        }
        return sum;
    }

    /** A decimal number, perhaps with {@code _} between digits; null when it is none. */
    private static @Nullable BigDecimal number(String text) {
        // Length and exponent first: 1e999999999 would otherwise be expanded to its digits.
        return text.length() <= MAX_NUMBER_CHARS && NUMBER.matcher(text).matches()
                ? new BigDecimal(text.replace("_", ""))
                : null;
    }

    private static boolean isBetween(BigDecimal number, int min, int max) {
        return isBetween(number, BigDecimal.valueOf(min), BigDecimal.valueOf(max));
    }

    private static boolean isBetween(BigDecimal number, BigDecimal min, BigDecimal max) {
        return number.compareTo(min) >= 0 && number.compareTo(max) <= 0;
    }

    /** A mapping; null when absent or, with the mistake noted, something else. */
    @Nullable
    YamlMap map(String key) {
        Node node = value(key);
        if (node == null) {
            return null;
        }
        if (node instanceof MappingNode mapping) {
            return new YamlMap(file, pathOf(key), mapping, secrets, findings);
        }
        error(key, kind(node), "a mapping");
        return null;
    }

    /** One text or a list of texts; empty when absent or, with a warning, something else. */
    List<String> texts(String key, int max) {
        List<Node> nodes = switch (value(key)) {
            case null -> List.of();
            case SequenceNode sequence -> sequence.getValue();
            case Node one -> List.of(one);
        };
        if (nodes.size() > max || !nodes.stream().allMatch(ScalarNode.class::isInstance)) {
            warn(key, "ignored, since it is neither a text nor a list of at most %s texts".formatted(max));
            return List.of();
        }
        return nodes.stream().map(node -> ((ScalarNode) node).getValue()).toList();
    }

    /** A list of texts that fit; what doesn't is left out, with the mistake noted. */
    List<String> listed(String key, int max, String expected, Predicate<String> fits) {
        Node node = value(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            error(key, kind(node), expected);
            return List.of();
        }
        if (sequence.getValue().size() > max) {
            error(key, sequence.getValue().size() + " items", "at most " + max);
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            Node item = sequence.getValue().get(i);
            if (item instanceof ScalarNode scalar && fits.test(scalar.getValue())) {
                texts.add(scalar.getValue());
            } else {
                findings.error(file, lineOf(item), pathOf(key) + "[" + i + "]", kind(item), expected);
            }
        }
        return texts;
    }

    /** A list of mappings; what is none is left out, with the mistake noted. */
    List<YamlMap> maps(String key, int max) {
        Node node = value(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            error(key, kind(node), "a list");
            return List.of();
        }
        if (sequence.getValue().size() > max) {
            error(key, sequence.getValue().size() + " items", "at most " + max);
            return List.of();
        }
        List<YamlMap> maps = new ArrayList<>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            Node item = sequence.getValue().get(i);
            String itemPath = pathOf(key) + "[" + i + "]";
            if (item instanceof MappingNode mapping) {
                maps.add(new YamlMap(file, itemPath, mapping, secrets, findings));
            } else {
                findings.error(file, lineOf(item), itemPath, kind(item), "a mapping");
            }
        }
        return maps;
    }

    /** Warns of every key that nobody asked for. */
    void warnUnknown() {
        warnUnknown(List.of(this));
    }

    /** Warns of every key that nobody asked for in any of these, once for each key however often it occurs. */
    static void warnUnknown(List<YamlMap> maps) {
        Map<String, Integer> count = new LinkedHashMap<>();
        Map<String, YamlMap> first = new LinkedHashMap<>();
        for (YamlMap map : maps) {
            for (String key : map.entries.keySet()) {
                if (!map.asked.contains(key)) {
                    count.merge(key, 1, Integer::sum);
                    first.putIfAbsent(key, map);
                }
            }
        }
        first.forEach((key, map) -> {
            int more = count.getOrDefault(key, 1) - 1;
            map.findings.warn(
                    map.file,
                    map.line(key),
                    "unknown key %s is ignored%s"
                            .formatted(
                                    map.quoted(map.pathOf(key)),
                                    more == 0 ? "" : " (and in %s more places)".formatted(more)));
        });
    }

    private @Nullable String scalar(String key, String expected) {
        Node node = value(key);
        if (node == null) {
            return null;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        error(key, kind(node), expected);
        return null;
    }

    private @Nullable Node value(String key) {
        asked.add(key);
        Entry entry = entries.get(key);
        return entry == null || entry.value().getTag().equals(Tag.NULL) ? null : entry.value();
    }

    private Map<String, Entry> entriesOf(MappingNode node) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        addEntries(node, entries, Collections.newSetFromMap(new IdentityHashMap<>()));
        return entries;
    }

    /**
     * Adds what a mapping says and {@code entries} don't yet: its own keys first, then those that it merges, the first of
     * a list before the others.
     *
     * @param seen what has been added; a mapping that is merged in many places, itself among them, adds nothing more
     */
    private void addEntries(MappingNode node, Map<String, Entry> entries, Set<Node> seen) {
        if (!seen.add(node)) {
            return;
        }
        Set<String> own = new HashSet<>();
        List<NodeTuple> merges = new ArrayList<>();
        for (NodeTuple tuple : node.getValue()) {
            String key = keyOf(tuple);
            if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
                merges.add(tuple);
            } else if (own.add(key)) {
                entries.putIfAbsent(key, new Entry(lineOf(tuple.getKeyNode()), tuple.getValueNode()));
            } else {
                findings.error(
                        file,
                        lineOf(tuple.getKeyNode()),
                        columnOf(tuple.getKeyNode()),
                        pathOf(shown(key, secrets)),
                        "the key a second time",
                        "every key once");
            }
        }
        for (NodeTuple merge : merges) {
            List<Node> bases = merge.getValueNode() instanceof SequenceNode several
                    ? several.getValue()
                    : List.of(merge.getValueNode());
            for (Node base : bases) {
                if (base instanceof MappingNode mapping) {
                    addEntries(mapping, entries, seen);
                } else {
                    findings.error(
                            file,
                            lineOf(merge.getKeyNode()),
                            columnOf(merge.getKeyNode()),
                            pathOf(MERGE),
                            base instanceof ScalarNode ? "a text" : "a list in a list",
                            "a mapping or a list of mappings to merge");
                }
            }
        }
    }

    private static boolean tagsArePlain(String file, Node root, boolean secrets, Findings findings) {
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Place> todo = new ArrayList<>(List.of(new Place(null, "", root)));
        boolean plain = true;
        while (!todo.isEmpty()) {
            Place place = todo.removeLast();
            Node node = place.node();
            if (!seen.add(node)) {
                continue;
            }
            if (!PLAIN_TAGS.contains(node.getTag())) {
                findings.error(
                        file,
                        lineOf(node),
                        columnOf(node),
                        secrets ? place.topKey() : place.key(),
                        secrets
                                ? "a YAML tag"
                                : "the YAML tag "
                                        + ForeignText.quoted(node.getTag().getValue()),
                        "plain YAML without tags");
                plain = false;
            }
            switch (node) {
                case MappingNode mapping ->
                    mapping.getValue().forEach(tuple -> {
                        String key = shown(keyOf(tuple), secrets);
                        todo.add(new Place(place, key, tuple.getKeyNode()));
                        todo.add(new Place(place, key, tuple.getValueNode()));
                    });
                case SequenceNode sequence -> {
                    for (int i = 0; i < sequence.getValue().size(); i++) {
                        todo.add(new Place(
                                place, "[" + i + "]", sequence.getValue().get(i)));
                    }
                }
                default -> {}
            }
        }
        return plain;
    }

    private static String keyOf(NodeTuple tuple) {
        return tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
    }

    private static int columnOf(Node node) {
        return node.getStartMark().getColumn() + 1;
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static int lineOf(@Nullable Mark mark) {
        return mark == null ? 0 : mark.getLine() + 1;
    }

    private static boolean isTab(String text, @Nullable Mark mark) {
        return mark != null
                && mark.getIndex() < text.codePointCount(0, text.length())
                && text.codePointAt(text.offsetByCodePoints(0, mark.getIndex())) == '\t';
    }

    private String kind(Node node) {
        return switch (node) {
            case MappingNode _ -> "a mapping";
            case SequenceNode _ -> "a list";
            case ScalarNode scalar -> scalar.getTag().equals(Tag.NULL) ? "nothing" : quoted(scalar.getValue());
            default -> "something else";
        };
    }

    private String quoted(String text) {
        return mayBeSecret(text, secrets) ? UNSHOWN : ForeignText.quoted(text);
    }

    private static String shown(String key, boolean secrets) {
        return mayBeSecret(key, secrets) ? UNSHOWN : ForeignText.plain(key, MAX_KEY_CHARS);
    }

    private static boolean mayBeSecret(String text, boolean secrets) {
        return secrets && ADDRESS.matcher(text).find();
    }

    private static String broken(@Nullable String reason, boolean secrets) {
        return secrets || reason == null
                ? "broken YAML"
                : "broken YAML (" + ForeignText.plain(reason.lines().findFirst().orElse(""), MAX_REASON_CHARS) + ")";
    }
}
