package io.distomon.operator.status;

import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.operator.validate.Finding;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.distomon.operator.validate.Validation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a status. What it says of the last one it keeps: when a condition's status last changed, and all that nothing
 * newer is known of.
 */
public final class NetworkStatus {
    public static final String ACCEPTED = "Accepted";
    public static final String KEYS_READY = "KeysReady";
    public static final String NODES_AVAILABLE = "NodesAvailable";
    public static final String MIRROR_FRESH = "MirrorFresh";
    public static final String MESH_HEALTHY = "MeshHealthy";
    public static final String READY = "Ready";

    private final StatusInput input;
    private final @Nullable DistomonNetworkStatus before;
    private final Map<String, Condition> conditionsBefore;
    private final Instant now;
    private final long generation;

    private NetworkStatus(StatusInput input) {
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
        NetworkStatus status = new NetworkStatus(input);
        Network network = input.network();
        return network == null ? status.ofUnknown() : status.of(network);
    }

    private DistomonNetworkStatus of(Network network) {
        NetworkView view = view(network);
        Members members = switch (input.mirror()) {
            case MirrorState.NotYet() -> Members.remembered(network, input, before);
            case MirrorState.Fresh(var ignored, Map<String, String> versions, var heard) ->
                Members.seen(network, input, view, versions, before);
            case MirrorState.Unreachable unreachable -> Members.seen(network, input, view, Map.of(), before);
        };
        Judgement accepted = accepted();
        Condition keysReady = keysReady(network);
        Judgement available = nodesAvailable(network);
        List<Condition> conditions = List.of(
                condition(ACCEPTED, accepted),
                keysReady,
                condition(NODES_AVAILABLE, available),
                mirrorCondition(MIRROR_FRESH, network, mirrorFresh()),
                mirrorCondition(MESH_HEALTHY, network, meshHealthy(view)),
                condition(READY, ready(List.of(accepted, Judgement.of(keysReady), available))));
        return new DistomonNetworkStatus(
                generation,
                network.networkId(),
                conditions,
                members.summary(),
                members.nodes(),
                members.links(),
                members.partitions());
    }

    /** The spec is refused, and what runs is not known: the last word on it stands. */
    private DistomonNetworkStatus ofUnknown() {
        Judgement accepted = accepted();
        Judgement none = Judgement.unknown("NotAccepted", "the spec was never accepted");
        List<Condition> conditions = new ArrayList<>();
        conditions.add(condition(ACCEPTED, accepted));
        for (String type : List.of(KEYS_READY, NODES_AVAILABLE, MIRROR_FRESH, MESH_HEALTHY)) {
            conditions.add(kept(type).orElseGet(() -> condition(type, none)));
        }
        conditions.add(condition(READY, ready(List.of(accepted))));
        return before == null
                ? new DistomonNetworkStatus(generation, null, conditions, null, List.of(), List.of(), List.of())
                : new DistomonNetworkStatus(
                        generation,
                        before.networkId(),
                        conditions,
                        before.summary(),
                        before.nodes(),
                        before.links(),
                        before.partitions());
    }

    private Judgement accepted() {
        List<Trouble> troubles = input.troubles().stream()
                .filter(trouble -> trouble.kind().concernsSpec())
                .toList();
        return switch (input.validation()) {
            case Validation.Refused(List<Finding> findings) ->
                Judgement.no(
                        "InvalidSpec",
                        Sentences.list(findings.stream().map(Finding::text).toList()));
            case Validation.Accepted ignored when !troubles.isEmpty() -> no(troubles);
            case Validation.Accepted(Network network)
            when network.paused() ->
                Judgement.yes("Paused", "the spec is valid; while it is paused, what runs stays as it is");
            case Validation.Accepted ignored -> Judgement.yes("Valid", "the spec is valid");
        };
    }

    private Condition keysReady(Network network) {
        Judgement judgement = keys(network);
        boolean read = input.validation() instanceof Validation.Accepted
                && input.troubles().stream().noneMatch(trouble -> trouble.kind() == Trouble.Kind.ApiError);
        return read
                ? condition(KEYS_READY, judgement)
                : kept(KEYS_READY).orElseGet(() -> condition(KEYS_READY, judgement));
    }

