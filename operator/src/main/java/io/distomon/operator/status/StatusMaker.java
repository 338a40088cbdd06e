package io.distomon.operator.status;

import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.observed.Availability;
import io.distomon.operator.observed.Sidecars;
import io.distomon.operator.validate.Alerts;
import io.distomon.operator.validate.Finding;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.distomon.operator.validate.Validation;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
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
 * Writes a status. What it says of the last one it keeps: when a condition's status last changed, and all that nothing
 * newer is known of.
 */
public final class StatusMaker {
    /** How old {@code mirroredAt} becomes before it is written for its own sake. */
    public static final Duration HEARTBEAT = Duration.ofMinutes(10);

    /** So long after the first node is up it should have answered. */
    private static final Duration ARRIVING = Duration.ofSeconds(30);

    private static final Judgement NOT_ASKED_YET =
            Judgement.unknown("NotAskedYet", "no node was asked since the operator started");
    private static final Judgement NOBODY_TO_ASK =
            Judgement.unknown("NotAsked", "it is not known whom to ask, or with what token");

    private final StatusInput input;
    private final @Nullable DistomonNetworkStatus before;
    private final Map<String, Condition> conditionsBefore;
    private final Instant now;
    private final long generation;

    private StatusMaker(StatusInput input) {
        this.input = input;
        this.before = input.resource().getStatus();
        this.conditionsBefore = before == null
                ? Map.of()
                : before.conditions().stream()
                        .collect(Collectors.toMap(Condition::type, condition -> condition, (first, second) -> first));
        this.now = input.now().truncatedTo(ChronoUnit.SECONDS);
        this.generation =
                Objects.requireNonNullElse(input.resource().getMetadata().getGeneration(), 0L);
    }

    /** The new status; equal to the last one when nothing changed. */
    public static DistomonNetworkStatus of(StatusInput input) {
        StatusMaker status = new StatusMaker(input);
        Network network = input.network();
        return network == null ? status.ofUnknown() : status.mirrored(status.of(network));
    }

    /** With the time of the last answer: the one that stands, while nothing else is new and it is not too old. */
    private DistomonNetworkStatus mirrored(DistomonNetworkStatus status) {
        Instant last = before == null ? null : before.mirroredAt();
        if (!(input.mirror() instanceof MirrorState.Fresh)) {
            return at(status, last);
        }
        DistomonNetworkStatus unchanged = at(status, last);
        boolean stands = last != null && unchanged.equals(before) && now.isBefore(last.plus(HEARTBEAT));
        return stands ? unchanged : at(status, now);
    }

    private static DistomonNetworkStatus at(DistomonNetworkStatus status, @Nullable Instant mirroredAt) {
        return new DistomonNetworkStatus(
                status.observedGeneration(),
                status.networkId(),
                status.conditions(),
                mirroredAt,
                status.summary(),
                status.nodes(),
                status.links(),
                status.partitions());
    }

