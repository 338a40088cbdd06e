package io.distomon.operator.mirror;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Verifier;
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
 * @param ofGit whether the nodes say who is a member, as they follow a repository: {@code network} is what is known without
 *     them
 * @param authorities who may have made their certificates, besides those whom Java trusts
 */
public record MirrorTarget(
        NetworkMembers network,
        Map<String, URI> nodes,
        TokenSigner tokens,
        boolean ofGit,
        List<X509Certificate> authorities) {
    public MirrorTarget {
        authorities = List.copyOf(authorities);
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    }

    /** Of nodes whose certificates Java trusts. */
    public MirrorTarget(NetworkMembers network, Map<String, URI> nodes, TokenSigner tokens) {
        this(network, nodes, tokens, false, List.of());
    }

    /**
     * The same network with the members that its nodes name. What those sign with that run here is known without them: one
     * of them that lies must not speak for the others.
     */
    MirrorTarget with(NetworkMembers named) {
        Map<String, List<Verifier>> keys = new LinkedHashMap<>(named.keys().keys());
        keys.replaceAll((id, theirs) -> nodes.containsKey(id) ? network.keys().of(id) : theirs);
        NetworkMembers known =
                new NetworkMembers(named.networkId(), named.members(), new KeyMapping(keys), named.topology());
        return new MirrorTarget(known, nodes, tokens, ofGit, authorities);
    }

    String networkId() {
        return network.networkId();
    }
}
