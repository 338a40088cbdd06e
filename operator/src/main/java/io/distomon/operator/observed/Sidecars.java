package io.distomon.operator.observed;

import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the pods stand that carry a node and are not the operator's. A node is an identity: it belongs in one pod.
 *
 * @param running the ids of the sidecars that run in the only pod that carries them
 * @param wanting what there is to say of other sidecars, and of managed nodes that such a pod carries, by node id
 * @param heldBack the ids of those as which something else may still sign, so that they must not get a key yet: sidecars
 *     that the operator runs still, and managed nodes that have no Deployment yet and run as sidecars still
 * @param since since when one at least runs, without a break; null when none does
 */
public record Sidecars(
        Set<String> running,
        Map<String, Wanting> wanting,
        Set<String> heldBack,
        @Nullable Instant since) {
    /** There are none. */
    public static final Sidecars NONE = new Sidecars(Set.of(), Map.of(), Set.of(), null);

    /** What the node's container is called, also in a pod of somebody else. */
    public static final String CONTAINER = "distomon";

    private static final int MAX_NAMES = 5;

    public Sidecars {
        running = Set.copyOf(running);
        wanting = Map.copyOf(wanting);
        heldBack = Set.copyOf(heldBack);
    }

    /** What a person has to do something about; the names are the reasons of conditions. */
    public enum Cause {
        /** No pod carries the node. */
        SidecarMissing,
        /** Several pods carry it, each of which signs as the node. */
        SidecarReplicas,
        /** The pod is there, and its sidecar does not run. */
        SidecarUnavailable,
        /** Pods of others carry a node that the operator runs. */
        ForeignPods;

        /** Whether it stays so until somebody does something about it: a workload may come later, and come up. */
        public boolean stays() {
            return switch (this) {
                case SidecarReplicas, ForeignPods -> true;
                case SidecarMissing, SidecarUnavailable -> false;
            };
        }
    }

    /**
     * Why a node does not run, or not as it should.
     *
     * @param cause null when it is on its way
     * @param sentence for people
     */
    public record Wanting(@Nullable Cause cause, String sentence) {}

    /** What the pods of a network's children tell. */
    public static Sidecars of(Network network, Observed observed) {
        Map<String, List<Pod>> pods = observed.all(Pod.class).values().stream()
                .filter(pod -> !Availability.hasEnded(pod))
                .sorted(Comparator.comparing((Pod pod) -> pod.getMetadata().getName()))
                .collect(Collectors.groupingBy(pod -> ChildMetadata.nodeOf(pod).orElse("")));
        Set<String> running = new HashSet<>();
        Map<String, Wanting> wanting = new HashMap<>();
        Set<String> heldBack = new HashSet<>();
        List<Instant> since = new ArrayList<>();
        for (NetworkNode.InCluster node : network.inCluster()) {
            String id = node.id();
            List<Pod> all = pods.getOrDefault(id, List.of());
            List<Pod> own = of(all, ChildMetadata::isOperators);
            List<Pod> others = of(all, pod -> !ChildMetadata.isOperators(pod));
            boolean hasDeployment = observed.one(Deployment.class, ChildNames.node(network, id)) != null;
            boolean hasCopy = observed.one(Secret.class, ChildNames.sidecarKey(network, id)) != null;
            boolean isHeldBack = switch (node) {
                case NetworkNode.Managed managed -> (!others.isEmpty() || hasCopy) && !hasDeployment;
                case NetworkNode.Sidecar sidecar -> (!own.isEmpty() || hasDeployment) && !hasCopy;
            };
            if (isHeldBack) {
                heldBack.add(id);
            }
            Optional<Wanting> found = switch (node) {
                case NetworkNode.Managed managed -> ofManaged(others, hasDeployment);
                case NetworkNode.Sidecar sidecar
                when isHeldBack ->
                    Optional.of(new Wanting(
                            null,
                            (own.isEmpty() ? "what the operator ran it in" : names(own))
                                    + " is ending; the sidecar gets the key after that"));
                case NetworkNode.Sidecar sidecar -> ofSidecar(network, id, others);
            };
            found.ifPresent(said -> wanting.put(id, said));
            if (node instanceof NetworkNode.Sidecar && found.isEmpty()) {
                running.add(id);
                others.forEach(
                        pod -> container(pod).flatMap(Sidecars::startedAt).ifPresent(since::add));
            }
        }
        return new Sidecars(running, wanting, heldBack, since.isEmpty() ? null : Collections.min(since));
    }

    private static Optional<Wanting> ofManaged(List<Pod> others, boolean hasDeployment) {
        if (others.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Wanting(
                Cause.ForeignPods,
                "the labels of this node are on %s too, which may sign as it: take labels and sidecar out of that workload%s"
                        .formatted(
                                names(others),
                                hasDeployment ? "" : ". The operator runs the node when no such pod is left")));
    }

    private static Optional<Wanting> ofSidecar(Network network, String id, List<Pod> pods) {
        List<Pod> staying = of(pods, pod -> !pod.isMarkedForDeletion());
        if (staying.size() > 1) {
            return Optional.of(new Wanting(
                    Cause.SidecarReplicas,
                    "%s carry it, and each signs as this node: its workload must have one replica, and the strategy Recreate"
                            .formatted(names(staying))));
        }
        if (staying.isEmpty()) {
            return Optional.of(
                    pods.isEmpty()
                            ? new Wanting(
                                    Cause.SidecarMissing,
                                    "no pod with the labels %s=%s and %s=%s runs: put the sidecar into a workload"
                                            .formatted(ChildMetadata.NETWORK, network.name(), ChildMetadata.NODE, id))
                            : new Wanting(null, "its pod is ending"));
        }
        return ofSidecar(staying.getFirst());
    }

    private static Optional<Wanting> ofSidecar(Pod pod) {
        String name = "pod " + pod.getMetadata().getName();
        if (Stream.of(pod.getSpec().getInitContainers(), pod.getSpec().getContainers())
                .flatMap(List::stream)
                .map(Container::getName)
                .noneMatch(CONTAINER::equals)) {
            return Optional.of(new Wanting(
                    Cause.SidecarUnavailable, "%s has no container that is called %s".formatted(name, CONTAINER)));
        }
        Optional<ContainerStatus> container = container(pod);
        if (container.filter(Sidecars::runs).isPresent()) {
            return Optional.empty();
        }
        return Availability.unscheduled(pod)
                .or(() -> container.flatMap(Availability::standing))
                .map(standing -> new Wanting(
                        standing.isFault() ? Cause.SidecarUnavailable : null, name + ": " + standing.sentence()))
                .or(() -> Optional.of(new Wanting(null, name + " has not started it yet")));
    }

    private static Optional<ContainerStatus> container(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : Stream.of(
                                pod.getStatus().getInitContainerStatuses(),
                                pod.getStatus().getContainerStatuses())
                        .flatMap(List::stream)
                        .filter(status -> status.getName().equals(CONTAINER))
                        .findFirst();
    }

    private static Optional<Instant> startedAt(ContainerStatus container) {
        return Optional.ofNullable(container.getState())
                .map(ContainerState::getRunning)
                .map(ContainerStateRunning::getStartedAt)
                .map(Instant::parse);
    }

    private static boolean runs(ContainerStatus container) {
        return container.getState() != null
                && container.getState().getRunning() != null
                && !Boolean.FALSE.equals(container.getStarted());
    }

    private static List<Pod> of(List<Pod> pods, Predicate<Pod> which) {
        return pods.stream().filter(which).toList();
    }

    private static String names(List<Pod> pods) {
        List<String> shown = pods.stream()
                .limit(MAX_NAMES)
                .map(pod -> pod.getMetadata().getName())
                .toList();
        String more = pods.size() > MAX_NAMES ? " and %s more".formatted(pods.size() - MAX_NAMES) : "";
        return (pods.size() == 1 ? "pod " : "pods ") + String.join(", ", shown) + more;
    }
}
