package io.distomon.operator.desired;

import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import java.net.URI;

/** Where those of a network's nodes answer that run here, each other and the operator. */
@FunctionalInterface
public interface NodeAddresses {
    /** The URL of a node that runs here. */
    URI of(String nodeId);

    /** Their Services in the cluster. */
    static NodeAddresses inCluster(Network network) {
        return nodeId -> URI.create("http://%s.%s.svc:%s"
                .formatted(ChildNames.node(network, nodeId), network.owner().namespace(), NodePod.API_PORT));
    }
}
