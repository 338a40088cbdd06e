package io.distomon.e2e.api;

import io.distomon.e2e.demo.node.MountedSecret;
import io.distomon.e2e.demo.node.Ports;
import io.distomon.operator.desired.NodeAddresses;
import io.distomon.operator.names.ChildMetadata;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Runs real nodes on loopback as a namespace's Deployments say, where no pods do: with the files of the Secrets that they
 * mount, which follow these. For one thread, but for {@link #addresses()}.
 */
final class PlayedKubelet implements AutoCloseable {
    private static final Path JAR = Path.of("..", "node", "app", "target", "distomon-node.jar");
    private static final long MAX_END_SECONDS = 20;

    private final KubernetesClient client;
    private final String namespace;
    private final Path directory;
    private final Map<String, Run> runs = new HashMap<>();
    private final Map<String, List<Integer>> ports = new HashMap<>();

    private record Run(PodSpec pod, Process process, Map<String, Map<String, String>> mounted) {}

    /**
     * @param nodes the ids of those that may come
     */
    PlayedKubelet(KubernetesClient client, String namespace, Path directory, List<String> nodes) throws IOException {
        this.client = client;
        this.namespace = namespace;
        this.directory = directory;
        List<Integer> free = Ports.free(2 * nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            ports.put(nodes.get(i), free.subList(2 * i, 2 * i + 2));
        }
    }

    /** Where a node answers, once it runs. */
    URI url(String node) {
        return URI.create("http://127.0.0.1:" + ports(node).getFirst());
    }

    private List<Integer> ports(String node) {
        return Objects.requireNonNull(ports.get(node), node);
    }

    NodeAddresses addresses() {
        return this::url;
    }

    /** Of a node's process. */
    long pid(String node) {
        return Objects.requireNonNull(runs.get(node), node).process().pid();
    }

    /** Brings in what has changed in mounted Secrets, starts the nodes that are new, and those anew whose pod is another. */
    void sync(String network) {
        client.apps()
                .deployments()
                .inNamespace(namespace)
                .withLabel("distomon.io/network", network)
                .list()
                .getItems()
                .forEach(deployment -> {
                    try {
                        sync(deployment, ChildMetadata.nodeOf(deployment).orElseThrow());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private void sync(Deployment deployment, String node) throws IOException {
        PodSpec pod = deployment.getSpec().getTemplate().getSpec();
        Container container = pod.getContainers().getFirst();
        Run running = runs.get(node);
        if (running != null && !running.pod().equals(pod)) {
            end(running);
            runs.remove(node);
            running = null;
        }
        Map<String, Map<String, String>> mounted = running == null ? new HashMap<>() : running.mounted();
        for (VolumeMount mount : container.getVolumeMounts()) {
            if (!mount(pod, mount, directory.resolve(node), mounted)) {
                return; // the kubelet waits for a Secret
            }
        }
        if (running == null) {
            runs.put(node, new Run(pod, start(container, node), mounted));
        }
    }

    /** Whether what is to be mounted there is. */
    private boolean mount(PodSpec pod, VolumeMount mount, Path base, Map<String, Map<String, String>> mounted)
            throws IOException {
        Volume volume = pod.getVolumes().stream()
                .filter(each -> each.getName().equals(mount.getName()))
                .findFirst()
                .orElseThrow();
        Path target = base.resolve(mount.getMountPath().substring(1));
        if (volume.getSecret() == null) {
            Files.createDirectories(target);
            return true;
        }
        Secret secret = client.secrets()
                .inNamespace(namespace)
                .withName(volume.getSecret().getSecretName())
                .get();
        if (secret == null) {
            return mounted.containsKey(mount.getMountPath());
        }
        if (!secret.getData().equals(mounted.put(mount.getMountPath(), secret.getData()))) {
            MountedSecret.write(secret, target);
        }
        return true;
    }

    private Process start(Container container, String node) throws IOException {
        Path base = directory.resolve(node);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-jar",
                        JAR.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(node + ".log").toFile()));
        for (EnvVar variable : container.getEnv()) {
            builder.environment()
                    .put(
                            variable.getName(),
                            variable.getName().equals("CONFIG_DIR")
                                    ? base.resolve(variable.getValue().substring(1))
                                            .toString()
                                    : variable.getValue());
        }
        builder.environment()
                .putAll(Map.of(
                        "DISTOMON_EXIT_ON_STDIN_EOF",
                        "true",
                        "MICRONAUT_SERVER_HOST",
                        "127.0.0.1",
                        "MICRONAUT_SERVER_PORT",
                        String.valueOf(ports(node).getFirst()),
                        "ENDPOINTS_ALL_PORT",
                        String.valueOf(ports(node).getLast())));
        return builder.start();
    }

    private static void end(Run run) {
        run.process().destroyForcibly();
        try {
            run.process().waitFor(MAX_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        runs.values().forEach(PlayedKubelet::end);
    }
}
