package io.distomon.operator.page;

import com.fasterxml.jackson.core.JsonGenerator;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.operator.status.ConditionTypes;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network among the others, by its resource's status: what its conditions say first of all, in the order in which they need
 * each other.
 *
 * @param networkId {@code namespace/name} of the resource
 * @param state Online when all is well, Unknown when that can't be told
 * @param inWords why
 * @param online how many members are online; null before the operator has looked
 * @param nodes of how many
 */
record NetworkLine(
        String networkId,
        NodeState state,
        String inWords,
        @Nullable Integer online,
        @Nullable Integer nodes) {
    private static final int MAX_CHARS = 400;

    static NetworkLine of(DistomonNetwork resource) {
        String id = resource.getMetadata().getNamespace() + "/"
                + resource.getMetadata().getName();
        DistomonNetworkStatus status = resource.getStatus();
        if (status == null || status.summary() == null) {
            String words = condition(status, ConditionTypes.ACCEPTED)
                    .filter(accepted -> accepted.status() != ConditionStatus.True)
                    .map(Condition::message)
                    .orElse("the operator has not looked at it yet");
            return new NetworkLine(id, NodeState.Unknown, cut(words), null, null);
        }
        Condition told = told(status).orElse(null);
        return new NetworkLine(
                id,
                told == null ? NodeState.Unknown : state(told),
                told == null ? "nothing is known of it" : cut(told.message()),
                status.summary().online(),
                status.summary().nodes());
    }

    /** What is worth telling first: an outage, then that nobody can tell, then what the operator can't carry out. */
    private static Optional<Condition> told(DistomonNetworkStatus status) {
        Optional<Condition> healthy = condition(status, ConditionTypes.MESH_HEALTHY);
        if (healthy.map(Condition::status).equals(Optional.of(ConditionStatus.False))) {
            return healthy;
        }
        return not(status, ConditionTypes.MIRROR_FRESH)
                .or(() -> healthy.filter(condition -> condition.status() != ConditionStatus.True))
                .or(() -> not(status, ConditionTypes.ACCEPTED))
                .or(() -> not(status, ConditionTypes.READY))
                .or(() -> healthy);
    }

    private static NodeState state(Condition condition) {
        return switch (condition.type()) {
            case ConditionTypes.MIRROR_FRESH -> NodeState.Unknown;
            case ConditionTypes.MESH_HEALTHY ->
                switch (condition.status()) {
                    case True -> NodeState.Online;
                    case Unknown -> NodeState.Unknown;
                    case False -> isOutage(condition.reason()) ? NodeState.Offline : NodeState.Degraded;
                };
            default -> NodeState.Degraded;
        };
    }

    private static boolean isOutage(String reason) {
        return reason.equals("NodesOffline") || reason.equals("Partitioned");
    }

    private static Optional<Condition> not(DistomonNetworkStatus status, String type) {
        return condition(status, type).filter(condition -> condition.status() != ConditionStatus.True);
    }

    private static Optional<Condition> condition(@Nullable DistomonNetworkStatus status, String type) {
        return status == null
                ? Optional.empty()
                : status.conditions().stream()
                        .filter(condition -> condition.type().equals(type))
                        .findFirst();
    }

    private static String cut(String words) {
        return words.length() <= MAX_CHARS ? words : words.substring(0, MAX_CHARS - 1) + "…";
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("network_id", networkId);
        json.writeStringField("state", state.name());
        json.writeStringField("in_words", inWords);
        json.writeFieldName("online");
        number(json, online);
        json.writeFieldName("nodes");
        number(json, nodes);
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, @Nullable Integer number) throws IOException {
        if (number == null) {
            json.writeNull();
        } else {
            json.writeNumber(number);
        }
    }
}
