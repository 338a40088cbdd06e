package io.distomon.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private static final ResourceID LAB = new ResourceID("lab", "monitoring");
    private static final ResourceID OFFICE = new ResourceID("office", "monitoring");

    private static final String MESSAGE = "secrets is forbidden: User \"operator\" cannot create resource \"secrets\"";
    private final KubernetesClientException noRight = refused(403, MESSAGE);
    private static final String WORDS = "The Kubernetes API refused: " + MESSAGE;

    private final Failures failures = new Failures();

    @Test
    void withoutNetworksNothingFails() {
        assertThat(failures.trouble()).isEmpty();
    }

    @Test
    void oneNetworkThatFailsBesideOneThatWorksIsNoTroubleOfTheOperator() {
        failures.ended(LAB, List.of(noRight));
        failures.ended(OFFICE, List.of());

        assertThat(failures.trouble()).isEmpty();
    }

    @Test
    void whatFailsOfANetworkIsKnownUntilAPassIsWholeAlsoWhereItIsThatNetworkAloneThatIsInTheWay() {
        assertThat(failures.isFailing(LAB)).isFalse();

        failures.ended(LAB, List.of(noRight));
        assertThat(failures.isFailing(LAB)).isTrue();
        assertThat(failures.isFailing(OFFICE)).isFalse();
        failures.ended(LAB, List.of(refused(409, "the object has been modified")));
        assertThat(failures.isFailing(LAB)).isTrue();

        failures.ended(LAB, List.of());
        assertThat(failures.isFailing(LAB)).isFalse();
        failures.ended(LAB, List.of(noRight));
        failures.forget(LAB);
        assertThat(failures.isFailing(LAB)).isFalse();
    }

    @Test
    void whenAllFailOneReasonIsTold() {
        failures.ended(LAB, List.of());
        failures.ended(LAB, List.of(noRight));

        assertThat(failures.trouble()).contains(WORDS);
    }

    @Test
    void aNetworkThatWorksAgainOrIsGoneFailsNoMore() {
        failures.ended(LAB, List.of(noRight));
        failures.ended(OFFICE, List.of(noRight));

        failures.forget(LAB);
        assertThat(failures.trouble()).contains(WORDS);

        failures.ended(OFFICE, List.of());
        assertThat(failures.trouble()).isEmpty();
    }

    @Test
    void whatOneNamespaceForbidsOrOneObjectLacksIsNoTroubleOfTheOperator() {
        for (KubernetesClientException own : List.of(
                refused(403, "pods \"x\" is forbidden: exceeded quota: full"),
                refused(400, "admission webhook \"x\" denied the request: no"),
                refused(409, "the object has been modified"),
                refused(422, "Deployment is invalid"))) {
            failures.ended(LAB, List.of(own));

            assertThat(failures.trouble()).isEmpty();
        }
        failures.ended(LAB, List.of(refused(503, "etcdserver: no leader")));
        assertThat(failures.trouble()).isPresent();
    }

    @Test
    void aRightThatIsLackingIsToldThoughSomethingElseFailedBefore() {
        failures.ended(LAB, List.of(refused(403, "pods \"x\" is forbidden: exceeded quota: full"), noRight));

        assertThat(failures.trouble()).contains(WORDS);
    }

    private static KubernetesClientException refused(int code, String message) {
        return new KubernetesClientException(
                new StatusBuilder().withCode(code).withMessage(message).build());
    }
}
