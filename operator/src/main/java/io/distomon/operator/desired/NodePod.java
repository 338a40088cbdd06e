package io.distomon.operator.desired;

import io.distomon.core.config.FlightRecords;
import io.distomon.core.config.GitSource;
import io.distomon.core.config.NetworkWriter;
import io.distomon.core.config.PrivateKeys;
import io.distomon.crds.v1alpha1.PodSpec;
import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The pod of one node, as its Deployment makes it. A changed config does not change it, so nothing restarts; another key does. */
final class NodePod {
    static final String API = "api";
    static final int API_PORT = 8000;

    /** Twice what the flight recorder keeps of its network at most, and what it does it with: a pod that has more is ended. */
    private static final String RECORDS_SIZE = "160Mi";

    /** Two repositories as large as a node takes one, the newest and the last good, and what is being fetched. */
    private static final String REPOSITORIES_SIZE = "1Gi";

    private static final String MANAGEMENT = "management";
    private static final int MANAGEMENT_PORT = 8001;
    private static final String CONFIG_DIR = "/config";
    private static final String TLS_DIR = CONFIG_DIR + "/tls";
    private static final String LIVENESS = "/health/liveness";
    private static final String READINESS = "/health/readiness";

    /** The user and group of the images. */
    private static final long USER = 65_532;

    /** A mounted key must be readable by its owner only; the kubelet adds the pod's group to that. */
    private static final int OWNER_READS = 0400;

    private static final int OWNER_AND_GROUP_READ = 0440;

    /** What a small Java node of a few dozen members needs; the limit leaves room for 500. */
    private static final Map<String, Quantity> DEFAULT_REQUESTS =
            Map.of("cpu", new Quantity("50m"), "memory", new Quantity("192Mi"));

    private static final Map<String, Quantity> DEFAULT_LIMITS = Map.of("memory", new Quantity("384Mi"));

    private final Network network;
    private final NetworkNode.Managed node;
    private final KeyReading.Held key;
    private final PodSpec pod;

    private NodePod(Network network, NetworkNode.Managed node, KeyReading.Held key) {
        this.network = network;
        this.node = node;
        this.key = key;
        this.pod = node.pod().spec();
    }

    /**
     * The pod of a node.
     *
     * @param key what it signs with
     */
    static PodTemplateSpec of(Network network, NetworkNode.Managed node, KeyReading.Held key) {
        return new NodePod(network, node, key).template();
    }

    private PodTemplateSpec template() {
        Map<String, String> labels = new TreeMap<>(pod.labels());
        labels.putAll(ChildMetadata.labels(network, node.id()));
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(labels)
                .withAnnotations(orNull(pod.annotations()))
                .endMetadata()
                .withSpec(spec())
                .build();
    }

    private io.fabric8.kubernetes.api.model.PodSpec spec() {
        return new io.fabric8.kubernetes.api.model.PodSpecBuilder()
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                // A node stops within two seconds; the last entry that it pushes should get out.
                .withTerminationGracePeriodSeconds(10L)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withNodeSelector(orNull(pod.nodeSelector()))
                .withTolerations(tolerations())
                .withImagePullSecrets(pod.imagePullSecrets().stream()
                        .map(secret -> new LocalObjectReference(secret.name()))
                        .toList())
                .withContainers(container())
                .withVolumes(volumes())
                .build();
    }

    private List<Volume> volumes() {
        List<Volume> volumes = new ArrayList<>(List.of(
                secret("config", ChildNames.config(network), OWNER_AND_GROUP_READ),
                secret(ChildNames.KEY_VOLUME, key.secretName(), OWNER_READS),
                secret("login", ChildNames.login(network), OWNER_AND_GROUP_READ),
                secret("jwt", ChildNames.jwt(network), OWNER_AND_GROUP_READ),
                scratch("tmp", "16Mi"),
                scratch("records", RECORDS_SIZE)));
        if (node.certificate() != null) {
            volumes.add(secret("tls", node.certificate().secretName(), OWNER_AND_GROUP_READ));
        }
        if (network.git() != null) {
            volumes.add(scratch("repositories", REPOSITORIES_SIZE));
        }
        if (GitSecret.isMounted(network)) {
            volumes.add(secret("git", ChildNames.git(network), OWNER_AND_GROUP_READ));
        }
        return volumes;
    }

    /** As long as the pod. */
    private static Volume scratch(String name, String size) {
        return new VolumeBuilder()
                .withName(name)
                .withNewEmptyDir()
                .withSizeLimit(new Quantity(size))
                .endEmptyDir()
                .build();
    }

