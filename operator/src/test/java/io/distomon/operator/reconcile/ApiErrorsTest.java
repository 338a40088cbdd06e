package io.distomon.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

class ApiErrorsTest {
    @Test
    void theServersOwnWordsAreTold() {
        KubernetesClientException refused = new KubernetesClientException(new StatusBuilder()
                .withCode(403)
                .withMessage("secrets is forbidden:\n no")
                .build());

        assertThat(ApiErrors.reason(refused)).isEqualTo("The Kubernetes API refused: secrets is forbidden: no");
    }

    @Test
    void withoutWordsTheCodeIs() {
        assertThat(ApiErrors.reason(new KubernetesClientException("sent: a secret", 500, null)))
                .isEqualTo("The Kubernetes API answered 500");
    }

    @Test
    void withoutAnAnswerThatIsSaidAndNothingOfWhatWasSent() {
        assertThat(ApiErrors.reason(new KubernetesClientException("sent: a secret")))
                .isEqualTo("The Kubernetes API can't be reached");
        assertThat(ApiErrors.reason(new IllegalStateException("a secret")))
                .isEqualTo("Internal error: IllegalStateException");
    }

    @Test
    void longWordsAreCut() {
        KubernetesClientException wordy = new KubernetesClientException(
                new StatusBuilder().withCode(422).withMessage("x".repeat(2_000)).build());

        assertThat(ApiErrors.reason(wordy)).hasSize(500).endsWith("x…");
    }
}