    private DistomonNetworkStatus of(Network network) {
        NetworkView view = view(network);
        MemberStatuses members = switch (input.mirror()) {
            case MirrorState.NotYet() -> MemberStatuses.remembered(network, input, before);
            case MirrorState.None() -> MemberStatuses.seen(network, input, null, Map.of(), before);
            case MirrorState.Fresh(var ignored, Map<String, String> versions, var reports) ->
                MemberStatuses.seen(network, input, view, versions, before);
            case MirrorState.Unreachable unreachable -> MemberStatuses.seen(network, input, view, Map.of(), before);
        };
        Commits commits = Commits.of(network, input.membership());
        Judgement accepted = accepted(commits);
        Condition keysReady = onceRead(ConditionTypes.KEYS_READY, keys(network));
        Judgement available = nodesAvailable(network);
        List<Condition> conditions = new ArrayList<>(List.of(
                condition(ConditionTypes.ACCEPTED, accepted),
                keysReady,
                condition(ConditionTypes.NODES_AVAILABLE, available),
                mirrorCondition(ConditionTypes.MIRROR_FRESH, network, mirrorFresh(network, commits)),
                mirrorCondition(ConditionTypes.MESH_HEALTHY, network, meshHealthy(view))));
        if (network.alerts() != null) {
            conditions.add(onceRead(ConditionTypes.ALERTS_READY, alerts(network.alerts())));
        } else if (input.validation() instanceof Validation.Refused) {
            // What runs does not tell whether somebody was to be told.
            kept(ConditionTypes.ALERTS_READY).ifPresent(conditions::add);
        }
        conditions.add(condition(ConditionTypes.READY, ready(List.of(accepted, Judgement.of(keysReady), available))));
        stalled(commits.areRefused(), accepted, Judgement.of(keysReady), available)
                .map(stalled -> condition(ConditionTypes.STALLED, stalled))
                .ifPresent(conditions::add);
        return new DistomonNetworkStatus(
                generation,
                network.networkId(),
                conditions,
                null,
                members.summary(),
                members.nodes(),
                members.links(),
                members.partitions());
    }

    /** The spec is refused, and what runs is not known: nothing is, but what does not change. */
    private DistomonNetworkStatus ofUnknown() {
        Judgement accepted = accepted(null);
        Judgement none = Judgement.unknown("NotAccepted", "it is not known what runs: the spec was never accepted");
        List<Condition> conditions = new ArrayList<>();
        conditions.add(condition(ConditionTypes.ACCEPTED, accepted));
        for (String type : List.of(
                ConditionTypes.KEYS_READY,
                ConditionTypes.NODES_AVAILABLE,
                ConditionTypes.MIRROR_FRESH,
                ConditionTypes.MESH_HEALTHY)) {
            conditions.add(condition(type, none));
        }
        conditions.add(condition(ConditionTypes.READY, ready(List.of(accepted))));
        stalled(false, accepted, none, none)
                .map(stalled -> condition(ConditionTypes.STALLED, stalled))
                .ifPresent(conditions::add);
        return new DistomonNetworkStatus(
                generation,
                before == null ? null : before.networkId(),
                conditions,
                before == null ? null : before.mirroredAt(),
                null,
                before == null
                        ? List.of()
                        : before.nodes().stream().map(StatusMaker::unseen).toList(),
                List.of(),
                List.of());
    }

    /** What is known of a node when nobody looks: its keys, which tell that it had them. */
    static NodeStatus unseen(NodeStatus node) {
        return new NodeStatus(
                node.id(),
                NodeState.Unknown,
                null,
                null,
                null,
                node.publicKeys(),
                node.keyFingerprint(),
                node.keyGeneration(),
                node.commit(),
                node.version());
    }

    /** @param commits null when it is not known what runs */
    private Judgement accepted(@Nullable Commits commits) {
        List<Obstacle> obstacles = obstacles(ConditionTypes.ACCEPTED);
        return switch (input.validation()) {
            case Validation.Refused(List<Finding> findings) ->
                Judgement.no(
                        "InvalidSpec",
                        Sentences.list(findings.stream().map(Finding::text).toList()));
            case Validation.Accepted ignored when !obstacles.isEmpty() -> no(obstacles);
            case Validation.Accepted ignored
            when commits != null && commits.refusal().isPresent() ->
                commits.refusal().get();
            case Validation.Accepted(Network network)
            when network.paused() ->
                Judgement.yes("Paused", "the spec is valid; while it is paused, what runs stays as it is");
            case Validation.Accepted ignored ->
                Optional.ofNullable(commits)
                        .flatMap(known -> known.remark(input.keys()))
                        .orElseGet(() -> Judgement.yes("Valid", "the spec is valid"));
        };
    }

    private List<Obstacle> obstacles(String condition) {
        return input.obstacles().stream()
                .filter(obstacle -> obstacle.reason().condition().equals(condition))
                .toList();
    }

