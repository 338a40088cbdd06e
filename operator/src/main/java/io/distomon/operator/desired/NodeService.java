package io.distomon.operator.desired;

import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The Services that the nodes of this cluster are reached by, one for each, whosever pod it runs in; also from outside,
 * where the spec wants that.
 */
public final class NodeService implements ChildKind<Service> {
    /** The row in {@link ChildKinds}. */
    public static final NodeService KIND = new NodeService();

    /** What a sidecar's port is called: {@code api} may be the name of one of the container beside it. */
    static final String SIDECAR_PORT = "distomon";

    private NodeService() {}

    @Override
    public Class<Service> type() {
        return Service.class;
    }

    @Override
    public List<Service> wanted(Blueprint of) {
        return of.network().inCluster().stream()
                .map(node -> service(of.network(), node))
                .toList();
    }

    @Override
    public Writing<Service> writing() {
        return Writing.Applied.withForeign();
    }

    @Override
    public Predicate<String> obsolete(Network network) {
        Set<String> names = ChildNames.nodes(network, network.inCluster());
        return name -> !names.contains(name);
    }

    private static Service service(Network network, NetworkNode.InCluster node) {
        String nodeId = node.id();
        String port = switch (node) {
            case NetworkNode.Managed managed -> NodePod.API;
            case NetworkNode.Sidecar sidecar -> SIDECAR_PORT;
        };
        NetworkNode.Expose.ByService exposed = node instanceof NetworkNode.Managed managed
                        && managed.expose() instanceof NetworkNode.Expose.ByService byService
                ? byService
                : null;
        return new ServiceBuilder()
                .withMetadata(ChildMetadata.owned(
                        network, ChildNames.node(network, nodeId), ChildMetadata.labels(network, nodeId)))
                .editMetadata()
                .withAnnotations(exposed == null || exposed.annotations().isEmpty() ? null : exposed.annotations())
                .endMetadata()
                .withNewSpec()
                .withType(exposed == null ? null : exposed.type())
                .withSelector(ChildMetadata.selector(network, nodeId))
                // Whether a node can be reached is for the mesh to find out.
                .withPublishNotReadyAddresses(true)
                .addNewPort()
                .withName(NodePod.API)
                .withPort(NodePod.API_PORT)
                .withProtocol("TCP")
                .withTargetPort(new IntOrString(port))
                .endPort()
                .endSpec()
                .build();
    }
}
