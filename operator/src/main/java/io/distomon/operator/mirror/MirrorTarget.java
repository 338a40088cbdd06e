package io.distomon.operator.mirror;

import io.distomon.operator.members.NetworkMembers;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which network to mirror.
 *
 * @param network its members, what they sign with, and who polls whom
 * @param nodes where those that can be asked answer, by node id
 * @param tokens makes the tokens that they accept
 * @param authorities who may have made their certificates, besides those whom Java trusts
 */
public record MirrorTarget(
        NetworkMembers network, Map<String, URI> nodes, TokenSigner tokens, List<X509Certificate> authorities) {
    public MirrorTarget {
        authorities = List.copyOf(authorities);
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    }

    /** Of nodes whose certificates Java trusts. */
    public MirrorTarget(NetworkMembers network, Map<String, URI> nodes, TokenSigner tokens) {
        this(network, nodes, tokens, List.of());
    }

    String networkId() {
        return network.networkId();
    }
}
