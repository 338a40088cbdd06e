package io.distomon.operator.desired;

import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The routes of the managed nodes that are reached from outside by a Gateway: everything at a host, or below a path of it,
 * goes to the node.
 */
public final class NodeRoute implements ChildKind<HTTPRoute> {
    /** The row in {@link ChildKinds}. */
    public static final NodeRoute KIND = new NodeRoute();

    private NodeRoute() {}

    @Override
    public Class<HTTPRoute> type() {
        return HTTPRoute.class;
    }

    @Override
    public List<HTTPRoute> wanted(Blueprint of) {
        List<HTTPRoute> routes = new ArrayList<>();
        for (NetworkNode.Managed node : of.network().managed()) {
            if (node.expose() instanceof NetworkNode.Expose.ByRoute by) {
                routes.add(route(of.network(), node.id(), by));
            }
        }
        return routes;
    }

    @Override
    public Writing<HTTPRoute> writing() {
        return Writing.Applied.withForeign();
    }

    @Override
    public Predicate<String> obsolete(Network network) {
        Set<String> names = network.managed().stream()
                .filter(node -> node.expose() instanceof NetworkNode.Expose.ByRoute)
                .map(node -> ChildNames.node(network, node.id()))
                .collect(Collectors.toSet());
        return name -> !names.contains(name);
    }

    /** The Gateway API is no part of Kubernetes. */
    @Override
    public boolean isOptional() {
        return true;
    }

    private static HTTPRoute route(Network network, String nodeId, NetworkNode.Expose.ByRoute by) {
        String service = ChildNames.node(network, nodeId);
        return new HTTPRouteBuilder()
                .withMetadata(ChildMetadata.owned(network, service, ChildMetadata.labels(network, nodeId)))
                .editMetadata()
                .withAnnotations(by.annotations().isEmpty() ? null : by.annotations())
                .endMetadata()
                .withNewSpec()
                .addNewParentRef()
                .withName(by.gateway().name())
                .withNamespace(by.gateway().namespace())
                .withSectionName(by.gateway().sectionName())
                .endParentRef()
                .withHostnames(by.host())
                .addNewRule()
                .addNewMatch()
                .withNewPath()
                .withType("PathPrefix")
                .withValue(by.path().isEmpty() ? "/" : by.path())
                .endPath()
                .endMatch()
                .addNewBackendRef()
                .withName(service)
                .withPort(NodePod.API_PORT)
                .endBackendRef()
                .endRule()
                .endSpec()
                .build();
    }
}
