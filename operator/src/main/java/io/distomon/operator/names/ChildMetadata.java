package io.distomon.operator.names;

import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the children of a network are marked: their labels, annotations and owners. No two networks have one set of labels,
 * whatever their children are called.
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

    /** Annotation of a key: the id of the network that it signs in. */
    public static final String NETWORK_ID = "distomon.io/network-id";

    /** Annotation of a key: the id of the node that it signs as. */
    public static final String NODE_ID = "distomon.io/node-id";

    /** Annotation of what a sidecar signs with: the Secret of which that is a copy. */
    public static final String KEY = "distomon.io/key";

    /** Annotation of a copy of what opens a repository: of which Secret it is, and for which server. */
    public static final String CREDENTIALS = "distomon.io/credentials";

    /** Annotation of the Secret of all files: of which entries of others' Secrets those of receivers of alerts are copies. */
    public static final String ALERTS = "distomon.io/alerts";

    /** Annotation: keeps Argo CD from deleting what no repository holds. */
    public static final String ARGO_OPTIONS = "argocd.argoproj.io/sync-options";

    /** Annotation of a pod: the digest of the config that should be mounted in it. */
    public static final String CONFIG_DIGEST = "distomon.io/config";

    /** Annotation of a pod: which versions of the password and of the tokens' key should be mounted in it. */
    public static final String SECRETS_VERSION = "distomon.io/secrets";

    private ChildMetadata() {}

    /** Empty when there is none. */
    public static String annotation(HasMetadata object, String name) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(name, "");
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

    /** Which node a child is for; empty when its labels don't tell. */
    public static Optional<String> nodeOf(HasMetadata child) {
        return Optional.ofNullable(child.getMetadata().getLabels()).map(labels -> labels.get(NODE));
    }

    /** Whether a Secret bears the operator's label, of whatever network. */
    public static boolean isOperators(Secret secret) {
        Map<String, String> labels = secret.getMetadata().getLabels();
        return labels != null && OPERATOR.equals(labels.get(MANAGED_BY));
    }

    /** Whether one of the operator's Deployments has made a pod: labels alone anybody can write. */
    public static boolean isOperators(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels != null
                && OPERATOR.equals(labels.get(MANAGED_BY))
                && pod.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner ->
                                "ReplicaSet".equals(owner.getKind()) && Boolean.TRUE.equals(owner.getController()));
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
