package io.distomon.operator.validate;

import io.distomon.core.topology.Topology;
import io.distomon.crds.v1alpha1.KeyDeletionPolicy;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A resource that can be carried out, every default filled in, and what it says for all nodes said of each. Immutable; equal when the resource says the same.
 *
 * @param owner the resource
 * @param networkId the id that the nodes sign with
 * @param paused children stay as they are
 * @param topology who polls whom
 * @param nodes the members in the order of the spec, at least one
 * @param auth who gives what people log in with, and what tokens are signed with
 * @param keyDeletion what becomes of private keys
 * @param authorities who may have made the members' certificates, besides those whom Java trusts
 */
public record Network(
        Owner owner,
        String networkId,
        boolean paused,
        Topology topology,
        List<NetworkNode> nodes,
        Auth auth,
        KeyDeletionPolicy keyDeletion,
        List<X509Certificate> authorities) {
    public Network {
        nodes = List.copyOf(nodes);
        authorities = List.copyOf(authorities);
    }

    /**
     * The resource that everything of a network belongs to.
     *
     * @param namespace where it and its children are
     * @param name what its children's names begin with
     * @param uid what tells it from an earlier one of the same name; empty outside of a cluster
     * @param generation of its spec
     */
    public record Owner(String namespace, String name, String uid, long generation) {}

    /**
     * Who gives what the nodes share.
     *
     * @param login the password; null when the operator makes it
     * @param jwt what tokens are signed with; null when the operator makes it
     */
    public record Auth(
            @Nullable SecretEntry login, @Nullable SecretEntry jwt) {
        /** The operator makes both. */
        public static final Auth MADE = new Auth(null, null);

        /** The entry of a Secret with a password, unless another is named. */
        public static final String LOGIN_KEY = "password";

        /** The entry of a Secret that tokens are signed with, unless another is named. */
        public static final String JWT_KEY = "secret";
    }

    /**
     * A network of which no more is known than its members and whose certificates they trust: the rest is as when its
     * resource says nothing of it.
     */
    public static Network ofMembers(
            Owner owner,
            String networkId,
            Topology topology,
            List<NetworkNode> nodes,
            List<X509Certificate> authorities) {
        return new Network(owner, networkId, false, topology, nodes, Auth.MADE, KeyDeletionPolicy.Retain, authorities);
    }

    /** The same with other members. */
    public Network withNodes(List<NetworkNode> others) {
        return new Network(owner, networkId, paused, topology, others, auth, keyDeletion, authorities);
    }

    /** The name of the resource. */
    public String name() {
        return owner.name();
    }

    /** The nodes that run here, whoever runs them, in the order of the spec. */
    public List<NetworkNode.InCluster> inCluster() {
        return all(NetworkNode.InCluster.class);
    }

    /** The nodes that the operator runs, in the order of the spec. */
    public List<NetworkNode.Managed> managed() {
        return all(NetworkNode.Managed.class);
    }

    /** The nodes that run in pods of others, in the order of the spec. */
    public List<NetworkNode.Sidecar> sidecars() {
        return all(NetworkNode.Sidecar.class);
    }

    /** The nodes that run elsewhere, in the order of the spec. */
    public List<NetworkNode.External> external() {
        return all(NetworkNode.External.class);
    }

    /** What it refers to in Secrets of others, whose changes nothing tells. */
    public Set<SecretEntry> references() {
        Stream<SecretEntry> ofNodes = inCluster().stream()
                .map(NetworkNode.InCluster::keySource)
                .filter(NetworkNode.KeySource.Referred.class::isInstance)
                .map(source -> ((NetworkNode.KeySource.Referred) source).entry());
        return Stream.of(ofNodes, Stream.ofNullable(auth.login()), Stream.ofNullable(auth.jwt()))
                .flatMap(entries -> entries)
                .collect(Collectors.toSet());
    }

    private <N extends NetworkNode> List<N> all(Class<N> type) {
        return nodes.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
