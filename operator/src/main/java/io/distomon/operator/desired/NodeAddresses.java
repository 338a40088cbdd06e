package io.distomon.operator.desired;

import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import java.net.URI;
import java.util.Set;
import java.util.stream.Collectors;

/** Where those of a network's nodes answer that run here, each other and the operator. */
@FunctionalInterface
public interface NodeAddresses {
    /** The URL of a node that runs here. */
    URI of(String nodeId);

    /** Their Services in the cluster. */
    static NodeAddresses inCluster(Network network) {
        Set<String> byHttps = network.inCluster().stream()
                .filter(node -> node.certificate() != null)
                .map(NetworkNode::id)
                .collect(Collectors.toSet());
        return nodeId -> URI.create("%s://%s.%s.svc:%s"
                .formatted(
                        byHttps.contains(nodeId) ? "https" : "http",
                        ChildNames.node(network, nodeId),
                        network.owner().namespace(),
                        NodePod.API_PORT));
    }
}
