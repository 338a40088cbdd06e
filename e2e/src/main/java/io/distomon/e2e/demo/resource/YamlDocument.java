package io.distomon.e2e.demo.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

/**
 * The one document of a YAML file as JSON, with the line of every field. YAML 1.1, as kubectl reads it: an unquoted
 * {@code no} is a boolean.
 */
final class YamlDocument {
    /** More than the largest network needs (500 nodes with every field); what aliases multiply counts too. */
    private static final int MAX_VALUES = 200_000;

    private static final int MAX_DEPTH = 32;

    private final JsonNodeFactory json = JsonNodeFactory.instance;
    private final Map<String, Integer> lines = new HashMap<>();
    private final List<Mistake> mistakes = new ArrayList<>();
    private final String file;
    private final JsonNode root;
    private int values;
    private int depth;

    private YamlDocument(String file, String text) {
        this.file = file;
        this.root = read(text);
    }

    /** @param file its name in messages */
    static YamlDocument parse(String file, String text) {
        return new YamlDocument(file, text);
    }

    JsonNode root() {
        return root;
    }

    /** What is wrong with the YAML itself; when there is anything, the root is not to be used. */
    List<Mistake> mistakes() {
        return List.copyOf(mistakes);
    }

    /** The mistake at a field: its line is the field's, or that of the nearest one around it that is written down. */
    Mistake mistake(String field, String message) {
        String place = field;
        while (!place.isEmpty() && !lines.containsKey(place)) {
            place = FieldPath.parent(place);
        }
        return new Mistake(file, lines.getOrDefault(place, 1), field, message);
    }

    private JsonNode read(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(true); // composing does not look; convert() does, and says where
        options.setNestingDepthLimit(MAX_DEPTH);
        try {
            Iterator<Node> documents =
                    new Yaml(options).composeAll(new StringReader(text)).iterator();
            List<Node> found = new ArrayList<>();
            while (documents.hasNext() && found.size() < 2) {
                Node document = documents.next();
                if (!isEmpty(document)) {
                    found.add(document);
                }
            }
            if (found.isEmpty()) {
                mistakes.add(new Mistake(file, 1, "", "found nothing, expected one DistomonNetwork"));
                return json.nullNode();
            }
            if (found.size() > 1) {
                mistakes.add(new Mistake(
                        file, line(found.get(1)), "", "found a second document, expected one DistomonNetwork alone"));
                return json.nullNode();
            }
            lines.put(FieldPath.ROOT, line(found.getFirst()));
            return convert(found.getFirst(), FieldPath.ROOT);
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
            String context = e.getContext() == null ? "" : " (" + e.getContext() + ")";
            mistakes.add(new Mistake(
                    file,
                    mark == null ? 0 : mark.getLine() + 1,
                    "",
                    "broken YAML: " + e.getProblem() + context
                            + (mark == null ? "" : ", column " + (mark.getColumn() + 1))));
        } catch (YAMLException e) {
            mistakes.add(new Mistake(file, 0, "", "broken YAML: " + firstLine(String.valueOf(e.getMessage()))));
        }
        return json.nullNode();
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    private static boolean isEmpty(Node document) {
        return document instanceof ScalarNode scalar
                && scalar.getTag().equals(Tag.NULL)
                && scalar.getValue().isEmpty();
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private JsonNode convert(Node node, String path) {
        if (++values > MAX_VALUES) {
            throw new YAMLException("more than " + MAX_VALUES + " values");
        }
        if (++depth > MAX_DEPTH) {
            throw new YAMLException("more than " + MAX_DEPTH + " levels, or an anchor inside itself");
        }
        JsonNode value = switch (node) {
            case MappingNode mapping -> object(mapping, path);
            case SequenceNode sequence -> array(sequence, path);
            case ScalarNode scalar -> scalar(scalar, path);
            default -> throw new YAMLException("neither map, list nor scalar: " + node.getNodeId());
        };
        depth--;
        return value;
    }

    private ObjectNode object(MappingNode mapping, String path) {
        ObjectNode object = json.objectNode();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                mistakes.add(new Mistake(file, line(tuple.getKeyNode()), path, "found a list or map as a key"));
                continue;
            }
            if (key.getTag().equals(Tag.MERGE)) {
                mistakes.add(
                        new Mistake(file, line(key), path, "found a merge key (<<), expected the fields themselves"));
                continue;
            }
            String name = key.getValue();
            String member = FieldPath.member(path, name);
            if (object.has(name)) {
                mistakes.add(new Mistake(
                        file,
                        line(key),
                        member,
                        "found a second time, expected once (the first is in line " + lines.get(member) + ")"));
                continue;
            }
            lines.put(member, line(key));
            object.set(name, convert(tuple.getValueNode(), member));
        }
        return object;
    }

    private ArrayNode array(SequenceNode sequence, String path) {
        ArrayNode array = json.arrayNode();
        for (Node item : sequence.getValue()) {
            String member = FieldPath.item(path, array.size());
            lines.put(member, line(item));
            array.add(convert(item, member));
        }
        return array;
    }

    private JsonNode scalar(ScalarNode scalar, String path) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        try {
            if (tag.equals(Tag.NULL)) {
                return json.nullNode();
            }
            if (tag.equals(Tag.BOOL)) {
                return json.booleanNode(List.of("true", "yes", "on").contains(text.toLowerCase(Locale.ROOT)));
            }
            if (tag.equals(Tag.INT)) {
                return integer(text.replace("_", ""));
            }
            if (tag.equals(Tag.FLOAT)) {
                return json.numberNode(new BigDecimal(text.replace("_", "")));
            }
        } catch (NumberFormatException e) {
            mistakes.add(new Mistake(
                    file,
                    line(scalar),
                    path,
                    "found " + text + ", expected a decimal number, or quotes around a text"));
            return json.nullNode();
        }
        return json.textNode(text);
    }

    private JsonNode integer(String text) {
        BigInteger value = new BigInteger(text);
        return value.bitLength() < Long.SIZE ? json.numberNode(value.longValueExact()) : json.numberNode(value);
    }
}
