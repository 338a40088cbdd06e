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

/** The Services that managed nodes are reached by, one for each. */
public final class NodeService implements ChildKind<Service> {
    /** The row in {@link ChildKinds}. */
    public static final NodeService KIND = new NodeService();

    private NodeService() {}

    @Override
    public Class<Service> type() {
        return Service.class;
    }

    @Override
    public List<Service> wanted(Blueprint of) {
        return of.network().managed().stream()
                .map(NetworkNode::id)
                .map(id -> service(of.network(), id))
                .toList();
    }

    @Override
    public Writing<Service> writing() {
        return Writing.Applied.withForeign();
    }

    @Override
    public Predicate<String> obsolete(Network network) {
        Set<String> names = ChildNames.nodes(network);
        return name -> !names.contains(name);
    }

    private static Service service(Network network, String nodeId) {
        return new ServiceBuilder()
                .withMetadata(ChildMetadata.owned(
                        network, ChildNames.node(network, nodeId), ChildMetadata.labels(network, nodeId)))
                .withNewSpec()
                .withSelector(ChildMetadata.selector(network, nodeId))
                // Whether a node can be reached is for the mesh to find out.
                .withPublishNotReadyAddresses(true)
                .addNewPort()
                .withName(NodePod.API)
                .withPort(NodePod.API_PORT)
                .withProtocol("TCP")
                .withTargetPort(new IntOrString(NodePod.API))
                .endPort()
                .endSpec()
                .build();
    }
}
