package io.distomon.operator.desired;

import io.distomon.operator.Networks;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The children of a network in its cluster that follow its spec, those of nodes by node id. */
record Made(
        Secret config,
        String configDigest,
        Map<String, Deployment> deployments,
        Map<String, Service> services,
        Map<String, Secret> sidecarKeys,
        Map<String, Ingress> ingresses,
        Map<String, HTTPRoute> routes,
        List<PodDisruptionBudget> budgets,
        List<ConfigMap> forOutside,
        List<Secret> git) {
    static Made of(Network network, Map<String, NodeKeys> keys) {
        return of(network, keys, Set.of());
    }

    /** While something else may sign as some of the nodes. */
    static Made of(Network network, Map<String, NodeKeys> keys, Set<String> heldBack) {
        return of(network, keys, Map.of(), Map.of(), heldBack);
    }

    /** With what opens its repository, by entry. */
    static Made ofGit(Network network, Map<String, NodeKeys> keys, Map<String, io.distomon.core.config.Secret> git) {
        return of(network, keys, git, Map.of(), Set.of());
    }

    /** With what there is of {@link AlertFiles}. */
    static Made telling(
            Network network, Map<String, NodeKeys> keys, Map<String, io.distomon.core.config.Secret> alerts) {
        return of(network, keys, Map.of(), alerts, Set.of());
    }

    private static Made of(
            Network network,
            Map<String, NodeKeys> keys,
            Map<String, io.distomon.core.config.Secret> git,
            Map<String, io.distomon.core.config.Secret> alerts,
            Set<String> heldBack) {
        NetworkMembers members = members(network, keys);
        Children children = children(network, keys, members, git, alerts, heldBack);
        return new Made(
                children.all(ConfigSecret.KIND).getFirst(),
                members.digest(),
                byNode(children, NodeDeployment.KIND),
                byNode(children, NodeService.KIND),
                byNode(children, SidecarKey.KIND),
                byNode(children, NodeIngress.KIND),
                byNode(children, NodeRoute.KIND),
                children.all(NodesBudget.KIND),
                children.all(NetworkConfigMap.KIND),
                children.all(GitSecret.KIND));
    }

    /** Those of all kinds. */
    static List<HasMetadata> all(Network network, Map<String, NodeKeys> keys) {
        Children children = children(network, keys, members(network, keys), Map.of(), Map.of(), Set.of());
        return ChildKinds.ALL.rows().stream()
                .flatMap(kind -> children.all(kind).stream())
                .map(HasMetadata.class::cast)
                .toList();
    }

    private static NetworkMembers members(Network network, Map<String, NodeKeys> keys) {
        return DesiredMembers.of(network, keys, NodeAddresses.inCluster(network));
    }

    private static Children children(
            Network network,
            Map<String, NodeKeys> keys,
            NetworkMembers members,
            Map<String, io.distomon.core.config.Secret> git,
            Map<String, io.distomon.core.config.Secret> alerts,
            Set<String> heldBack) {
        return Children.of(
                ChildKinds.ALL,
                new Blueprint(
                        network,
                        keys,
                        members,
                        Networks.sidecarKeys(network),
                        null,
                        null,
                        git,
                        alerts,
                        heldBack,
                        Networks.RANDOM));
    }

    private static <R extends HasMetadata> Map<String, R> byNode(Children children, ChildKind<R> kind) {
        return children.all(kind).stream()
                .collect(Collectors.toMap(child -> ChildMetadata.nodeOf(child).orElseThrow(), child -> child));
    }
}
