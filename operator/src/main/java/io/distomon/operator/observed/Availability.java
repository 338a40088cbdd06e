package io.distomon.operator.observed;

import io.distomon.core.text.ForeignText;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which managed nodes run, as Kubernetes sees it. What it says of the others stays the same while nothing changes: no
 * counts, no times, no names made by chance.
 *
 * @param available the ids of those whose pod is available, whatever it runs
 * @param settled of these, those whose pod is made from the Deployment as it is now
 * @param starting of the others, those that are on their way: their Deployment has just made a pod, and nothing is wrong
 *     with it
 * @param reasons why those that are not settled aren't, as far as it is known
 * @param sidecars how those stand that run in pods of others
 * @param since since when one at least is available, without a break; null when none is
 */
public record Availability(
        Set<String> available,
        Set<String> settled,
        Set<String> starting,
        Map<String, String> reasons,
        @Nullable Instant since,
        Sidecars sidecars) {
    private static final int MAX_CHARS = 200;
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    /** Reasons of one fault that take turns while the kubelet tries again. */
    private static final Set<String> NO_IMAGE = Set.of("ErrImagePull", "ImagePullBackOff");

    /** Why a container waits that has not begun yet. */
    private static final Set<String> STARTS = Set.of("ContainerCreating", "PodInitializing");

    /** What a Deployment says of its progress when its last change has come to its end. */
    private static final String COMPLETE = "NewReplicaSetAvailable";

    private static final String CRASHES = "CrashLoopBackOff";

    public Availability {
        available = Set.copyOf(available);
        settled = Set.copyOf(settled);
        starting = Set.copyOf(starting);
        reasons = Map.copyOf(reasons);
    }

    /** Of a network without sidecars. */
    public Availability(
            Set<String> available,
            Set<String> settled,
            Set<String> starting,
            Map<String, String> reasons,
            @Nullable Instant since) {
        this(available, settled, starting, reasons, since, Sidecars.NONE);
    }

    /** The same of a network that has these sidecars. */
    public Availability with(Sidecars others) {
        Instant first = Stream.of(Optional.ofNullable(since), Optional.ofNullable(others.since()))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder())
                .orElse(null);
        return new Availability(available, settled, starting, reasons, first, others);
    }

    /** The ids of all nodes that run, whoever runs them. */
    public Set<String> running() {
        Set<String> running = new HashSet<>(available);
        running.addAll(sidecars.running());
        return running;
    }

    /**
     * What the Deployments and pods of a network tell.
     *
     * @param network null when it is not known what runs
     */
    public static Availability of(@Nullable Network network, Observed observed) {
        return of(observed).with(network == null ? Sidecars.NONE : Sidecars.of(network, observed));
    }

    private static Availability of(Observed observed) {
        Map<String, List<Pod>> pods = observed.all(Pod.class).values().stream()
                .filter(pod -> !pod.isMarkedForDeletion() && ChildMetadata.isOperators(pod))
                .sorted(Comparator.comparing((Pod pod) ->
                                Objects.requireNonNullElse(pod.getMetadata().getCreationTimestamp(), ""))
                        .reversed()
                        .thenComparing(pod -> pod.getMetadata().getName()))
                .collect(Collectors.groupingBy(pod -> ChildMetadata.nodeOf(pod).orElse("")));
        Set<String> available = new HashSet<>();
        Set<String> settled = new HashSet<>();
        Set<String> starting = new HashSet<>();
        Map<String, String> reasons = new HashMap<>();
        List<Instant> since = new ArrayList<>();
        for (Deployment deployment : observed.all(Deployment.class).values()) {
            ChildMetadata.nodeOf(deployment).ifPresent(node -> {
                if (isAvailable(deployment)) {
                    available.add(node);
                    condition(deployment, "Available")
                            .map(condition -> Instant.parse(condition.getLastTransitionTime()))
                            .ifPresent(since::add);
                }
                if (isSettled(deployment)) {
                    settled.add(node);
                    return;
                }
                List<Pod> ofNode = pods.getOrDefault(node, List.of());
                Optional<Standing> standing = ofNode.stream()
                        .flatMap(pod -> standing(pod).stream())
                        .findFirst()
                        .or(() -> standing(deployment));
                standing.ifPresent(found -> reasons.put(node, ForeignText.plain(found.sentence(), MAX_CHARS)));
                if (isOnItsWay(deployment, ofNode) && standing.stream().noneMatch(Standing::isFault)) {
                    starting.add(node);
                }
            });
        }
        return new Availability(available, settled, starting, reasons, since.isEmpty() ? null : Collections.min(since));
    }

    /** How a pod, or what should make one, stands. */
    record Standing(String sentence, boolean isFault) {}

    /** Whether what a Deployment says now has not come to its end yet, well or badly. */
    private static boolean isOnItsWay(Deployment deployment, List<Pod> newestFirst) {
        if (deployment.getStatus() == null
                || !Objects.equals(
                        deployment.getStatus().getObservedGeneration(),
                        deployment.getMetadata().getGeneration())) {
            return true;
        }
        return condition(deployment, "Progressing")
                .map(condition -> condition.getStatus().equals("True")
                        && (!condition.getReason().equals(COMPLETE)
                                || isOfChangeBefore(condition, deployment, newestFirst)))
                .orElse(true);
    }

    /**
     * Whether a Deployment says of an earlier change that it has come. It does until it has made a pod for the last one,
     * and longer when its controller could not write down that it did.
     */
    private static boolean isOfChangeBefore(
            DeploymentCondition complete, Deployment deployment, List<Pod> newestFirst) {
        if (!isPositive(deployment.getStatus().getUpdatedReplicas())) {
            return true;
        }
        String told = Objects.requireNonNullElse(complete.getMessage(), "");
        return newestFirst.stream()
                .findFirst()
                .filter(pod -> pod.getMetadata().getOwnerReferences().stream()
                        .anyMatch(replicas -> !told.contains('"' + replicas.getName() + '"')))
                .filter(pod -> !wasReady(pod))
                .isPresent();
    }

    /** Whether a pod that is not ready has been: it ceased to be after a container of its had begun. */
    private static boolean wasReady(Pod pod) {
        if (pod.getStatus() == null) {
            return false;
        }
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready") && condition.getLastTransitionTime() != null)
                .anyMatch(ready -> pod.getStatus().getContainerStatuses().stream()
                        .map(ContainerStatus::getState)
                        .filter(state -> state != null && state.getRunning() != null)
                        .map(state -> Instant.parse(state.getRunning().getStartedAt()))
                        .anyMatch(Instant.parse(ready.getLastTransitionTime())::isAfter));
    }

    private static Optional<DeploymentCondition> condition(Deployment deployment, String type) {
        return deployment.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
    }

    /** Whether a Deployment's pod is available and made from what the Deployment says now. */
    public static boolean isSettled(Deployment deployment) {
        DeploymentStatus status = deployment.getStatus();
        return isAvailable(deployment)
                && Objects.equals(
                        status.getObservedGeneration(), deployment.getMetadata().getGeneration())
                && isPositive(status.getUpdatedReplicas());
    }

    /** Whether none of a pod's containers runs any more, or will. */
    public static boolean hasEnded(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getPhase() != null
                && ENDED.contains(pod.getStatus().getPhase());
    }

    private static boolean isAvailable(Deployment deployment) {
        return deployment.getStatus() != null
                && isPositive(deployment.getStatus().getAvailableReplicas());
    }

    private static boolean isPositive(@Nullable Integer replicas) {
        return replicas != null && replicas > 0;
    }

    /** Why a pod is not ready, the most telling first. */
    private static Optional<Standing> standing(Pod pod) {
        if (pod.getStatus() == null) {
            return Optional.empty();
        }
        return unscheduled(pod)
                .or(() -> Stream.of(
                                pod.getStatus().getInitContainerStatuses(),
                                pod.getStatus().getContainerStatuses())
                        .flatMap(List::stream)
                        .filter(container -> !Boolean.TRUE.equals(container.getReady()))
                        .flatMap(container -> standing(container).stream())
                        .findFirst());
    }

    /** Why a pod has no place. */
    static Optional<Standing> unscheduled(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals("PodScheduled")
                                && condition.getStatus().equals("False"))
                        .map(condition -> new Standing(condition.getReason() + ": " + condition.getMessage(), true))
                        .findFirst();
    }

    /** Why a container does not run, or is not ready. */
    static Optional<Standing> standing(ContainerStatus container) {
        ContainerState state = container.getState();
        if (state == null) {
            return Optional.empty();
        }
        if (state.getWaiting() != null) {
            return Optional.ofNullable(state.getWaiting().getReason())
                    .map(reason -> new Standing(waiting(container, reason), !STARTS.contains(reason)));
        }
        if (state.getTerminated() != null) {
            return Optional.of(new Standing("it ended " + end(state.getTerminated()), true));
        }
        return state.getRunning() == null
                ? Optional.empty()
                : Optional.of(new Standing("it runs and is not ready", false));
    }

    private static String waiting(ContainerStatus container, String reason) {
        if (NO_IMAGE.contains(reason)) {
            return "ImagePullBackOff: the image %s can't be pulled".formatted(container.getImage());
        }
        if (reason.equals(CRASHES)) {
            ContainerState last = container.getLastState();
            return last == null || last.getTerminated() == null
                    ? CRASHES
                    : CRASHES + ": it ended " + end(last.getTerminated());
        }
        ContainerStateWaiting waiting = container.getState().getWaiting();
        return waiting.getMessage() == null ? reason : reason + ": " + waiting.getMessage();
    }

    private static String end(ContainerStateTerminated end) {
        String reason = end.getReason();
        return "with exit code %s%s".formatted(end.getExitCode(), reason == null ? "" : " (" + reason + ")");
    }

    /** Why a Deployment can't make a pod: a quota, an admission rule. The pod's name is another at each try. */
    private static Optional<Standing> standing(Deployment deployment) {
        return deployment.getStatus() == null
                ? Optional.empty()
                : condition(deployment, "ReplicaFailure")
                        .filter(condition -> condition.getStatus().equals("True"))
                        .map(condition -> new Standing(
                                condition.getReason() + ": "
                                        + condition.getMessage().replaceAll("pods \"[^\"]*\" ", "its pod "),
                                true));
    }
}
