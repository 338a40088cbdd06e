package io.distomon.operator.keys;

import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the children of a network are called and marked. Names say it to people; what belongs to whom is told by labels and
 * owner references alone, since two networks' children may come to one name ({@code lab} with {@code fra-x}, and
 * {@code lab-fra} with {@code x}): whoever comes second must find that out when it creates.
 */
public final class ChildMetadata {
    /** Whose child this is: the name of the resource. */
    public static final String NETWORK = "distomon.io/network";

    /** Which node this is for: its id, a DNS label. */
    public static final String NODE = "distomon.io/node";

    /** Kubernetes' own label for who makes an object. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** What {@link #MANAGED_BY} says. */
    public static final String OPERATOR = "distomon-operator";

    private ChildMetadata() {}

    /** The name of a child that the whole network shares, such as {@code lab-config}. */
    public static String nameOf(Network network, String suffix) {
        return nameOf(network.name(), suffix);
    }

    /** The same, for a resource of this name. */
    public static String nameOf(String resourceName, String suffix) {
        return resourceName + "-" + suffix;
    }

    /** The name of a node's Deployment and Service. */
    public static String nodeName(Network network, String nodeId) {
        return nameOf(network, nodeId);
    }

    /** The labels of a child that the whole network shares. */
    public static Map<String, String> labels(Network network) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(MANAGED_BY, OPERATOR);
        labels.put(NETWORK, network.name());
        return Collections.unmodifiableMap(labels);
    }

    /** The labels of a child that one node needs. */
    public static Map<String, String> labels(Network network, String nodeId) {
        Map<String, String> labels = new LinkedHashMap<>(labels(network));
        labels.put(NODE, nodeId);
        return Collections.unmodifiableMap(labels);
    }

    /** What selects the pods of one node. */
    public static Map<String, String> selector(Network network, String nodeId) {
        Map<String, String> labels = new LinkedHashMap<>(labels(network, nodeId));
        labels.remove(MANAGED_BY);
        return Collections.unmodifiableMap(labels);
    }

    /** Makes a child be garbage collected with its network. */
    public static OwnerReference owner(Network network) {
        return new OwnerReferenceBuilder()
                .withApiVersion("distomon.io/v1alpha1")
                .withKind("DistomonNetwork")
                .withName(network.name())
                .withUid(network.owner().uid())
                .withController(true)
                .build();
    }

    /** The metadata of a child that is garbage collected with its network. */
    public static ObjectMeta owned(Network network, String name, Map<String, String> labels) {
        return new ObjectMetaBuilder()
                .withNamespace(network.owner().namespace())
                .withName(name)
                .withLabels(labels)
                .withOwnerReferences(owner(network))
                .build();
    }
}
