package io.distomon.operator.desired;

import io.distomon.core.config.Secret;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.validate.Network;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a network's children depend on.
 *
 * @param network what the spec says
 * @param keys of the nodes that run here, by node id; a node whose key can't be read is missing
 * @param members the network's members
 * @param sidecarKeys what the sidecars sign with, PEM, by node id
 * @param login the password that somebody gives; null when nobody does, or it can't be used now
 * @param jwt what somebody gives to sign tokens with; null as before
 * @param git what opens the network's repository, by the entries of the Secret with it; empty when nothing does
 * @param alerts by what the receivers of alerts are reached, and what is signed with for them, by {@link AlertFiles}
 * @param heldBack the ids of the nodes as which something else may still sign: they get nothing to sign with yet
 * @param random what passwords and the like are made of
 */
public record Blueprint(
        Network network,
        Map<String, NodeKeys> keys,
        NetworkMembers members,
        Map<String, Secret> sidecarKeys,
        @Nullable Secret login,
        @Nullable Secret jwt,
        Map<String, Secret> git,
        Map<String, Secret> alerts,
        Set<String> heldBack,
        SecureRandom random) {
    public Blueprint {
        keys = Map.copyOf(keys);
        sidecarKeys = Map.copyOf(sidecarKeys);
        git = Map.copyOf(git);
        alerts = Map.copyOf(alerts);
        heldBack = Set.copyOf(heldBack);
    }
}
