package io.distomon.operator;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;

/** Deployments of nodes as a cluster has them, for tests. */
public final class Deployments {
    private Deployments() {}

    /** One whose pod, made from what it says now, is available. */
    public static Deployment settled(String node) {
        return deployment(node, 1);
    }

    /** One whose pod, made from what it says now, is not available. */
    public static Deployment down(String node) {
        return deployment(node, 0);
    }

    private static Deployment deployment(String node, int available) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("lab-" + node)
                .withGeneration(1L)
                .addToLabels("distomon.io/node", node)
                .endMetadata()
                .withNewStatus()
                .withObservedGeneration(1L)
                .withUpdatedReplicas(1)
                .withAvailableReplicas(available)
                .endStatus()
                .build();
    }
}
