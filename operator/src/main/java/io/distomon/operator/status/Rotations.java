package io.distomon.operator.status;

import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.keys.NodeKeys.Awaited;
import io.distomon.operator.keys.NodeKeys.Why;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What there is to say of nodes that change their key. */
final class Rotations {
    private final Set<String> sidecars;
    private final Set<String> external;
    private final List<String> sentences = new ArrayList<>();

    private Rotations(Network network) {
        this.sidecars = network.sidecars().stream().map(NetworkNode::id).collect(Collectors.toSet());
        this.external = network.external().stream().map(NetworkNode::id).collect(Collectors.toSet());
    }

    /** A sentence for each, in the order of the spec: how far it is, and who is waited for. */
    static List<String> sentences(Network network, Map<String, NodeKeys> keys) {
        Rotations rotations = new Rotations(network);
        network.inCluster().stream()
                .map(node -> keys.get(node.id()))
                .filter(Objects::nonNull)
                .forEach(rotations::add);
        return List.copyOf(rotations.sentences);
    }

    private void add(NodeKeys keys) {
        KeyReading.Held old = keys.published().getFirst();
        KeyReading.Held next = keys.published().getLast();
        switch (keys.stage()) {
            case STEADY -> {}
            case ANNOUNCED ->
                sentences.add("%s changes from key %s to key %s when all others have it: %s"
                        .formatted(keys.nodeId(), old.generation(), next.generation(), waitingFor(keys, old)));
            case RESTARTING ->
                sentences.add("%s %s key %s, and key %s is kept until it has reported with that"
                        .formatted(
                                keys.nodeId(),
                                sidecars.contains(keys.nodeId()) ? "takes up" : "restarts with",
                                next.generation(),
                                old.generation()));
        }
    }

    private String waitingFor(NodeKeys keys, KeyReading.Held old) {
        List<String> parts = new ArrayList<>();
        Predicate<Awaited> otherConfig = awaited -> awaited.why() == Why.OTHER_CONFIG;
        Predicate<Awaited> isExternal = awaited -> external.contains(awaited.nodeId());
        name(keys, otherConfig.and(isExternal.negate()), "not yet %s", parts);
        name(keys, otherConfig.and(isExternal), "not yet %s (External)", parts);
        name(keys, otherConfig.negate(), "nothing is heard of %s", parts);
        if (keys.awaited().stream().anyMatch(otherConfig.negate().or(isExternal))) {
            parts.add("deleting Secret %s goes on without them".formatted(old.secretName()));
        }
        return String.join("; ", parts);
    }

    private static void name(NodeKeys keys, Predicate<Awaited> which, String words, List<String> parts) {
        List<String> ids =
                keys.awaited().stream().filter(which).map(Awaited::nodeId).toList();
        if (!ids.isEmpty()) {
            parts.add(words.formatted(Sentences.names(ids)));
        }
    }
}
