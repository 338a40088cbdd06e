package io.distomon.operator.desired;

import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.validate.Network;
import java.security.SecureRandom;
import java.util.Map;

/**
 * All that a network's children depend on.
 *
 * @param network what the spec says
 * @param keys of the managed nodes, by node id; a node whose key can't be read is missing
 * @param members the network's members
 * @param random what passwords and the like are made of
 */
public record Blueprint(Network network, Map<String, NodeKeys> keys, NetworkMembers members, SecureRandom random) {
    public Blueprint {
        keys = Map.copyOf(keys);
    }
}
