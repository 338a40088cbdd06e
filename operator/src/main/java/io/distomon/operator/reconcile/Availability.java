package io.distomon.operator.reconcile;

import io.distomon.operator.keys.ChildMetadata;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which managed nodes run, as Kubernetes sees it.
 *
 * @param available the ids of those whose pod is available
 * @param unavailable the ids of the others, as far as it is known why
 */
record Availability(Set<String> available, Map<String, String> unavailable) {
    private static final int MAX_CHARS = 200;

    static Availability of(Collection<Deployment> deployments, Collection<Pod> pods) {
        Set<String> available = new HashSet<>();
        Map<String, String> unavailable = new HashMap<>();
        for (Deployment deployment : deployments) {
            node(deployment).ifPresent(node -> {
                if (isAvailable(deployment)) {
                    available.add(node);
                } else {
                    pods.stream()
                            .filter(pod -> node(pod).equals(Optional.of(node)))
                            .flatMap(Availability::reasons)
                            .findFirst()
                            .or(() -> reason(deployment))
                            .ifPresent(reason -> unavailable.put(node, shortened(reason)));
                }
            });
        }
        return new Availability(available, unavailable);
    }

    private static boolean isAvailable(Deployment deployment) {
        var status = deployment.getStatus();
        return status != null && status.getAvailableReplicas() != null && status.getAvailableReplicas() > 0;
    }

    /** Why a pod does not run, the most telling first. */
    private static Stream<String> reasons(Pod pod) {
        if (pod.isMarkedForDeletion() || pod.getStatus() == null) {
            return Stream.empty();
        }
        Stream<String> waiting = pod.getStatus().getContainerStatuses().stream()
                .map(ContainerStatus::getState)
                .filter(state -> state != null && state.getWaiting() != null)
                .map(state -> state.getWaiting())
                .map(state ->
                        state.getMessage() == null ? state.getReason() : state.getReason() + ": " + state.getMessage());
        Stream<String> unscheduled = pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("PodScheduled")
                        && condition.getStatus().equals("False"))
                .map(condition -> condition.getReason() + ": " + condition.getMessage());
        return Stream.concat(waiting, unscheduled);
    }

    /** Why a Deployment can't make a pod: a quota, an admission rule. */
    private static Optional<String> reason(Deployment deployment) {
        return deployment.getStatus() == null
                ? Optional.empty()
                : deployment.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals("ReplicaFailure")
                                && condition.getStatus().equals("True"))
                        .map(condition -> condition.getReason() + ": " + condition.getMessage())
                        .findFirst();
    }

    private static Optional<String> node(HasMetadata child) {
        return Optional.ofNullable(child.getMetadata().getLabels().get(ChildMetadata.NODE));
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() > MAX_CHARS ? line.substring(0, MAX_CHARS - 1) + "…" : line;
    }
}