    /** What is judged by Secrets stands as it was while nobody has read them. */
    private Condition onceRead(String type, Judgement judgement) {
        boolean read = input.validation() instanceof Validation.Accepted
                && input.obstacles().stream().noneMatch(obstacle -> obstacle.reason() == Obstacle.Reason.ApiError);
        return read ? condition(type, judgement) : kept(type).orElseGet(() -> condition(type, judgement));
    }

    private Judgement alerts(Alerts alerts) {
        List<Obstacle> obstacles = obstacles(ConditionTypes.ALERTS_READY);
        return obstacles.isEmpty()
                ? Judgement.yes(
                        "AllReady",
                        "%s, told by the first at work of %s"
                                .formatted(
                                        Sentences.count(alerts.receivers().size(), "receiver"),
                                        Sentences.names(alerts.senders())))
                : no(obstacles);
    }

    private Judgement keys(Network network) {
        List<Obstacle> obstacles = obstacles(ConditionTypes.KEYS_READY);
        if (!obstacles.isEmpty()) {
            return no(obstacles);
        }
        List<String> without = network.inCluster().stream()
                .map(NetworkNode::id)
                .filter(id -> !input.keys().containsKey(id))
                .toList();
        if (!without.isEmpty()) {
            String sentence = "no key yet for " + Sentences.names(without);
            return network.paused()
                    ? Judgement.no("Paused", sentence + ": none is made while the network is paused")
                    : Judgement.no("KeysPending", sentence);
        }
        List<String> rotations = Rotations.sentences(network, input.keys());
        return rotations.isEmpty()
                ? Judgement.yes("AllReady", counted(network) + " with a key")
                : Judgement.yes("Rotating", Sentences.list(rotations));
    }

    /** The nodes that run here, in words. */
    private static String counted(Network network) {
        int managed = network.managed().size();
        int sidecars = network.sidecars().size();
        String ofManaged = Sentences.count(managed, "managed node");
        String ofSidecars = Sentences.count(sidecars, "sidecar");
        return sidecars == 0 ? ofManaged : managed == 0 ? ofSidecars : ofManaged + " and " + ofSidecars;
    }

    /** Whether every node runs what the spec wants: not before the last of them has been restarted with it. */
    private Judgement nodesAvailable(Network network) {
        RolloutProgress progress = input.progress();
        Map<String, Sidecars.Wanting> wanting = input.availability().sidecars().wanting();
        List<String> others = network.managed().stream()
                .map(NetworkNode::id)
                .filter(id -> !input.availability().settled().contains(id) && !wanting.containsKey(id))
                .toList();
        List<String> carried = network.inCluster().stream()
                .map(NetworkNode::id)
                .filter(wanting::containsKey)
                .toList();
        String numbers = numbers(network);
        if (others.isEmpty() && carried.isEmpty() && progress.waiting().isEmpty()) {
            return Judgement.yes("AllAvailable", numbers);
        }
        List<String> why = new ArrayList<>();
        if (!progress.waiting().isEmpty()) {
            why.add("%s: not restarted with the current spec yet, waiting for %s"
                    .formatted(inOrder(network, progress.waiting()), inOrder(network, progress.waitedFor())));
        }
        others.forEach(id -> why.add(why(id)));
        carried.forEach(id ->
                why.add(id + ": " + Objects.requireNonNull(wanting.get(id)).sentence()));
        String sentence = numbers + "; " + Sentences.list(why);
        boolean isRolling = !progress.waiting().isEmpty();
        // What is on its way is not broken.
        if (!input.availability().starting().containsAll(others)) {
            return Judgement.no(isRolling ? "RollingOut" : "NodesUnavailable", sentence);
        }
        return carried.stream()
                .map(id -> Objects.requireNonNull(wanting.get(id)).cause())
                .filter(Objects::nonNull)
                .min(Comparator.comparing(cause -> !cause.stays()))
                .map(cause -> Judgement.no(cause.name(), sentence))
                .orElseGet(() -> Judgement.unknown(isRolling ? "RollingOut" : "Starting", sentence));
    }

