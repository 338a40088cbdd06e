package io.distomon.e2e.demo.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the checked-in CRD says of its resources.
 *
 * @param kind their kind
 * @param apiVersion their group and version
 * @param schema their schema
 * @param columns what {@code kubectl get} prints of them, in order, without NAME
 */
public record CustomResourceSchema(String kind, String apiVersion, JsonNode schema, List<Column> columns) {
    /**
     * A column of {@code kubectl get}.
     *
     * @param name its heading
     * @param jsonPath what is printed, kubectl's JSONPath
     * @param type {@code date} is printed as an age
     * @param wide whether only {@code -o wide} has it
     */
    public record Column(String name, String jsonPath, String type, boolean wide) {}

    public CustomResourceSchema {
        columns = List.copyOf(columns);
    }

    /** Reads the CRD that is packed with its module. */
    public static CustomResourceSchema distomonNetwork() {
        String name = "/META-INF/fabric8/distomonnetworks.distomon.io-v1.yml";
        try (InputStream crd = CustomResourceSchema.class.getResourceAsStream(name)) {
            if (crd == null) {
                throw new IllegalStateException("no " + name + " on the class path: the crds module packs it");
            }
            return of(new YAMLMapper().readTree(crd));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param crd a CustomResourceDefinition (apiextensions.k8s.io/v1) with one version */
    static CustomResourceSchema of(JsonNode crd) {
        JsonNode spec = crd.path("spec");
        JsonNode version = spec.path("versions").path(0);
        List<Column> columns = new ArrayList<>();
        for (JsonNode column : version.path("additionalPrinterColumns")) {
            columns.add(new Column(
                    column.path("name").asText(),
                    column.path("jsonPath").asText(),
                    column.path("type").asText(),
                    column.path("priority").asInt() > 0));
        }
        return new CustomResourceSchema(
                spec.path("names").path("kind").asText(),
                spec.path("group").asText() + "/" + version.path("name").asText(),
                version.path("schema").path("openAPIV3Schema"),
                columns);
    }
}
