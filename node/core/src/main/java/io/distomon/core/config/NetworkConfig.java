package io.distomon.core.config;

import io.distomon.core.crypto.KeyMapping;
import java.util.List;

/**
 * A network as one of its nodes knows it. Immutable; a change of the files makes a new one.
 *
 * @param networkId the network
 * @param nodeId which of the members we are
 * @param members all members in the file's order, ourselves included
 * @param keys the valid public keys of the members
 * @param digest SHA-256 over everything that matters to peers (members, keys), as lower-case hex; equal on all nodes
 *     that run with the same config
 * @param warnings what was found odd but survivable, each naming file, place and key
 */
public record NetworkConfig(
        String networkId, String nodeId, List<Member> members, KeyMapping keys, String digest, List<String> warnings) {
    public NetworkConfig {
        members = List.copyOf(members);
        warnings = List.copyOf(warnings);
    }
}
