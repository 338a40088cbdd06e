package io.distomon.operator.desired;

import io.distomon.core.config.Member;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Verifier;
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

    /** The members of a network whose managed nodes have no other keys than these. */
    public static NetworkMembers of(Network network, Map<String, NodeKeys> managedKeys, NodeAddresses addresses) {
        return of(network, managedKeys, new KeyMapping(Map.of()), addresses);
    }

    /**
     * The members of a network.
     *
     * @param managedKeys of the managed nodes, by node id
     * @param lastPublished what the members verified with until now: a managed node whose key can't be read keeps it
     */
    public static NetworkMembers of(
            Network network, Map<String, NodeKeys> managedKeys, KeyMapping lastPublished, NodeAddresses addresses) {
        List<Member> members = new ArrayList<>();
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        for (NetworkNode node : network.nodes()) {
            switch (node) {
                case NetworkNode.Managed managed -> {
                    NodeKeys own = managedKeys.get(managed.id());
                    members.add(new Member(
                            managed.id(),
                            addresses.of(managed.id()),
                            managed.interval(),
                            managed.retries(),
                            managed.retryInterval()));
                    keys.put(managed.id(), own == null ? lastPublished.of(managed.id()) : own.publicKeys());
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
