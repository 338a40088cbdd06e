package io.distomon.crds.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.distomon.crds.ListType;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkSpec;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.Names;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * fabric8's generator, and after it what that one can't do: list types, the columns in our order, descriptions from doc
 * comments, and limits on {@code metadata.name}.
 */
final class CrdGenerator {
    /** What writes the generated YAML into the repository. */
    static final String COMMAND = "./mvnw -pl crds test -Dtest=CheckedInCrdTest -Ddistomon.crd.write=true";

    private final FieldDocs docs;

    /**
     * A generator.
     *
     * @param sources the directory with the records' sources
     */
    CrdGenerator(Path sources) {
        this.docs = FieldDocs.of(sources);
    }

    /**
     * The CRD as YAML.
     *
     * @param scratch an empty directory, for fabric8's generator writes files only
     */
    String yaml(Path scratch) throws IOException {
        new CRDGenerator()
                .customResourceClasses(DistomonNetwork.class)
                .withPostProcessor(new Completion())
                .inOutputDir(scratch.toFile())
                .generate();
        return "# Generated from the records of io.distomon.crds.v1alpha1; written by:\n# " + COMMAND + "\n"
                + Files.readString(scratch.resolve("distomonnetworks.distomon.io-v1.yml"))
                        .replaceFirst("^#.*\n", "");
    }

    private final class Completion implements CRDPostProcessor {
        @Override
        public HasMetadata process(HasMetadata crd, String specVersion) {
            complete((CustomResourceDefinition) crd);
            return crd;
        }
    }

    private void complete(CustomResourceDefinition crd) {
        crd.getSpec().getNames().setCategories(List.of("distomon"));
        // With the CRD every network would go: no Application that brings it takes it away.
        crd.getMetadata().setAnnotations(Map.of("argocd.argoproj.io/sync-options", "Prune=false,Delete=false"));
        CustomResourceDefinitionVersion version = crd.getSpec().getVersions().getFirst();
        version.setAdditionalPrinterColumns(columns());
        JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
        root.setDescription(docs.ofType(DistomonNetwork.class));
        root.setRequired(List.of("spec"));
        root.getProperties().put("metadata", metadata());
        describe(property(root, "spec"), DistomonNetworkSpec.class);
        describe(property(root, "status"), DistomonNetworkStatus.class);
        // What nobody has looked at yet is not current, for those that go by the generation (kstatus).
        property(root, "status")
                .setDefault(JsonNodeFactory.instance.objectNode().put("observedGeneration", -1));
    }

    private static JSONSchemaProps metadata() {
        JSONSchemaProps name = new JSONSchemaPropsBuilder()
                .withType("string")
                .withMinLength(1L)
                .withMaxLength((long) Names.RESOURCE_NAME_LENGTH)
                .withPattern(Names.RESOURCE_NAME)
                .build();
        return new JSONSchemaPropsBuilder()
                .withType("object")
                .withProperties(Map.of("name", name))
                .build();
    }

    private static List<CustomResourceColumnDefinition> columns() {
        return List.of(
                column("Ready", condition("Ready", "status"), 0, "Whether the network's own nodes run."),
                column("Mesh", condition("MeshHealthy", "status"), 0, "Whether the nodes see each other."),
                column("Online", ".status.summary.onlineOfNodes", 0, "Members online and members in all."),
                column("Age", ".metadata.creationTimestamp", 0, "Since when the resource exists."),
                column("Available", ".status.summary.available", 1, "Managed nodes whose pod is available."),
                column("Managed", ".status.summary.managed", 1, "Nodes that the operator runs."),
                column("Reason", condition("Ready", "reason"), 1, "Why Ready is what it is."));
    }

    private static String condition(String type, String field) {
        return ".status.conditions[?(@.type==\"" + type + "\")]." + field;
    }

    private static CustomResourceColumnDefinition column(String name, String path, int priority, String description) {
        String type = switch (name) {
            case "Age" -> "date";
            case "Available", "Managed" -> "integer";
            default -> "string";
        };
        return new CustomResourceColumnDefinitionBuilder()
                .withName(name)
                .withType(type)
                .withJsonPath(path)
                .withPriority(priority == 0 ? null : priority)
                .withDescription(description)
                .build();
    }

    private void describe(JSONSchemaProps schema, Class<?> record) {
        if (schema.getDescription() == null) {
            schema.setDescription(docs.ofType(record));
        }
        for (RecordComponent component : record.getRecordComponents()) {
            JSONSchemaProps property = property(schema, component.getName());
            property.setDescription(docs.ofComponent(record, component.getName()));
            merge(property, component);
            into(property, component.getGenericType());
        }
    }

    /** fabric8's type has neither descriptions nor the values that Kubernetes takes. */
    private static void describeToleration(JSONSchemaProps schema) {
        property(schema, "key").setDescription("The taint's key; empty, with operator Exists, means every taint.");
        property(schema, "operator").setDescription("Equal (the default) compares the value, Exists only the key.");
        property(schema, "operator").setEnum(names("Equal", "Exists"));
        property(schema, "value").setDescription("The taint's value, for operator Equal.");
        property(schema, "effect").setDescription("The taint's effect; absent means all of them.");
        property(schema, "effect").setEnum(names("NoExecute", "NoSchedule", "PreferNoSchedule"));
        property(schema, "tolerationSeconds")
                .setDescription("How long a NoExecute taint is tolerated, in seconds; absent means for ever.");
    }

    private static List<JsonNode> names(String... values) {
        return Arrays.stream(values).<JsonNode>map(TextNode::valueOf).toList();
    }

    private static JSONSchemaProps property(JSONSchemaProps schema, String name) {
        JSONSchemaProps property = schema.getProperties().get(name);
        if (property == null) {
            throw new IllegalStateException("No property " + name + " in the schema, only "
                    + schema.getProperties().keySet());
        }
        return property;
    }

    private static void merge(JSONSchemaProps property, RecordComponent component) {
        if (!List.class.isAssignableFrom(component.getType())) {
            return;
        }
        ListType type;
        try {
            type = component
                    .getDeclaringRecord()
                    .getDeclaredField(component.getName())
                    .getAnnotation(ListType.class);
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
        if (type == null) {
            throw new IllegalStateException("The list "
                    + component.getDeclaringRecord().getName() + "." + component.getName() + " has no @ListType");
        }
        property.setXKubernetesListType(type.value().name().toLowerCase(Locale.ROOT));
        if (type.value() == ListType.Merge.MAP) {
            property.setXKubernetesListMapKeys(List.of(type.keys()));
        }
    }

    /** Goes on into records, and into what lists and maps hold. */
    private void into(JSONSchemaProps schema, Type type) {
        switch (type) {
            case Class<?> record when record.isRecord() -> describe(schema, record);
            case Class<?> toleration when toleration == Toleration.class -> describeToleration(schema);
            case ParameterizedType list
            when list.getRawType() == List.class -> {
                JSONSchemaProps items = schema.getItems().getSchema();
                into(items, list.getActualTypeArguments()[0]);
                if (items.getType() != null && items.getType().equals("array")) {
                    items.setXKubernetesListType("atomic");
                }
            }
            case ParameterizedType map
            when map.getActualTypeArguments()[1] == Quantity.class ->
                schema.getAdditionalProperties().getSchema().setPattern(Names.QUANTITY);
            default -> {
                // Strings, numbers, enums and Kubernetes' own types: nothing of ours inside.
            }
        }
    }
}
