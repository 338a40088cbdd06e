package io.distomon.e2e.demo.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.core.text.ForeignText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * A CRD's {@code openAPIV3Schema}, applied as an API server applies it with strict field validation: defaults first,
 * then types, bounds, patterns, enums, required and unknown fields, and the keys of list maps. CEL rules
 * ({@code x-kubernetes-validations}) are left to the caller.
 */
final class StructuralSchema {
    /** Keywords that are obeyed. */
    private static final Set<String> OBEYED = Set.of(
            "type",
            "properties",
            "additionalProperties",
            "items",
            "required",
            "enum",
            "default",
            "nullable",
            "pattern",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "x-kubernetes-list-type",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-int-or-string",
            "x-kubernetes-preserve-unknown-fields");

    /** Keywords that refuse nothing here: texts, what server-side apply alone needs, and what the caller sees to. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("description", "format", "title", "example", "x-kubernetes-map-type", "x-kubernetes-validations");

    private final JsonNode root;
    private final Map<String, Pattern> patterns = new HashMap<>();

    /** @throws IllegalArgumentException when the schema has a keyword that is not known here, with its place */
    StructuralSchema(JsonNode root) {
        refuseUnknownKeywords(root, "");
        this.root = root;
    }

    /**
     * Fills the defaults of {@code value} in and reports everything that the schema refuses.
     *
     * @param path where {@code value} stands
     * @param report is given the place and what was found and expected there
     */
    void apply(JsonNode value, String path, BiConsumer<String, String> report) {
        check(value, root, path, report);
    }

    private static void refuseUnknownKeywords(JsonNode schema, String place) {
        schema.fieldNames().forEachRemaining(keyword -> {
            boolean intOrString = keyword.equals("anyOf") && isIntOrString(schema);
            if (!OBEYED.contains(keyword) && !WITHOUT_EFFECT.contains(keyword) && !intOrString) {
                throw new IllegalArgumentException("the CRD's schema has at '" + place + "' the keyword " + keyword
                        + ", which the demo does not know");
            }
        });
        schema.path("properties")
                .properties()
                .forEach(property ->
                        refuseUnknownKeywords(property.getValue(), FieldPath.member(place, property.getKey())));
        if (schema.path("items").isObject()) {
            refuseUnknownKeywords(schema.path("items"), place + "[]");
        }
        if (schema.path("additionalProperties").isObject()) {
            refuseUnknownKeywords(schema.path("additionalProperties"), place + "{}");
        }
    }

    private void check(JsonNode value, JsonNode schema, String path, BiConsumer<String, String> report) {
        if (value.isNull()) {
            if (!schema.path("nullable").asBoolean()) {
                report.accept(path, "found nothing, expected " + typeName(schema));
            }
            return;
        }
        if (!hasType(value, schema)) {
            report.accept(path, "found " + shown(value) + ", expected " + typeName(schema) + hint(value, schema));
            return;
        }
        if (schema.has("enum") && !contains(schema.path("enum"), value)) {
            report.accept(path, "found " + shown(value) + ", expected " + oneOf(schema.path("enum")));
            return;
        }
        switch (value) {
            case ObjectNode object -> checkObject(object, schema, path, report);
            case ArrayNode array -> checkArray(array, schema, path, report);
            default -> {
                if (value.isTextual()) {
                    checkText(value.textValue(), schema, path, report);
                } else if (value.isNumber()) {
                    checkNumber(value.decimalValue(), schema, path, report);
                }
            }
        }
    }