    /** How many of the nodes that run here are as they should be. */
    private String numbers(Network network) {
        Availability availability = input.availability();
        int managed = network.managed().size();
        long settled = network.managed().stream()
                .map(NetworkNode::id)
                .filter(id -> availability.settled().contains(id)
                        && !availability.sidecars().wanting().containsKey(id))
                .count();
        int sidecars = network.sidecars().size();
        long running = network.sidecars().stream()
                .filter(node -> availability.sidecars().running().contains(node.id()))
                .count();
        String ofManaged = "%s of %s available".formatted(settled, Sentences.count(managed, "managed node"));
        String ofSidecars = "%s of %s running".formatted(running, Sentences.count(sidecars, "sidecar"));
        return sidecars == 0 ? ofManaged : managed == 0 ? ofSidecars : ofManaged + ", " + ofSidecars;
    }

    /** Whether nodes that don't answer are on their way, or have only just arrived. */
    private boolean areStarting(Network network) {
        Availability availability = input.availability();
        boolean noneFails = network.managed().stream()
                        .map(NetworkNode::id)
                        .allMatch(id -> availability.available().contains(id)
                                || availability.starting().contains(id))
                && availability.sidecars().wanting().values().stream().allMatch(wanting -> wanting.cause() == null);
        return noneFails && (availability.since() == null || isArriving(availability, now));
    }

    /** Whether the first that is available has been so for so short that it may not answer yet; it is to be looked at again. */
    public static boolean isArriving(Availability availability, Instant now) {
        Instant since = availability.since();
        return since != null && now.isBefore(since.plus(ARRIVING));
    }

    private String why(String id) {
        String reason = input.availability().reasons().get(id);
        String sentence = reason == null ? id + " is not available" : id + ": " + reason;
        return input.progress().passedOver().contains(id)
                ? sentence + " (for so long that the others don't wait for it)"
                : sentence;
    }

    private static String inOrder(Network network, Set<String> ids) {
        return Sentences.names(network.managed().stream()
                .map(NetworkNode::id)
                .filter(ids::contains)
                .toList());
    }

    private Judgement mirrorFresh(Network network, Commits commits) {
        return switch (input.mirror()) {
            case MirrorState.NotYet() -> NOT_ASKED_YET;
            case MirrorState.None() -> NOBODY_TO_ASK;
            case MirrorState.Fresh fresh -> Judgement.yes("Asked", "the nodes were asked a short while ago");
            case MirrorState.Unreachable unreachable
            when commits.areAwaited() ->
                Judgement.unknown(
                        "CommitAwaited", "the nodes answer, and have nothing of the repository to run with yet");
            case MirrorState.Unreachable unreachable
            when areStarting(network) ->
                Judgement.unknown("Starting", "no node answers yet: none has been up for long");
            case MirrorState.Unreachable(Instant since, String message, var view) ->
                Judgement.no(
                        "Unreachable",
                        "no node has answered" + Sentences.since(since.truncatedTo(ChronoUnit.SECONDS)) + ": "
                                + message);
        };
    }

    private Judgement meshHealthy(@Nullable NetworkView view) {
        return switch (input.mirror()) {
            case MirrorState.NotYet() -> NOT_ASKED_YET;
            case MirrorState.None() -> NOBODY_TO_ASK;
            case MirrorState.Fresh fresh ->
                MeshHealth.of(Objects.requireNonNull(view), fresh.reports().misused());
            case MirrorState.Unreachable unreachable ->
                Judgement.unknown("MirrorNotFresh", "what the nodes see is not known, since none of them answers");
        };
    }

    private static Judgement ready(List<Judgement> needed) {
        return needed.stream()
                .filter(judgement -> !judgement.holds())
                .findFirst()
                .orElseGet(() -> Judgement.yes("Ready", "every node that runs here has its key and is available"));
    }

