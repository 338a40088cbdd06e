package io.distomon.operator.desired;

import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes children. What an API server fills in by itself is left unset, unless it names an item of a list. */
public final class Desired {
    private Desired() {}

    /** The children of a network whose managed nodes have no other keys than these, and answer there. */
    public static Children of(Network network, Map<String, NodeKeys> keys, NodeAddresses addresses) {
        return of(network, keys, DesiredMembers.of(network, keys, addresses));
    }

    /**
     * The children of a network.
     *
     * @param keys of the managed nodes, by node id; of those whose key can't be read no Deployment is made
     * @param members the network's members
     */
    public static Children of(Network network, Map<String, NodeKeys> keys, NetworkMembers members) {
        Map<String, Deployment> deployments = new LinkedHashMap<>();
        Map<String, Service> services = new LinkedHashMap<>();
        for (NetworkNode.Managed node : network.managed()) {
            NodeKeys own = keys.get(node.id());
            if (own != null) {
                deployments.put(node.id(), NodeDeployment.of(network, own.signing()));
            }
            services.put(node.id(), service(network, node.id()));
        }
        return new Children(ConfigSecret.of(network, members), members.digest(), deployments, services);
    }

    /**
     * Which generation of its key a node's Deployment mounts.
     *
     * @param deployment as it was found in the cluster
     * @return 0 when it mounts none that has the name of one
     */
    public static int mountedKey(Network network, String nodeId, Deployment deployment) {
        String secretName = NodeDeployment.keySecret(deployment);
        return secretName == null ? 0 : ChildNames.generationOfKey(network, nodeId, secretName);
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
                .withName(NodeDeployment.API)
                .withPort(NodeDeployment.API_PORT)
                .withProtocol("TCP")
                .withTargetPort(new IntOrString(NodeDeployment.API))
                .endPort()
                .endSpec()
                .build();
    }
}
