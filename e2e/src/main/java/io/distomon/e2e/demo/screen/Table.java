package io.distomon.e2e.demo.screen;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.e2e.demo.resource.CustomResourceSchema;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A resource as {@code kubectl get -o wide} prints it, with the columns that its CRD has. */
final class Table {
    /** Of kubectl's JSONPath, what columns use: fields, and the items of a list where one field has a value. */
    private static final Pattern STEP =
            Pattern.compile("\\.([A-Za-z][A-Za-z0-9]*)|\\[\\?\\(@\\.([A-Za-z]+)==\"([^\"]*)\"\\)]");

    private static final int GAP = 3;

    private Table() {}

    /** Two lines of one length: headings and values. */
    static List<String> of(CustomResourceSchema crd, JsonNode resource, Instant now) {
        List<String> headings = new ArrayList<>();
        List<String> values = new ArrayList<>();
        headings.add("NAME");
        values.add(resource.path("metadata").path("name").asText());
        // kubectl prints what only -o wide has at the end.
        for (boolean wide : new boolean[] {false, true}) {
            for (CustomResourceSchema.Column column : crd.columns()) {
                if (column.wide() == wide) {
                    headings.add(column.name().toUpperCase(Locale.ROOT));
                    values.add(value(column, resource, now));
                }
            }
        }
        StringBuilder first = new StringBuilder();
        StringBuilder second = new StringBuilder();
        for (int i = 0; i < headings.size(); i++) {
            int width = i == headings.size() - 1
                    ? 0
                    : Math.max(headings.get(i).length(), values.get(i).length()) + GAP;
            first.append(padded(headings.get(i), width));
            second.append(padded(values.get(i), width));
        }
        return List.of(first.toString(), second.toString());
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String value(CustomResourceSchema.Column column, JsonNode resource, Instant now) {
        String text = find(resource, column.jsonPath());
        if (!column.type().equals("date") || text.isEmpty()) {
            return text;
        }
        try {
            return age(Duration.between(Instant.parse(text), now));
        } catch (DateTimeParseException e) {
            return "<invalid>";
        }
    }

    static String find(JsonNode resource, String jsonPath) {
        JsonNode place = resource;
        Matcher step = STEP.matcher(jsonPath);
        int end = 0;
        while (step.find() && step.start() == end) {
            place = step.group(1) != null ? place.path(step.group(1)) : item(place, step.group(2), step.group(3));
            end = step.end();
        }
        if (end != jsonPath.length()) {
            throw new IllegalArgumentException("found the column path " + jsonPath
                    + ", expected fields and [?(@.field==\"value\")] as columns have them so far");
        }
        return place.asText();
    }

    private static JsonNode item(JsonNode list, String field, String value) {
        for (JsonNode item : list) {
            if (item.path(field).asText().equals(value)) {
                return item;
            }
        }
        return list.path("none");
    }

    /** As kubectl writes durations: the two largest units, one when that says enough. */
    static String age(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return minutes + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return hours + "h" + (minutes % 60 == 0 ? "" : minutes % 60 + "m");
        }
        return hours < 48 ? hours + "h" : hours / 24 + "d";
    }
}
