package io.distomon.operator.desired;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.topology.Member;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The members that a network should have. */
public final class DesiredMembers {
    private DesiredMembers() {}

    /** The members of a network of which those that run here have no other keys than these. */
    public static NetworkMembers of(Network network, Map<String, NodeKeys> ownKeys, NodeAddresses addresses) {
        return of(network, ownKeys, new KeyMapping(Map.of()), addresses);
    }

    /**
     * The members of a network.
     *
     * @param ownKeys of the nodes that run here, by node id
     * @param lastPublished what the members verified with until now: a node that runs here whose key can't be read keeps it
     */
    public static NetworkMembers of(
            Network network, Map<String, NodeKeys> ownKeys, KeyMapping lastPublished, NodeAddresses addresses) {
        List<Member> members = new ArrayList<>();
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        for (NetworkNode node : network.nodes()) {
            switch (node) {
                case NetworkNode.InCluster here -> {
                    NodeKeys own = ownKeys.get(here.id());
                    members.add(new Member(
                            here.id(), addresses.of(here.id()), here.interval(), here.retries(), here.retryInterval()));
                    keys.put(here.id(), own == null ? lastPublished.of(here.id()) : own.publicKeys());
                }
                case NetworkNode.External external -> {
                    members.add(new Member(
                            external.id(),
                            external.url(),
                            external.interval(),
                            external.retries(),
                            external.retryInterval()));
                    keys.put(external.id(), external.publicKeys());
                }
            }
        }
        return new NetworkMembers(network.networkId(), members, new KeyMapping(keys), network.topology());
    }
}