    /** What does not come right by itself, in the words of the condition that tells it; empty while all may. */
    private Optional<Judgement> stalled(
            boolean commitRefused, Judgement accepted, Judgement keysReady, Judgement available) {
        boolean needsSomebody = commitRefused
                || input.validation() instanceof Validation.Refused
                || input.obstacles().stream()
                        .anyMatch(obstacle -> obstacle.reason().stays());
        Optional<Judgement> spec = needsSomebody ? firstFalse(accepted, keysReady) : Optional.empty();
        boolean nodesNeedSomebody = !input.progress().passedOver().isEmpty()
                || input.availability().sidecars().wanting().values().stream()
                        .map(Sidecars.Wanting::cause)
                        .anyMatch(cause -> cause != null && cause.stays());
        return spec.or(() -> nodesNeedSomebody ? firstFalse(available) : Optional.empty())
                .map(why -> Judgement.yes(why.reason(), why.message()));
    }

    private static Optional<Judgement> firstFalse(Judgement... judgements) {
        return Stream.of(judgements)
                .filter(judgement -> judgement.status() == ConditionStatus.False)
                .findFirst();
    }

    private static Judgement no(List<Obstacle> obstacles) {
        return Judgement.no(
                obstacles.getFirst().reason().name(),
                Sentences.list(obstacles.stream().map(Obstacle::message).toList()));
    }

    private Condition condition(String type, Judgement judgement) {
        return judgement.after(conditionsBefore.get(type), type, now, generation);
    }

    /** Nothing that was not looked at since the start is shown as seen. */
    private Condition mirrorCondition(String type, Network network, Judgement judgement) {
        return condition(
                type,
                network.inCluster().isEmpty()
                        ? Judgement.unknown("NoManagedNodes", "no node runs here that could be asked")
                        : judgement);
    }

    private Optional<Condition> kept(String type) {
        return Optional.ofNullable(conditionsBefore.get(type));
    }

    /** What the mirror saw, of the members that there are now: its view may be a round older than the spec. */
    private @Nullable NetworkView view(Network network) {
        NetworkView view = switch (input.mirror()) {
            case MirrorState.NotYet(), MirrorState.None() -> null;
            case MirrorState.Fresh fresh -> fresh.view();
            case MirrorState.Unreachable unreachable -> unreachable.view();
        };
        if (view == null) {
            return null;
        }
        Set<String> ids = new HashSet<>();
        network.nodes().forEach(node -> ids.add(node.id()));
        return new NetworkView(
                view.networkId(),
                network.nodes().stream()
                        .map(node -> view.node(node.id()).orElseGet(() -> unheard(node.id())))
                        .toList(),
                view.brokenLinks().stream()
                        .filter(link -> ids.contains(link.from()) && ids.contains(link.to()))
                        .toList(),
                view.strainedLinks().stream()
                        .filter(link -> ids.contains(link.from()) && ids.contains(link.to()))
                        .toList(),
                view.settlingLinks().stream()
                        .filter(link -> ids.contains(link.from()) && ids.contains(link.to()))
                        .toList(),
                partitions(view, ids),
                view.minority(),
                view.staysNanos());
    }

    private static List<List<String>> partitions(NetworkView view, Set<String> ids) {
        List<List<String>> groups = view.partitions().stream()
                .map(group -> group.stream().filter(ids::contains).toList())
                .filter(group -> !group.isEmpty())
                .toList();
        return groups.size() < 2 ? List.of() : groups;
    }

    private static NodeVerdict unheard(String id) {
        return new NodeVerdict(
                id,
                io.distomon.core.view.NodeState.UNKNOWN,
                Reason.UNOBSERVED,
                "0 of 0",
                null,
                false,
                false,
                0,
                0,
                0,
                null,
                List.of());
    }
}
