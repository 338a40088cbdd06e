package io.distomon.e2e.demo.network;

import io.distomon.core.view.NetworkView;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.e2e.demo.link.Link;
import io.distomon.e2e.demo.receiver.Told;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.observed.Availability;
import io.distomon.operator.observed.Sidecars;
import io.distomon.operator.status.RolloutProgress;
import io.distomon.operator.status.StatusInput;
import io.distomon.operator.status.StatusMaker;
import io.distomon.operator.validate.NetworkNode;
import io.distomon.operator.validate.Validation;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Snapshot}s: the status as the operator would write it now, and what has changed since the last one. Not safe
 * for use by many threads.
 */
final class Snapshots {
    private static final int KEPT = 50;

    private final ApiObjects objects;
    private final DemoReconciler reconciler;
    private final Deque<Transition> transitions = new ArrayDeque<>();
    private final Deque<Told> told = new ArrayDeque<>();

    /** Types and reasons are words of the operator's, so there are few. */
    private final Set<String> everFalse = new LinkedHashSet<>();

    private @Nullable Instant availableSince;

    Snapshots(ApiObjects objects, DemoReconciler reconciler) {
        this.objects = objects;
        this.reconciler = reconciler;
    }

    /** How everything stands; the status is written. */
    Snapshot next(Set<Link> cut) {
        Instant now = Instant.now();
        Map<String, NodeRun> runs = new LinkedHashMap<>();
        Map<String, NodeRun> workloads = new LinkedHashMap<>();
        Map<String, URI> addresses = new LinkedHashMap<>();
        Set<String> following = new HashSet<>();
        Map<Link, String> failures = new LinkedHashMap<>();
        for (NetworkNode member : reconciler.network().nodes()) {
            DemoNode node = reconciler.node(member.id());
            runs.put(node.id(), node.run());
            addresses.put(node.id(), node.address());
            if (node.workload() != null) {
                workloads.put(node.id(), node.workload().isAlive() ? NodeRun.READY : NodeRun.ENDED);
            }
            node.failures().forEach((to, why) -> failures.put(new Link(node.id(), to), why));
            if (node.configDigest().equals(reconciler.configDigest())) {
                following.add(node.id());
            }
        }
        MirrorState state = reconciler.mirror();
        DistomonNetworkStatus before = objects.resource().getStatus();
        DistomonNetworkStatus status = status(state, runs, now);
        NetworkView view = switch (state) {
            case MirrorState.NotYet(), MirrorState.None() -> null;
            case MirrorState.Fresh fresh -> fresh.view();
            case MirrorState.Unreachable unreachable -> unreachable.view();
        };
        Transition.between(before, status, view, now).forEach(transition -> keep(transitions, transition));
        reconciler.commits().forEach(commit -> keep(transitions, new Transition(now, commit)));
        for (Told message : reconciler.told()) {
            keep(told, message);
            keep(transitions, new Transition(now, message.words()));
        }
        status.conditions().stream()
                .filter(condition -> condition.status() == ConditionStatus.False)
                .map(condition -> "%s (%s)".formatted(condition.type(), condition.reason()))
                .forEach(everFalse::add);
        objects.writeStatus(status);
        DistomonNetwork shown = new DistomonNetwork();
        shown.setMetadata(objects.resource().getMetadata());
        shown.setSpec(objects.resource().getSpec());
        shown.setStatus(status);
        return new Snapshot(
                now,
                shown,
                view,
                runs,
                workloads,
                addresses,
                cut,
                following,
                failures,
                List.copyOf(transitions),
                List.copyOf(told),
                List.copyOf(everFalse));
    }

    private static <T> void keep(Deque<T> last, T next) {
        last.addLast(next);
        if (last.size() > KEPT) {
            last.removeFirst();
        }
    }

    private DistomonNetworkStatus status(MirrorState state, Map<String, NodeRun> runs, Instant now) {
        Set<String> available = new HashSet<>();
        Set<String> starting = new HashSet<>();
        Map<String, String> unavailable = new HashMap<>();
        for (NetworkNode.Managed node : reconciler.network().managed()) {
            NodeRun run = Objects.requireNonNull(runs.get(node.id()));
            if (run == NodeRun.READY) {
                available.add(node.id());
            } else {
                unavailable.put(node.id(), run.words());
                if (run == NodeRun.STARTING) {
                    starting.add(node.id());
                }
            }
        }
        Set<String> running = new HashSet<>();
        Map<String, Sidecars.Wanting> wanting = new HashMap<>();
        for (NetworkNode.Sidecar node : reconciler.network().sidecars()) {
            NodeRun run = Objects.requireNonNull(runs.get(node.id()));
            switch (run) {
                // A container has no probe that tells Kubernetes of a frozen one.
                case READY, FROZEN -> running.add(node.id());
                case STARTING -> wanting.put(node.id(), new Sidecars.Wanting(null, run.words()));
                case ENDED ->
                    wanting.put(node.id(), new Sidecars.Wanting(Sidecars.Cause.SidecarUnavailable, run.words()));
            }
        }
        if (available.isEmpty() && running.isEmpty()) {
            availableSince = null;
        } else if (availableSince == null) {
            availableSince = now;
        }
        return StatusMaker.of(new StatusInput(
                objects.resource(),
                new Validation.Accepted(reconciler.network()),
                reconciler.network(),
                List.of(),
                reconciler.keys(),
                new Availability(
                        available,
                        available,
                        starting,
                        unavailable,
                        availableSince,
                        new Sidecars(running, wanting, Set.of(), running.isEmpty() ? null : availableSince)),
                RolloutProgress.NONE,
                state,
                reconciler.membership(),
                now));
    }
}