    private List<VolumeMount> mounts() {
        List<VolumeMount> mounts = new ArrayList<>(List.of(
                mount("config", CONFIG_DIR + "/" + ConfigSecret.directory(network), true),
                mount(ChildNames.KEY_VOLUME, CONFIG_DIR + "/" + PrivateKeys.DIRECTORY, true),
                mount("login", CONFIG_DIR + "/" + ConfigSecret.LOGIN_DIR, true),
                mount("jwt", CONFIG_DIR + "/" + ConfigSecret.JWT_DIR, true),
                mount("tmp", "/tmp", null),
                mount("records", CONFIG_DIR + "/" + FlightRecords.DIRECTORY, null)));
        if (node.certificate() != null) {
            mounts.add(mount("tls", TLS_DIR, true));
        }
        if (network.git() != null) {
            mounts.add(mount("repositories", CONFIG_DIR + "/" + GitSource.DIRECTORY, null));
        }
        if (GitSecret.isMounted(network)) {
            mounts.add(mount("git", CONFIG_DIR + "/" + ConfigSecret.GIT_DIR, true));
        }
        return mounts;
    }

    private List<EnvVar> environment() {
        List<EnvVar> environment = new ArrayList<>(List.of(
                new EnvVar("CONFIG_DIR", CONFIG_DIR, null),
                new EnvVar(
                        "CONFIG_FILE_NAME",
                        ConfigSecret.directory(network) + "/" + NetworkWriter.nodeConfName(node.id()),
                        null)));
        if (node.certificate() != null) {
            environment.add(new EnvVar("DISTOMON_TLS_DIRECTORY", TLS_DIR, null));
        }
        if (network.git() != null) {
            // Its key is made before anybody can commit it: what it follows has no place for it yet.
            environment.add(new EnvVar("DISTOMON_CONFIG_WAIT_FOR_GIT", "true", null));
        }
        if (!node.front().pathPrefix().isEmpty()) {
            environment.add(new EnvVar("DISTOMON_PATH_PREFIX", node.front().pathPrefix(), null));
        }
        if (!node.front().trustedProxies().isEmpty()) {
            environment.add(new EnvVar(
                    "DISTOMON_TRUSTED_PROXIES", String.join(",", node.front().trustedProxies()), null));
        }
        return environment;
    }

    private Container container() {
        return new ContainerBuilder()
                .withName("node")
                .withImage(node.pod().image())
                .withImagePullPolicy(node.pod().imagePullPolicy().name())
                .withEnv(environment())
                .addNewPort()
                .withName(API)
                .withContainerPort(API_PORT)
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName(MANAGEMENT)
                .withContainerPort(MANAGEMENT_PORT)
                .withProtocol("TCP")
                .endPort()
                .withResources(resources())
                // Who takes minutes to start on a busy machine takes as long when it is restarted for that.
                .withStartupProbe(probe(LIVENESS, 2, 150))
                .withLivenessProbe(probe(LIVENESS, 10, 18))
                // A hanging node is an outage that the mesh reports first; no traffic depends on this.
                .withReadinessProbe(probe(READINESS, 5, 12))
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .withVolumeMounts(mounts())
                .build();
    }

    private ResourceRequirements resources() {
        boolean isDefault =
                pod.resources().requests().isEmpty() && pod.resources().limits().isEmpty();
        return new ResourceRequirementsBuilder()
                .withRequests(
                        orNull(isDefault ? DEFAULT_REQUESTS : pod.resources().requests()))
                .withLimits(orNull(isDefault ? DEFAULT_LIMITS : pod.resources().limits()))
                .build();
    }

    private List<Toleration> tolerations() {
        return Stream.concat(
                        Stream.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
                                .map(taint -> new TolerationBuilder()
                                        .withKey(taint)
                                        .withOperator("Exists")
                                        .withEffect("NoExecute")
                                        .build()),
                        pod.tolerations().stream().map(NodePod::withoutEmpty))
                .distinct()
                .toList();
    }

    /** An API server drops what is empty, so what stays would differ for ever. */
    private static Toleration withoutEmpty(Toleration toleration) {
        return new TolerationBuilder()
                .withKey(orNull(toleration.getKey()))
                .withOperator(orNull(toleration.getOperator()))
                .withValue(orNull(toleration.getValue()))
                .withEffect(orNull(toleration.getEffect()))
                .withTolerationSeconds(toleration.getTolerationSeconds())
                .build();
    }

    private static Probe probe(String path, int periodSeconds, int failureThreshold) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort(MANAGEMENT)
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failureThreshold)
                .build();
    }

    private static Volume secret(String volume, String secretName, int mode) {
        return new VolumeBuilder()
                .withName(volume)
                .withNewSecret()
                .withSecretName(secretName)
                .withDefaultMode(mode)
                .endSecret()
                .build();
    }

    private static VolumeMount mount(String volume, String path, @Nullable Boolean readOnly) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path)
                .withReadOnly(readOnly)
                .build();
    }

    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static <T> @Nullable Map<String, T> orNull(Map<String, T> map) {
        return map.isEmpty() ? null : new TreeMap<>(map);
    }
}
