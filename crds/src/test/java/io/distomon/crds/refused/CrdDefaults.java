package io.distomon.crds.refused;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Fills in what an API server fills in: the defaults of the CRD. */
public final class CrdDefaults {
    private static final JsonNode SCHEMA = schema();

    private CrdDefaults() {}

    /** {@code resource} with the defaults. */
    public static ObjectNode applied(ObjectNode resource) {
        ObjectNode copy = resource.deepCopy();
        fill(copy, SCHEMA);
        return copy;
    }

    private static void fill(JsonNode value, JsonNode schema) {
        if (value instanceof ObjectNode object) {
            schema.path("properties").properties().forEach(property -> {
                JsonNode absent = property.getValue().path("default");
                if (!object.has(property.getKey()) && !absent.isMissingNode()) {
                    object.set(property.getKey(), absent.deepCopy());
                }
                fill(object.path(property.getKey()), property.getValue());
            });
        }
        value.elements().forEachRemaining(item -> fill(item, schema.path("items")));
    }

    private static JsonNode schema() {
        try (InputStream in =
                CrdDefaults.class.getResourceAsStream("/META-INF/fabric8/distomonnetworks.distomon.io-v1.yml")) {
            return new YAMLMapper().readTree(in).at("/spec/versions/0/schema/openAPIV3Schema");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
