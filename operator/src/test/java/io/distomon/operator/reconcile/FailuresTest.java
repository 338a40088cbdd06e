package io.distomon.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private static final ResourceID LAB = new ResourceID("lab", "monitoring");
    private static final ResourceID OFFICE = new ResourceID("office", "monitoring");

    private final Failures failures = new Failures();

    @Test
    void withoutNetworksNothingFails() {
        assertThat(failures.trouble()).isEmpty();
    }

    @Test
    void oneNetworkThatFailsBesideOneThatWorksIsNoTroubleOfTheOperator() {
        failures.failed(LAB, "no quota");
        failures.none(OFFICE);

        assertThat(failures.trouble()).isEmpty();
    }

    @Test
    void whenAllFailOneReasonIsTold() {
        failures.none(LAB);
        failures.failed(LAB, "no quota");

        assertThat(failures.trouble()).contains("no quota");
    }

    @Test
    void aNetworkThatWorksAgainOrIsGoneFailsNoMore() {
        failures.failed(LAB, "no quota");
        failures.failed(OFFICE, "no quota");

        failures.forget(LAB);
        assertThat(failures.trouble()).contains("no quota");

        failures.none(OFFICE);
        assertThat(failures.trouble()).isEmpty();
    }
}
