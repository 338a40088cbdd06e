package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The table of objects that must be refused, before the API server: what schema and CEL say stops there, what only the
 * operator can judge passes. The operator's ValidatorTest runs the same table.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedObjectsTest {
    private static final Path TABLE = Path.of("..", "crds", "src", "test", "resources", "refused-objects.yml");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode table = read();
    private final ApiServer server = ApiServer.up("e2e-refused");

    /** A line of the table. */
    record Case(String name, JsonNode entry) {
        String by() {
            return entry.path("by").asText();
        }

        String field() {
            return entry.path("server").asText(entry.path("path").asText());
        }

        boolean isUpdate() {
            return entry.has("before");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    void theTableHasEachKind() {
        assertThat(cases()).extracting(Case::by).contains("schema", "cel", "validate");
    }

    @AfterAll
    void leaveTheServer() {
        server.close();
    }

    @Test
    void theBaseOfTheTableIsTaken() {
        assertThat(resource(table.path("base")).dryRun().create()).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("refusedByTheServer")
    void whatSchemaOrRulesRefuseIsRefusedWithTheField(Case refused) {
        Resource<GenericKubernetesResource> changed =
                resource(over(refused.entry().path("over")));

        KubernetesClientException refusal = refused.isUpdate()
                ? refusalOfUpdate(refused, changed)
                : catchThrowableOfType(
                        KubernetesClientException.class, () -> changed.dryRun().create());

        assertThat(refusal).as("the server took it").isNotNull();
        assertThat(refusal.getCode()).isEqualTo(422);
        List<StatusCause> causes = refusal.getStatus().getDetails().getCauses();
        assertThat(causes)
                .as(refusal.getMessage())
                .anySatisfy(cause -> assertThat(cause.getField()).isEqualTo(refused.field()));
        if (refused.by().equals("cel")) {
            assertThat(causes)
                    .anySatisfy(cause -> assertThat(cause.getMessage())
                            .contains(refused.entry().path("message").asText()));
        }
    }

    @ParameterizedTest
    @MethodSource("leftToTheOperator")
    void whatOnlyTheOperatorCanJudgeIsTaken(Case taken) {
        assertThat(resource(over(taken.entry().path("over"))).dryRun().create()).isNotNull();
    }

    private List<Case> refusedByTheServer() {
        return cases().stream().filter(entry -> !entry.by().equals("validate")).toList();
    }

    private List<Case> leftToTheOperator() {
        return cases().stream().filter(entry -> entry.by().equals("validate")).toList();
    }

    private List<Case> cases() {
        return table.path("refused")
                .valueStream()
                .map(entry -> new Case(entry.path("name").asText(), entry))
                .toList();
    }

    private KubernetesClientException refusalOfUpdate(Case refused, Resource<GenericKubernetesResource> changed) {
        Resource<GenericKubernetesResource> before =
                resource(over(refused.entry().path("before")));
        before.create();
        try {
            return catchThrowableOfType(
                    KubernetesClientException.class, () -> changed.dryRun().update());
        } finally {
            before.delete();
        }
    }

    private Resource<GenericKubernetesResource> resource(JsonNode object) {
        GenericKubernetesResource resource = JSON.convertValue(object, GenericKubernetesResource.class);
        resource.getMetadata().setNamespace(server.namespace());
        return server.client().resource(resource);
    }

    private JsonNode over(JsonNode patch) {
        ObjectNode object = table.path("base").deepCopy();
        merge(object, patch);
        return object;
    }

    /** A JSON merge patch, RFC 7396. */
    private static void merge(ObjectNode target, JsonNode patch) {
        patch.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.isNull()) {
                target.remove(entry.getKey());
            } else if (value.isObject()) {
                JsonNode old = target.path(entry.getKey());
                merge(old.isObject() ? (ObjectNode) old : target.putObject(entry.getKey()), value);
            } else {
                target.set(entry.getKey(), value);
            }
        });
    }

    /** By SnakeYAML itself, which knows aliases. */
    private static JsonNode read() {
        try (Reader text = Files.newBufferedReader(TABLE)) {
            Object table = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
            return JSON.readTree(JSON.writeValueAsString(table));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
