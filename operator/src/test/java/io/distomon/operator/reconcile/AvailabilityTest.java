package io.distomon.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    @Test
    void aNodeIsAvailableWhenItsDeploymentSaysSo() {
        Availability availability = Availability.of(List.of(deployment("fra", 1), deployment("ams", 0)), List.of());

        assertThat(availability).isEqualTo(new Availability(Set.of("fra"), Map.of()));
    }

    @Test
    void aWaitingContainerSaysWhy() {
        Pod pod = pod("fra")
                .editOrNewStatus()
                .addNewContainerStatus()
                .withNewState()
                .withNewWaiting()
                .withReason("ImagePullBackOff")
                .withMessage("Back-off pulling\n  image \"distomon-node:1\"")
                .endWaiting()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();

        assertThat(Availability.of(List.of(deployment("fra", 0)), List.of(pod)).unavailable())
                .isEqualTo(Map.of("fra", "ImagePullBackOff: Back-off pulling image \"distomon-node:1\""));
    }

    @Test
    void aPodThatFindsNoPlaceSaysWhy() {
        assertThat(Availability.of(
                                List.of(deployment("fra", 0)),
                                List.of(unscheduled("fra").build()))
                        .unavailable())
                .isEqualTo(Map.of("fra", "Unschedulable: 0/1 nodes are available"));
    }

    @Test
    void aPodThatLeavesSaysNothing() {
        Pod leaving = unscheduled("fra")
                .editMetadata()
                .withDeletionTimestamp("2026-11-25T00:00:00Z")
                .endMetadata()
                .build();

        assertThat(Availability.of(List.of(deployment("fra", 0)), List.of(leaving))
                        .unavailable())
                .isEmpty();
    }

    @Test
    void aDeploymentThatMayMakeNoPodSaysWhy() {
        Deployment refused = new DeploymentBuilder(deployment("fra", 0))
                .editStatus()
                .addNewCondition()
                .withType("ReplicaFailure")
                .withStatus("True")
                .withReason("FailedCreate")
                .withMessage("exceeded quota")
                .endCondition()
                .endStatus()
                .build();

        assertThat(Availability.of(List.of(refused), List.of()).unavailable())
                .isEqualTo(Map.of("fra", "FailedCreate: exceeded quota"));
    }

    @Test
    void aLongReasonIsCut() {
        Pod wordy = pod("fra")
                .editOrNewStatus()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage("x".repeat(1_000))
                .endCondition()
                .endStatus()
                .build();

        assertThat(Availability.of(List.of(deployment("fra", 0)), List.of(wordy))
                        .unavailable())
                .hasEntrySatisfying(
                        "fra", reason -> assertThat(reason).hasSize(200).endsWith("x…"));
    }

    private static PodBuilder unscheduled(String node) {
        return pod(node)
                .editOrNewStatus()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage("0/1 nodes are available")
                .endCondition()
                .endStatus();
    }

    private static PodBuilder pod(String node) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("lab-" + node + "-1")
                .addToLabels("distomon.io/node", node)
                .endMetadata();
    }

    private static Deployment deployment(String node, int available) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("lab-" + node)
                .addToLabels("distomon.io/node", node)
                .endMetadata()
                .withNewStatus()
                .withAvailableReplicas(available)
                .endStatus()
                .build();
    }
}
