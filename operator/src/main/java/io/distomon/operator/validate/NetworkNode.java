package io.distomon.operator.validate;

import io.distomon.core.crypto.Verifier;
import io.distomon.crds.v1alpha1.GatewayRef;
import io.distomon.crds.v1alpha1.ImagePullPolicy;
import io.distomon.crds.v1alpha1.PodSpec;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A member of a network, with everything that its network says filled in. */
public sealed interface NetworkNode {
    /** Its name in the network. */
    String id();

    /** How often the others poll it. */
    Duration interval();

    /** How many failed polls in a row are forgiven; one more means offline. */
    int retries();

    /** How soon after a failed poll the next one begins; null: the nodes' own rule. Longer than the interval counts as it. */
    @Nullable
    Duration retryInterval();

    /** A node of this cluster: its key, config and Service are the operator's. Its id is a DNS label of at most 20 characters. */
    sealed interface InCluster extends NetworkNode {
        /** Where those that run elsewhere reach it; null when it does not say. */
        @Nullable
        URI url();

        /** Where its private key comes from. */
        KeySource keySource();

        /** What it serves https with; null: it serves http. */
        @Nullable
        Certificate certificate();
    }

    /** Where the private key of a node comes from. */
    sealed interface KeySource {
        /** Of a node of which nothing is said. */
        KeySource FIRST = new Made(1);

        /**
         * The operator makes it.
         *
         * @param generation which is asked for, from 1; a later one that exists is used all the same
         */
        record Made(int generation) implements KeySource {}

        /** Somebody gives it. What it is changed to is the next one. */
        record Referred(SecretEntry entry) implements KeySource {}
    }

    /**
     * Where the certificate is that a node serves https with.
     *
     * @param secretName of the Secret; somebody else's
     */
    record Certificate(String secretName) {
        /** Of a node that is known to serve https, and no more. */
        public static final Certificate UNKNOWN = new Certificate("");
    }

    /**
     * A node that the operator runs.
     *
     * @param url where those that run elsewhere reach it; null when it does not say
     * @param keySource where its private key comes from
     * @param certificate what it serves https with; null: it serves http
     * @param expose by what those that run elsewhere reach it; null when the operator makes nothing for them
     * @param front what stands in front of it
     * @param pod what runs it
     */
    record Managed(
            String id,
            Duration interval,
            int retries,
            @Nullable Duration retryInterval,
            @Nullable URI url,
            KeySource keySource,
            @Nullable Certificate certificate,
            @Nullable Expose expose,
            Front front,
            Pod pod)
            implements InCluster {}

    /**
     * What stands in front of a node.
     *
     * @param pathPrefix below which path of a proxy's it is, without a slash at its end; empty: at the root
     * @param trustedProxies whose word on where a request comes from counts, addresses or ranges of them
     */
    record Front(String pathPrefix, List<String> trustedProxies) {
        /** Nothing that the node has to know of. */
        public static final Front NONE = new Front("", List.of());

        public Front {
            trustedProxies = List.copyOf(trustedProxies);
        }
    }

    /** By what a node is reached from outside the cluster. */
    sealed interface Expose {
        /** What clouds and controllers are told besides. */
        Map<String, String> annotations();

        /**
         * A Service of some type.
         *
         * @param type as Kubernetes calls it
         */
        record ByService(String type, Map<String, String> annotations) implements Expose {
            public ByService {
                annotations = Map.copyOf(annotations);
            }
        }

        /**
         * An Ingress.
         *
         * @param host for which requests it is
         * @param path below which path of the host, without a slash at its end; empty: all of it
         * @param className which controller; null: the cluster's default
         * @param tlsSecretName where the certificate is; null: none is named
         */
        record ByIngress(
                String host,
                String path,
                @Nullable String className,
                @Nullable String tlsSecretName,
                Map<String, String> annotations)
                implements Expose {
            public ByIngress {
                annotations = Map.copyOf(annotations);
            }
        }

        /**
         * A route of a Gateway.
         *
         * @param host for which requests it is
         * @param path below which path of the host, without a slash at its end; empty: all of it
         */
        record ByRoute(String host, String path, GatewayRef gateway, Map<String, String> annotations)
                implements Expose {
            public ByRoute {
                annotations = Map.copyOf(annotations);
            }
        }
    }

    /**
     * A node that runs in a pod of somebody's own.
     *
     * @param url where those that run elsewhere reach it; null when it does not say
     * @param keySource where its private key comes from
     * @param certificate what it serves https with; null: it serves http
     */
    record Sidecar(
            String id,
            Duration interval,
            int retries,
            @Nullable Duration retryInterval,
            @Nullable URI url,
            KeySource keySource,
            @Nullable Certificate certificate)
            implements InCluster {}

    /**
     * What runs a node.
     *
     * @param image of its container
     * @param imagePullPolicy when it is pulled
     * @param spec what the pod has besides what distomon needs
     */
    record Pod(String image, ImagePullPolicy imagePullPolicy, PodSpec spec) {
        /** Of a node of which it is not known what the spec says of it. */
        public static final Pod UNKNOWN = new Pod("", ImagePullPolicy.IfNotPresent, PodSpec.EMPTY);
    }

    /**
     * A node that runs elsewhere.
     *
     * @param url where it answers; null, as only a repository may say it, when nobody polls it
     * @param publicKeys what it may sign with; at least one, unless a repository says none
     */
    record External(
            String id,
            Duration interval,
            int retries,
            @Nullable Duration retryInterval,
            @Nullable URI url,
            List<Verifier> publicKeys)
            implements NetworkNode {
        public External {
            publicKeys = List.copyOf(publicKeys);
        }
    }
}
