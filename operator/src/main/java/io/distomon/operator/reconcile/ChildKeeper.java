package io.distomon.operator.reconcile;

import io.distomon.operator.desired.Children;
import io.distomon.operator.desired.Desired;
import io.distomon.operator.keys.JwtSecret;
import io.distomon.operator.keys.LoginSecret;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.status.Progress;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One network's children but for its keys: brings them to what they should be, nodes one after the other. */
final class ChildKeeper {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Network network;
    private final ChildWriter writer;
    private final Remembered remembered;
    private final Obstacles obstacles;
    private final MirrorState mirror;
    private final Duration patience;
    private final long nowNanos;

    /**
     * @param mirror what the nodes see
     * @param patience how long a node that does not come back keeps the others from being restarted
     */
    ChildKeeper(
            Network network,
            ChildWriter writer,
            Remembered remembered,
            Obstacles obstacles,
            MirrorState mirror,
            Duration patience,
            long nowNanos) {
        this.network = network;
        this.writer = writer;
        this.remembered = remembered;
        this.obstacles = obstacles;
        this.mirror = mirror;
        this.patience = patience;
        this.nowNanos = nowNanos;
    }

    /** Makes the Secrets with the password and with the tokens' key, unless they exist. */
    void makeShared() {
        Stream.of(LoginSecret.make(network, RANDOM), JwtSecret.make(network, RANDOM))
                .forEach(secret -> obstacles.attempt(
                        secret.getMetadata().getName(), () -> obstacles.note(writer.createOnce(secret))));
    }

    /**
     * Writes what is not as it should be.
     *
     * @param keys of the managed nodes, by node id; the Deployment of one without stays as it is
     */
    Progress write(Children children, Map<String, NodeKeys> keys) {
        keep(Secret.class, List.of(children.config()));
        keep(Service.class, children.services().values());
        Progress progress = roll(children.deployments().values(), keys);
        Set<String> nodes = ChildNames.nodes(network);
        deleteOthers(Service.class, nodes);
        deleteOthers(Deployment.class, nodes);
        refreshMounts(children.configDigest());
        return progress;
    }

    private <R extends HasMetadata> void keep(Class<R> type, Collection<R> desired) {
        desired.forEach(child ->
                obstacles.attempt(child.getMetadata().getName(), () -> obstacles.note(writer.write(type, child))));
    }

    /**
     * A changed Deployment restarts its node. One at a time: those first that don't work anyway, as one whose key has left
     * does not, the others when all do.
     */
    private Progress roll(Collection<Deployment> desired, Map<String, NodeKeys> keys) {
        Map<String, Deployment> existing = new TreeMap<>(writer.observed().all(Deployment.class));
        Set<String> current = new HashSet<>();
        desired.forEach(deployment -> {
            Deployment actual = existing.get(deployment.getMetadata().getName());
            if (actual != null) {
                remembered.seen(Rollout.node(actual), Rollout.isSettled(actual, mirror), nowNanos);
                if (writer.isRight(actual, deployment)) {
                    current.add(Rollout.node(actual));
                }
            }
        });
        Set<String> waiting = new TreeSet<>();
        Set<String> waitedFor = rollout(current).waitedFor();
        desired.stream()
                .sorted(Comparator.comparing((Deployment deployment) ->
                        Rollout.isSettled(existing.get(deployment.getMetadata().getName()), mirror)))
                .forEach(deployment -> obstacles.attempt(
                        deployment.getMetadata().getName(),
                        () -> obstacles.note(writer.write(Deployment.class, deployment, actual -> {
                            String node = Rollout.node(actual);
                            boolean mayRestart = isFree(actual, keys) || waitedFor.isEmpty();
                            if (mayRestart) {
                                current.add(node);
                                waitedFor.add(node);
                            } else {
                                waiting.add(node);
                            }
                            return mayRestart;
                        }))));
        Set<String> passedOver = rollout(current).passedOver();
        waitedFor.removeAll(passedOver);
        return new Progress(waiting, waitedFor, passedOver);
    }

    /** Whether a node may be restarted whatever the others do: it is down, or they don't know its key. */
    private boolean isFree(Deployment actual, Map<String, NodeKeys> keys) {
        if (Rollout.isDown(actual, mirror)) {
            remembered.restartedWhileDown(Rollout.node(actual));
            return true;
        }
        NodeKeys own = keys.get(Rollout.node(actual));
        return own == null
                || own.published().stream()
                        .noneMatch(key -> key.generation() == Desired.mountedKey(network, own.nodeId(), actual));
    }

    private Rollout rollout(Set<String> current) {
        Set<String> managed = network.managed().stream().map(NetworkNode::id).collect(Collectors.toSet());
        return new Rollout(
                mirror,
                writer.observed().all(Deployment.class).values().stream()
                        .filter(deployment -> managed.contains(Rollout.node(deployment)))
                        .toList(),
                deployment -> current.contains(Rollout.node(deployment)),
                node -> remembered.unsettledFor(node, nowNanos).compareTo(patience) > 0,
                remembered::wasRestartedWhileDown);
    }

    private <R extends HasMetadata> void deleteOthers(Class<R> type, Set<String> names) {
        writer.observed().all(type).values().stream()
                .filter(child -> !names.contains(child.getMetadata().getName()))
                .forEach(child -> obstacles.attempt(child.getMetadata().getName(), () -> writer.delete(child)));
    }

    /** A change of a pod's annotations makes its kubelet look at its volumes now instead of in a minute or two. */
    private void refreshMounts(String configDigest) {
        String secrets = Stream.of(ChildNames.login(network), ChildNames.jwt(network))
                .map(name -> writer.observed().one(Secret.class, name))
                .map(secret -> secret == null ? "none" : secret.getMetadata().getResourceVersion())
                .collect(Collectors.joining("-"));
        writer.observed().all(Pod.class).values().stream()
                .filter(pod -> !pod.isMarkedForDeletion())
                .forEach(pod -> obstacles.attempt(
                        pod.getMetadata().getName(),
                        () -> writer.annotate(
                                pod,
                                Map.of(
                                        ChildMetadata.CONFIG_DIGEST,
                                        configDigest,
                                        ChildMetadata.SECRETS_VERSION,
                                        secrets))));
    }
}