    private void checkObject(ObjectNode object, JsonNode schema, String path, BiConsumer<String, String> report) {
        JsonNode properties = schema.path("properties");
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            JsonNode absent = property.getValue().path("default");
            JsonNode present = object.path(property.getKey());
            boolean refusedNull =
                    present.isNull() && !property.getValue().path("nullable").asBoolean();
            if (!absent.isMissingNode() && (present.isMissingNode() || refusedNull)) {
                object.set(property.getKey(), absent.deepCopy());
            }
        }
        for (JsonNode required : schema.path("required")) {
            if (!object.has(required.textValue())) {
                JsonNode missing = properties.path(required.textValue());
                report.accept(
                        FieldPath.member(path, required.textValue()),
                        "found nothing, expected " + (missing.has("type") ? typeName(missing) : "a value"));
            }
        }
        JsonNode additional = schema.path("additionalProperties");
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean() || additional.asBoolean();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String place = FieldPath.member(path, field.getKey());
            if (properties.has(field.getKey())) {
                check(field.getValue(), properties.path(field.getKey()), place, report);
            } else if (additional.isObject()) {
                check(field.getValue(), additional, place, report);
            } else if (!open && !properties.isMissingNode()) {
                report.accept(place, "found an unknown field, expected one of " + names(properties));
            } else if (!open) {
                report.accept(place, "found a field, expected none");
            }
        }
        checkSize(object.size(), schema, "Properties", "fields", path, report);
    }

    private void checkArray(ArrayNode array, JsonNode schema, String path, BiConsumer<String, String> report) {
        checkSize(array.size(), schema, "Items", "items", path, report);
        for (int i = 0; i < array.size(); i++) {
            check(array.get(i), schema.path("items"), FieldPath.item(path, i), report);
        }
        List<String> keys = new ArrayList<>();
        schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.textValue()));
        boolean set = schema.path("x-kubernetes-list-type").asText().equals("set");
        if (keys.isEmpty() && !set) {
            return;
        }
        Map<Object, Integer> first = new HashMap<>();
        for (int i = 0; i < array.size(); i++) {
            JsonNode item = array.get(i);
            Object identity =
                    set ? item : keys.stream().map(key -> item.path(key)).toList();
            boolean complete = set || keys.stream().allMatch(item::has);
            Integer earlier = first.putIfAbsent(identity, i);
            if (complete && earlier != null) {
                String place = FieldPath.item(path, i);
                String key = set ? place : FieldPath.member(place, keys.getFirst());
                report.accept(
                        key,
                        "found " + shown(set ? item : item.path(keys.getFirst())) + " a second time, expected once"
                                + " (the first is " + FieldPath.item(path, earlier) + ")");
            }
        }
    }

    private void checkText(String text, JsonNode schema, String path, BiConsumer<String, String> report) {
        checkSize(text.codePointCount(0, text.length()), schema, "Length", "characters", path, report);
        String pattern = schema.path("pattern").asText();
        if (!pattern.isEmpty()
                && !patterns.computeIfAbsent(pattern, Pattern::compile)
                        .matcher(text)
                        .find()) {
            report.accept(path, "found " + ForeignText.quoted(text) + ", expected a text that matches " + pattern);
        }
    }

    private static void checkNumber(
            BigDecimal number, JsonNode schema, String path, BiConsumer<String, String> report) {
        JsonNode minimum = schema.path("minimum");
        JsonNode maximum = schema.path("maximum");
        boolean above = schema.path("exclusiveMinimum").asBoolean();
        boolean below = schema.path("exclusiveMaximum").asBoolean();
        if (minimum.isNumber() && number.compareTo(minimum.decimalValue()) < (above ? 1 : 0)) {
            report.accept(
                    path, "found " + number + ", expected " + (above ? "more than " : "at least ") + plain(minimum));
        }
        if (maximum.isNumber() && number.compareTo(maximum.decimalValue()) > (below ? -1 : 0)) {
            report.accept(
                    path, "found " + number + ", expected " + (below ? "less than " : "at most ") + plain(maximum));
        }
    }

    /** The generator of the CRD writes 3 as 3.0. */
    private static String plain(JsonNode bound) {
        return bound.decimalValue().stripTrailingZeros().toPlainString();
    }

    private static void checkSize(
            int size, JsonNode schema, String what, String unit, String path, BiConsumer<String, String> report) {
        JsonNode least = schema.path("min" + what);
        JsonNode most = schema.path("max" + what);
        if (least.isNumber() && size < least.intValue()) {
            report.accept(path, "found " + size + " " + unit + ", expected at least " + least);
        }
        if (most.isNumber() && size > most.intValue()) {
            report.accept(path, "found " + size + " " + unit + ", expected at most " + most);
        }
    }

    private static boolean isIntOrString(JsonNode schema) {
        return schema.path("x-kubernetes-int-or-string").asBoolean();
    }

    private static boolean hasType(JsonNode value, JsonNode schema) {
        if (isIntOrString(schema)) {
            return value.isTextual() || value.isIntegralNumber();
        }
        return switch (schema.path("type").asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            default -> true; // a schema without a type takes anything
        };
    }

    private static String typeName(JsonNode schema) {
        if (isIntOrString(schema)) {
            return "a whole number or a text";
        }
        return switch (schema.path("type").asText()) {
            case "object" -> schema.has("properties") ? "a map with " + names(schema.path("properties")) : "a map";
            case "array" -> "a list";
            case "string" -> schema.has("enum") ? oneOf(schema.path("enum")) : "a text";
            case "boolean" -> "true or false";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            default -> "a value";
        };
    }

    /** What YAML makes of an unquoted {@code no} or {@code 12} surprises many. */
    private static String hint(JsonNode value, JsonNode schema) {
        boolean text = schema.path("type").asText().equals("string");
        return text && (value.isBoolean() || value.isNumber()) ? " (in quotes)" : "";
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        Set<JsonNode> all = new HashSet<>();
        values.forEach(all::add);
        return all.contains(value);
    }

    private static String oneOf(JsonNode values) {
        List<String> all = new ArrayList<>();
        values.forEach(value -> all.add(value.asText()));
        return all.size() == 1 ? all.getFirst() : "one of " + String.join(", ", all);
    }

    private static String names(JsonNode properties) {
        List<String> names = new ArrayList<>();
        properties.fieldNames().forEachRemaining(names::add);
        return String.join(", ", names);
    }

    private static String shown(JsonNode value) {
        return switch (value) {
            case ObjectNode ignored -> "a map";
            case ArrayNode ignored -> "a list";
            default -> value.isTextual() ? ForeignText.quoted(value.textValue()) : value.toString();
        };
    }
}
