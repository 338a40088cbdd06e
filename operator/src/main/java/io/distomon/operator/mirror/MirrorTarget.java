package io.distomon.operator.mirror;

import io.distomon.operator.members.NetworkMembers;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which network to mirror.
 *
 * @param network its members, what they sign with, and who polls whom
 * @param nodes where those that can be asked answer, by node id
 * @param tokens makes the tokens that they accept
 */
public record MirrorTarget(NetworkMembers network, Map<String, URI> nodes, TokenSigner tokens) {
    public MirrorTarget {
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    }

    String networkId() {
        return network.networkId();
    }
}
