package io.distomon.operator.desired;

import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Deployments of managed nodes, one for each that has a key: a single pod that is stopped before its successor starts,
 * since a node is an identity.
 */
public final class NodeDeployment implements ChildKind.Restarting {
    /** The row in {@link ChildKinds}. */
    public static final NodeDeployment KIND = new NodeDeployment();

    private NodeDeployment() {}

    @Override
    public Class<Deployment> type() {
        return Deployment.class;
    }

    /** None while what opens the repository can't be used: a node that works would only be stopped for one that waits. */
    @Override
    public List<Deployment> wanted(Blueprint of) {
        if (GitSecret.isLacking(of)) {
            return List.of();
        }
        List<Deployment> deployments = new ArrayList<>();
        for (NetworkNode.Managed node : of.network().managed()) {
            NodeKeys keys = of.keys().get(node.id());
            if (keys != null && !of.heldBack().contains(node.id())) {
                deployments.add(deployment(of.network(), node, keys.signing()));
            }
        }
        return deployments;
    }

    /** Containers that somebody has added would stay when the rest is applied: they are fields of their own manager. */
    @Override
    public Writing<Deployment> writing() {
        return new Writing.Applied<>((found, wanted) -> !containers(found).equals(containers(wanted)));
    }

    @Override
    public Predicate<String> obsolete(Network network) {
        Set<String> names = ChildNames.nodes(network, network.managed());
        return name -> !names.contains(name);
    }

    private static Deployment deployment(Network network, NetworkNode.Managed node, KeyReading.Held key) {
        Map<String, String> labels = ChildMetadata.labels(network, node.id());
        return new DeploymentBuilder()
                .withMetadata(ChildMetadata.owned(network, ChildNames.node(network, node.id()), labels))
                .withNewSpec()
                .withReplicas(1)
                .withNewStrategy()
                .withType("Recreate")
                .endStrategy()
                .withNewSelector()
                .withMatchLabels(ChildMetadata.selector(network, node.id()))
                .endSelector()
                .withTemplate(NodePod.of(network, node, key))
                .endSpec()
                .build();
    }

    private static Set<String> containers(Deployment deployment) {
        var pod = deployment.getSpec().getTemplate().getSpec();
        return Stream.of(pod.getContainers(), pod.getInitContainers())
                .flatMap(List::stream)
                .map(Container::getName)
                .collect(Collectors.toSet());
    }
}
