package io.distomon.crds.refused;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * One object that must be refused.
 *
 * @param name what is wrong with it
 * @param by who refuses it first
 * @param object it, as a user applies it
 * @param before what it was, where the change is the mistake
 * @param path the field, as Java calls it
 * @param serverPath the field, as the API server calls it
 * @param message a part of what Java says, and with CEL the API server too
 */
public record RefusedObject(
        String name,
        By by,
        ObjectNode object,
        @Nullable ObjectNode before,
        String path,
        String serverPath,
        String message) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Who refuses an object. */
    public enum By {
        SCHEMA,
        CEL,
        VALIDATE
    }

    /** The object that all others are made from; it is taken. */
    public static ObjectNode base() {
        return (ObjectNode) file().path("base");
    }

    /** The whole table. */
    public static List<RefusedObject> all() {
        JsonNode file = file();
        JsonNode base = file.path("base");
        List<RefusedObject> all = new ArrayList<>();
        for (JsonNode row : file.path("refused")) {
            String path = text(row, "path");
            all.add(new RefusedObject(
                    text(row, "name"),
                    By.valueOf(text(row, "by").toUpperCase(Locale.ROOT)),
                    (ObjectNode) merged(base, row.path("over")),
                    row.has("before") ? (ObjectNode) merged(base, row.path("before")) : null,
                    path,
                    row.has("server") ? text(row, "server") : path,
                    text(row, "message")));
        }
        return all;
    }

    @Override
    public String toString() {
        return name;
    }

    private static String text(JsonNode row, String field) {
        if (!row.path(field).isTextual()) {
            throw new IllegalStateException("no text " + field + " in " + row);
        }
        return row.path(field).textValue();
    }

    private static JsonNode file() {
        try (InputStream in = RefusedObject.class.getResourceAsStream("/refused-objects.yml")) {
            // Not Jackson's YAML, which does not know aliases.
            return JSON.valueToTree(new Yaml(new LoaderOptions()).<Object>load(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** RFC 7396. */
    private static JsonNode merged(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = target.isObject() ? target.deepCopy() : JSON.createObjectNode();
        patch.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                merged.remove(field.getKey());
            } else {
                merged.set(field.getKey(), merged(merged.path(field.getKey()), field.getValue()));
            }
        });
        return merged;
    }
}
