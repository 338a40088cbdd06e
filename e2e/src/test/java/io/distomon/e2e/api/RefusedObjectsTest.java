package io.distomon.e2e.api;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.crds.refused.RefusedObject;
import io.distomon.crds.refused.RefusedObject.By;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of objects that must be refused, before the API server: what schema and CEL say stops there, what only the
 * operator can judge passes. The operator's ValidatorTest runs the same table.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedObjectsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ApiServer server = ApiServer.up("e2e-refused");

    @AfterAll
    void leaveTheServer() {
        server.close();
    }

    @Test
    void theBaseOfTheTableIsTaken() {
        assertThat(resource(RefusedObject.base()).dryRun().create()).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("refusedByTheServer")
    void whatSchemaOrRulesRefuseIsRefusedWithTheField(RefusedObject refused) {
        KubernetesClientException refusal = requireNonNull(refusal(refused), "the server took it");

        assertThat(refusal.getCode()).isEqualTo(422);
        List<StatusCause> causes = refusal.getStatus().getDetails().getCauses();
        assertThat(causes)
                .as(refusal.getMessage())
                .anySatisfy(cause -> assertThat(cause.getField()).isEqualTo(refused.serverPath()));
        if (refused.by() == By.CEL) {
            assertThat(causes)
                    .anySatisfy(cause -> assertThat(cause.getMessage()).contains(refused.message()));
        }
    }

    @ParameterizedTest
    @MethodSource("leftToTheOperator")
    void whatOnlyTheOperatorCanJudgeIsTaken(RefusedObject taken) {
        assertThat(resource(taken.object()).dryRun().create()).isNotNull();
    }

    static Stream<RefusedObject> refusedByTheServer() {
        return RefusedObject.all().stream().filter(row -> row.by() != By.VALIDATE);
    }

    static Stream<RefusedObject> leftToTheOperator() {
        return RefusedObject.all().stream().filter(row -> row.by() == By.VALIDATE);
    }

    private @Nullable KubernetesClientException refusal(RefusedObject refused) {
        Resource<GenericKubernetesResource> object = resource(refused.object());
        if (refused.before() == null) {
            return catchThrowableOfType(
                    KubernetesClientException.class, () -> object.dryRun().create());
        }
        Resource<GenericKubernetesResource> before = resource(refused.before());
        before.create();
        try {
            return catchThrowableOfType(
                    KubernetesClientException.class, () -> object.dryRun().update());
        } finally {
            before.delete();
        }
    }

    private Resource<GenericKubernetesResource> resource(ObjectNode object) {
        GenericKubernetesResource resource = JSON.convertValue(object, GenericKubernetesResource.class);
        resource.getMetadata().setNamespace(server.namespace());
        return server.client().resource(resource);
    }
}
