package io.distomon.operator.reconcile;

import io.distomon.core.threshold.Thresholds;
import io.distomon.operator.desired.ChildKind;
import io.distomon.operator.desired.ChildKinds;
import io.distomon.operator.desired.Children;
import io.distomon.operator.desired.SidecarKey;
import io.distomon.operator.desired.Writing;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.observed.Availability;
import io.distomon.operator.observed.MountedKey;
import io.distomon.operator.status.RolloutProgress;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One network's children but for its keys: brings them to what they should be, nodes one after the other. */
final class ChildKeeper {
    private final Network network;
    private final ChildKinds kinds;
    private final Children children;
    private final ChildWriter writer;
    private final Remembered remembered;
    private final Obstacles obstacles;
    private final MirrorState mirror;
    private final Duration patience;
    private final long nowNanos;

    /**
     * @param children what there should be of these kinds
     * @param mirror what the nodes see
     * @param patience how long a node that does not come back keeps the others from being restarted
     */
    ChildKeeper(
            Network network,
            ChildKinds kinds,
            Children children,
            ChildWriter writer,
            Remembered remembered,
            Obstacles obstacles,
            MirrorState mirror,
            Duration patience,
            long nowNanos) {
        this.network = network;
        this.kinds = kinds;
        this.children = children;
        this.writer = writer;
        this.remembered = remembered;
        this.obstacles = obstacles;
        this.mirror = mirror;
        this.patience = patience;
        this.nowNanos = nowNanos;
    }

    /** Makes what is made once, unless it exists. */
    void makeOnce() {
        kinds(true).forEach(this::keep);
    }

    /**
     * Writes what else is not as it should be.
     *
     * @param keys of the managed nodes, by node id; the Deployment of one without stays as it is
     */
    RolloutProgress write(String configDigest, Map<String, NodeKeys> keys) {
        // What signs as a node elsewhere leaves before the node's own Deployment comes.
        deleteObsolete(SidecarKey.KIND);
        RolloutProgress progress = RolloutProgress.NONE;
        for (ChildKind<?> kind : kinds(false)) {
            if (kind instanceof ChildKind.Restarting restarting) {
                progress = progress.and(roll(restarting, keys));
            } else {
                keep(kind);
            }
        }
        kinds(false).forEach(this::deleteObsolete);
        refreshMounts(configDigest);
        return progress;
    }

    private List<ChildKind<?>> kinds(boolean once) {
        return kinds.rows().stream()
                .filter(kind -> kind.writing() instanceof Writing.Once == once)
                .toList();
    }

    private <R extends HasMetadata> void keep(ChildKind<R> kind) {
        children.all(kind)
                .forEach(child -> obstacles.attempt(
                        child.getMetadata().getName(), () -> obstacles.note(writer.write(kind, child))));
    }

    /**
     * A changed Deployment restarts its node. One at a time: those first that don't work anyway, as one whose key has left
     * does not, the others when all do.
     */
    private RolloutProgress roll(ChildKind.Restarting kind, Map<String, NodeKeys> keys) {
        List<Deployment> desired = children.all(kind);
        remembered.keepNodes(managed());
        Map<String, Deployment> existing = new TreeMap<>(writer.observed().all(kind.type()));
        Set<String> current = new HashSet<>();
        desired.forEach(deployment -> {
            Deployment actual = existing.get(deployment.getMetadata().getName());
            if (actual != null) {
                remembered.seen(Rollout.node(actual), Rollout.isSettled(actual, mirror), nowNanos);
                if (writer.isRight(kind, actual, deployment)) {
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
                        () -> obstacles.note(writer.write(kind, deployment, actual -> {
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
        return new RolloutProgress(waiting, waitedFor, passedOver);
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
                        .noneMatch(key -> key.generation() == MountedKey.generation(network, own.nodeId(), actual));
    }

    private Rollout rollout(Set<String> current) {
        Set<String> managed = managed();
        return new Rollout(
                mirror,
                writer.observed().all(Deployment.class).values().stream()
                        .filter(deployment -> managed.contains(Rollout.node(deployment)))
                        .toList(),
                deployment -> current.contains(Rollout.node(deployment)),
                node -> remembered.unsettledFor(node, nowNanos).compareTo(patience) > 0,
                remembered::wasRestartedWhileDown);
    }

    private Set<String> managed() {
        return network.managed().stream().map(NetworkNode::id).collect(Collectors.toSet());
    }

    private <R extends HasMetadata> void deleteObsolete(ChildKind<R> kind) {
        Predicate<String> obsolete = kind.obsolete(network);
        writer.observed().all(kind.type()).values().stream()
                .filter(child -> obsolete.test(child.getMetadata().getName()))
                .forEach(child -> obstacles.attempt(child.getMetadata().getName(), () -> writer.delete(child)));
    }

    /** A change of a pod's annotations makes its kubelet look at its volumes now instead of in a minute or two. */
    private void refreshMounts(String configDigest) {
        String api = versions(ChildNames.login(network), ChildNames.jwt(network));
        // The digest is of the members alone: it knows neither a repository, nor thresholds, nor who is told of alerts.
        boolean digestTellsAll = network.git() == null
                && network.alerts() == null
                && network.thresholds().equals(Thresholds.NONE);
        String config = digestTellsAll ? "" : "-" + versions(ChildNames.config(network));
        String shared = api + config + (network.git() == null ? "" : "-" + versions(ChildNames.git(network)));
        Map<String, String> secrets = new HashMap<>();
        network.managed().forEach(node -> secrets.put(node.id(), shared));
        network.sidecars()
                .forEach(node ->
                        secrets.put(node.id(), shared + "-" + versions(ChildNames.sidecarKey(network, node.id()))));
        writer.observed().all(Pod.class).values().stream()
                .filter(pod -> !pod.isMarkedForDeletion() && !Availability.hasEnded(pod))
                .forEach(pod -> {
                    String mounted = secrets.get(ChildMetadata.nodeOf(pod).orElse(""));
                    if (mounted != null) {
                        Runnable annotate = () -> writer.annotate(
                                pod,
                                Map.of(
                                        ChildMetadata.CONFIG_DIGEST,
                                        configDigest,
                                        ChildMetadata.SECRETS_VERSION,
                                        mounted));
                        if (ChildMetadata.isOperators(pod)) {
                            obstacles.attempt(pod.getMetadata().getName(), annotate);
                        } else {
                            obstacles.attemptOnForeign(pod.getMetadata().getName(), annotate);
                        }
                    }
                });
    }

    /** Which versions of these Secrets there are, so that no two of them look the same. */
    private String versions(String... names) {
        return Stream.of(names)
                .map(name -> writer.observed().one(Secret.class, name))
                .map(secret -> secret == null ? "none" : secret.getMetadata().getResourceVersion())
                .collect(Collectors.joining("-"));
    }
}