    private Judgement keys(Network network) {
        List<Trouble> troubles = input.troubles().stream()
                .filter(trouble -> !trouble.kind().concernsSpec())
                .toList();
        if (!troubles.isEmpty()) {
            return no(troubles);
        }
        List<String> without = network.managed().stream()
                .map(NetworkNode::id)
                .filter(id -> !input.keys().containsKey(id))
                .toList();
        if (!without.isEmpty()) {
            return Judgement.no("KeysPending", "no key yet for " + Sentences.names(without));
        }
        List<String> rotations = Rotations.sentences(network, input.keys());
        return rotations.isEmpty()
                ? Judgement.yes("AllReady", Sentences.count(network.managed().size(), "managed node") + " with a key")
                : Judgement.yes("Rotating", Sentences.list(rotations));
    }

    private Judgement nodesAvailable(Network network) {
        List<String> others = network.managed().stream()
                .map(NetworkNode::id)
                .filter(id -> !input.available().contains(id))
                .toList();
        int managed = network.managed().size();
        String numbers =
                "%d of %s available".formatted(managed - others.size(), Sentences.count(managed, "managed node"));
        if (others.isEmpty()) {
            return Judgement.yes("AllAvailable", numbers);
        }
        List<String> why = others.stream()
                .map(id -> input.unavailable().containsKey(id)
                        ? id + ": " + input.unavailable().get(id)
                        : id + " is not available")
                .toList();
        return Judgement.no("NodesUnavailable", numbers + "; " + Sentences.list(why));
    }

    private Judgement mirrorFresh() {
        return switch (input.mirror()) {
            case MirrorState.NotYet() -> Judgement.unknown("NotAskedYet", "no node was asked yet");
            case MirrorState.Fresh fresh -> Judgement.yes("Asked", "the nodes were asked a short while ago");
            case MirrorState.Unreachable(Instant since, String message, var view) ->
                Judgement.no(
                        "Unreachable",
                        "no node has answered" + Sentences.since(since.truncatedTo(ChronoUnit.SECONDS)) + ": "
                                + message);
        };
    }

    private Judgement meshHealthy(@Nullable NetworkView view) {
        return switch (input.mirror()) {
            case MirrorState.NotYet() -> Judgement.unknown("NotAskedYet", "no node was asked yet");
            case MirrorState.Fresh fresh -> MeshHealth.of(Objects.requireNonNull(view));
            case MirrorState.Unreachable unreachable ->
                Judgement.unknown("MirrorNotFresh", "what the nodes see is not known, since none of them answers");
        };
    }

    private static Judgement ready(List<Judgement> needed) {
        return needed.stream()
                .filter(judgement -> !judgement.holds())
                .findFirst()
                .orElseGet(() -> Judgement.yes("Ready", "every managed node has its key and is available"));
    }

    private static Judgement no(List<Trouble> troubles) {
        return Judgement.no(
                troubles.getFirst().kind().name(),
                Sentences.list(troubles.stream().map(Trouble::message).toList()));
    }

    private Condition condition(String type, Judgement judgement) {
        return judgement.after(conditionsBefore.get(type), type, now, generation);
    }

    /** Before the first round after a start, what the last status said stands: a restart is no news. */
    private Condition mirrorCondition(String type, Network network, Judgement judgement) {
        if (network.managed().isEmpty()) {
            return condition(type, Judgement.unknown("NoManagedNodes", "no node runs here that could be asked"));
        }
        return input.mirror() instanceof MirrorState.NotYet
                ? kept(type).orElseGet(() -> condition(type, judgement))
                : condition(type, judgement);
    }

    private Optional<Condition> kept(String type) {
        return Optional.ofNullable(conditionsBefore.get(type));
    }

    /** What the mirror saw, of the members that there are now: its view may be a round older than the spec. */
    private @Nullable NetworkView view(Network network) {
        NetworkView view = switch (input.mirror()) {
            case MirrorState.NotYet() -> null;
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
                id, NodeState.UNKNOWN, Reason.UNOBSERVED, "0 of 0", null, false, false, 0, 0, 0, null, List.of());
    }
}
