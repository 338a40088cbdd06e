package io.distomon.operator.mirror;

import io.distomon.core.config.Member;
import io.distomon.core.crypto.KeyMapping;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which network to mirror.
 *
 * @param networkId the network
 * @param members all its members
 * @param keys what they sign with
 * @param nodes where those that can be asked answer, by node id
 * @param tokens makes the tokens that they accept
 */
public record MirrorTarget(
        String networkId, List<Member> members, KeyMapping keys, Map<String, URI> nodes, TokenSigner tokens) {
    public MirrorTarget {
        members = List.copyOf(members);
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    }
}
