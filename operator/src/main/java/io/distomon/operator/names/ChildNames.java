package io.distomon.operator.names;

import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names of a network's children. Names say it to people; what belongs to whom is told by labels and owner references
 * alone, since two networks' children may come to one name ({@code lab} with {@code fra-x}, and {@code lab-fra} with
 * {@code x}): whoever comes second must find that out when it creates. Within one network no two of a kind have one name:
 * Deployments and Services are called after nodes only, and nothing else is, but for keys, which end in a generation, and
 * what a sidecar signs with, which ends in what no other Secret's name does.
 */
public final class ChildNames {
    /** The volume of a pod with the node's private key. */
    public static final String KEY_VOLUME = "key";

    private static final String SIDECAR = "-sidecar";

    private static final Pattern KEY = Pattern.compile("(.+)-key-([1-9][0-9]{0,8})");

    private ChildNames() {}

    /** The Secret with the config files, such as {@code lab-config}. */
    public static String config(Network network) {
        return config(network.name());
    }

    /** The same, for a resource of this name. */
    public static String config(String resourceName) {
        return child(resourceName, "config");
    }

    /** The ConfigMap with the files of members that run elsewhere, such as {@code lab-network}. */
    public static String network(Network network) {
        return child(network.name(), "network");
    }

    /** The Secret with the password, such as {@code lab-login}. */
    public static String login(Network network) {
        return child(network.name(), "login");
    }

    /** The Secret that tokens are signed with, such as {@code lab-jwt}. */
    public static String jwt(Network network) {
        return child(network.name(), "jwt");
    }

    /** The Secret with what opens the network's repository, such as {@code lab-git}. */
    public static String git(Network network) {
        return child(network.name(), "git");
    }

    /** A node's Deployment and Service, such as {@code lab-fra}. */
    public static String node(Network network, String nodeId) {
        return child(network.name(), nodeId);
    }

    /** Those of these nodes. */
    public static Set<String> nodes(Network network, List<? extends NetworkNode> nodes) {
        return nodes.stream().map(NetworkNode::id).map(id -> node(network, id)).collect(Collectors.toSet());
    }

    /** What keeps drains from taking all nodes at once, such as {@code lab-nodes}. */
    public static String nodesBudget(Network network) {
        return child(network.name(), "nodes");
    }

    /** The Secret with a generation of a node's key, such as {@code lab-fra-key-1}. */
    public static String key(Network network, String nodeId, int generation) {
        return node(network, nodeId) + "-key-" + generation;
    }

    /** The Secret with what a sidecar signs with at present, such as {@code lab-web-sidecar}. */
    public static String sidecarKey(Network network, String nodeId) {
        return sidecarKey(network.name(), nodeId);
    }

    /** The same, for a resource of this name. */
    public static String sidecarKey(String resourceName, String nodeId) {
        return child(resourceName, nodeId) + SIDECAR;
    }

    /** Whether it may be the name of a Secret that a sidecar, of whatever node of this network, signs with. */
    public static boolean isSidecarKey(Network network, String secretName) {
        return secretName.startsWith(node(network, "")) && secretName.endsWith(SIDECAR);
    }

    /** Whose key it would be, by the name of a Secret; empty when it is no such name. */
    public static Optional<String> nodeOfKey(Network network, String secretName) {
        Matcher name = KEY.matcher(secretName);
        String prefix = node(network, "");
        return name.matches() && name.group(1).startsWith(prefix)
                ? Optional.of(name.group(1).substring(prefix.length()))
                : Optional.empty();
    }

    /** Which generation of a node's key the name of a Secret tells; 0 when it is no such name. */
    public static int generationOfKey(Network network, String nodeId, String secretName) {
        Matcher name = KEY.matcher(secretName);
        return name.matches() && name.group(1).equals(node(network, nodeId)) ? Integer.parseInt(name.group(2)) : 0;
    }

    private static String child(String resourceName, String what) {
        return resourceName + "-" + what;
    }
}
