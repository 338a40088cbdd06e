package io.distomon.operator.validate;

import io.distomon.core.threshold.Thresholds;
import io.distomon.core.topology.Topology;
import io.distomon.crds.v1alpha1.KeyDeletionPolicy;
import java.security.cert.X509Certificate;
import java.time.Duration;
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
 * @param thresholds how slow and lossy links may be
 * @param git the repository that says who is a member; null: the spec does
 * @param nodes the members in the order of the spec, at least one; with a repository, those that run here
 * @param auth who gives what people log in with, and what tokens are signed with
 * @param keyDeletion what becomes of private keys
 * @param authorities who may have made the members' certificates, besides those whom Java trusts
 * @param alerts who is told by the nodes of what they see; null: nobody
 */
public record Network(
        Owner owner,
        String networkId,
        boolean paused,
        Topology topology,
        Thresholds thresholds,
        @Nullable Git git,
        List<NetworkNode> nodes,
        Auth auth,
        KeyDeletionPolicy keyDeletion,
        List<X509Certificate> authorities,
        @Nullable Alerts alerts) {
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
     * A repository with the network's files, which the nodes follow.
     *
     * @param url where, without credentials
     * @param branch which branch; null: its default
     * @param poll from one look at it to the next
     * @param credentials the name of the Secret with what opens it, somebody else's; null: everybody may read it
     * @param trustedSigners public keys of which one must have signed a commit; null: none need have
     */
    public record Git(
            String url,
            @Nullable String branch,
            Duration poll,
            @Nullable String credentials,
            @Nullable String trustedSigners) {
        /** Of a network that is known to follow a repository, and no more. */
        public static final Git UNKNOWN = new Git("", null, Duration.ZERO, null, null);

        /** The entry with the user's name, for https. */
        public static final String USERNAME = "username";

        /** The entry with the token or password, for https. */
        public static final String PASSWORD = "password";

        /** The entry with the certificates of who may have made the server's, for https. */
        public static final String AUTHORITIES = "ca.crt";

        /** The entry with the private key, for ssh. */
        public static final String SSH_KEY = "ssh-privatekey";

        /** The entry with the servers' public keys, for ssh. */
        public static final String KNOWN_HOSTS = "known_hosts";

        /** Who is given the credentials: scheme, user, host and port, as far as the url has them. */
        public String server() {
            int scheme = url.indexOf("://");
            int end = scheme < 0 ? url.indexOf(':') : url.indexOf('/', scheme + 3);
            return end < 0 ? url : url.substring(0, end);
        }

        /** Whether it is reached by http or https, else by ssh. */
        public boolean isHttp() {
            return url.startsWith("https://") || url.startsWith("http://");
        }

        /** What there may be in {@link #credentials}. */
        public List<String> entries() {
            return isHttp() ? List.of(USERNAME, PASSWORD, AUTHORITIES) : List.of(SSH_KEY, KNOWN_HOSTS);
        }
    }

    /**
     * A network of which no more is known than its members and whose certificates they trust: the rest is as when its
     * resource says nothing of it.
     */
    public static Network ofMembers(
            Owner owner,
            String networkId,
            Topology topology,
            @Nullable Git git,
            List<NetworkNode> nodes,
            List<X509Certificate> authorities) {
        return new Network(
                owner,
                networkId,
                false,
                topology,
                Thresholds.NONE,
                git,
                nodes,
                Auth.MADE,
                KeyDeletionPolicy.Retain,
                authorities,
                null);
    }

    /** The same with other members. */
    public Network withNodes(List<NetworkNode> others) {
        return new Network(
                owner, networkId, paused, topology, thresholds, git, others, auth, keyDeletion, authorities, alerts);
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
        Stream<SecretEntry> ofGit = git == null || git.credentials() == null
                ? Stream.of()
                : git.entries().stream().map(entry -> new SecretEntry(git.credentials(), entry));
        Stream<SecretEntry> ofAlerts = alerts == null ? Stream.of() : alerts.references();
        return Stream.of(ofNodes, Stream.ofNullable(auth.login()), Stream.ofNullable(auth.jwt()), ofGit, ofAlerts)
                .flatMap(entries -> entries)
                .collect(Collectors.toSet());
    }

    private <N extends NetworkNode> List<N> all(Class<N> type) {
        return nodes.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
