package io.distomon.operator.reconcile;

import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.KeyDeletionPolicy;
import io.distomon.operator.keys.KeyPlan;
import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.KeySecret;
import io.distomon.operator.keys.KeySituation;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.mirror.MemberReports;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.observed.MountedKey;
import io.distomon.operator.status.Obstacle;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys of one network's nodes that run here: finds them, makes the next ones, and lets the old ones go. */
final class KeyKeeper {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final DistomonNetwork resource;
    private final Network network;
    private final ChildWriter writer;
    private final Remembered remembered;
    private final Obstacles obstacles;
    private final Map<String, String> signedWith;

    /** @param reports what the members say of keys now */
    KeyKeeper(
            DistomonNetwork resource,
            Network network,
            ChildWriter writer,
            Remembered remembered,
            Obstacles obstacles,
            MemberReports reports) {
        this.resource = resource;
        this.network = network;
        this.writer = writer;
        this.remembered = remembered;
        this.obstacles = obstacles;
        this.signedWith = reports.signedWith();
    }

    /** The keys of those that have one, by node id; what keeps the others from it is noted. */
    Map<String, NodeKeys> hold() {
        Map<String, Map<String, Secret>> secrets = byNode();
        Map<String, NodeKeys> keys = new LinkedHashMap<>();
        for (NetworkNode.InCluster node : network.inCluster()) {
            obstacles.attempt("The key of " + node.id(), () -> {
                NodeKeys own = hold(node, secrets.getOrDefault(node.id(), Map.of()));
                if (own != null) {
                    keys.put(node.id(), own);
                }
            });
        }
        return keys;
    }

    /** What the sidecars are to sign with, PEM, by node id. */
    Map<String, io.distomon.core.config.Secret> ofSidecars(Map<String, NodeKeys> keys) {
        Map<String, io.distomon.core.config.Secret> pems = new HashMap<>();
        network.sidecars().forEach(node -> {
            NodeKeys own = keys.get(node.id());
            Secret secret = own == null
                    ? null
                    : writer.observed().one(Secret.class, own.signing().secretName());
            if (secret != null
                    && SecretText.read(secret, KeySecret.fileName(network, node.id()))
                            instanceof SecretText.Usable(io.distomon.core.config.Secret pem)) {
                pems.put(node.id(), pem);
            }
        });
        return pems;
    }

    /** First of all writes: whoever stops after this goes on from one key. */
    void retire(Map<String, NodeKeys> keys) {
        keys.values().stream().flatMap(own -> own.retired().stream()).forEach(key -> {
            Secret secret = writer.observed().one(Secret.class, key.secretName());
            if (secret != null) {
                obstacles.attempt("Deleting " + key.secretName(), () -> writer.deleteKept(secret));
            }
        });
    }

    /** What is to become of the keys may have changed since they were made; of nodes that have left too. */
    void own() {
        Set<String> inCluster =
                network.inCluster().stream().map(NetworkNode::id).collect(Collectors.toSet());
        for (Secret secret : writer.observed().all(Secret.class).values()) {
            String node = secret.getMetadata().getLabels().get(ChildMetadata.NODE);
            if (node == null || secret.isMarkedForDeletion()) {
                continue;
            }
            obstacles.attempt("The owner of " + secret.getMetadata().getName(), () -> {
                writer.rewrite(secret, KeySecret.owned(network, secret));
                if (network.keyDeletion() == KeyDeletionPolicy.Delete && !inCluster.contains(node)) {
                    writer.delete(Objects.requireNonNull(writer.observed()
                            .one(Secret.class, secret.getMetadata().getName())));
                }
            });
        }
    }

    private @Nullable NodeKeys hold(NetworkNode.InCluster node, Map<String, Secret> labelled) {
        List<KeyReading.Held> found = new ArrayList<>();
        Integer mounted = mountedKey(node.id());
        for (Secret secret : keySecrets(node, labelled, mounted)) {
            if (writer.isPredecessors(secret)) {
                obstacles.leaves(secret);
                return null;
            }
            if (!take(remembered.key(network, node.id(), secret), found)) {
                return null;
            }
        }
        KeyPlan plan = plan(node, found, mounted);
        if (plan instanceof KeyPlan.Make(int generation, var meanwhile) && !network.paused()) {
            Secret made = writer.createKept(KeySecret.make(network, node.id(), generation, RANDOM));
            if (!take(remembered.key(network, node.id(), made), found)) {
                return null;
            }
            plan = plan(node, found, mounted);
        }
        return switch (plan) {
            case KeyPlan.Use(NodeKeys own) -> own;
            case KeyPlan.Make(int generation, NodeKeys meanwhile) -> meanwhile;
            case KeyPlan.Missing(int generation) -> {
                missing(node, generation);
                yield null;
            }
        };
    }

    private boolean take(KeyReading reading, List<KeyReading.Held> found) {
        return switch (reading) {
            case KeyReading.Held held -> found.add(held);
            case KeyReading.Mismatch(String message) -> {
                obstacles.add(Obstacle.Reason.KeyMismatch, message);
                yield false;
            }
        };
    }

    private void missing(NetworkNode.InCluster node, int generation) {
        Deployment deployment = deployment(node.id());
        if (deployment != null && writer.isPredecessors(deployment)) {
            obstacles.leaves(deployment); // What runs is what a network of the same name left behind.
            return;
        }
        obstacles.add(
                Obstacle.Reason.KeyMissing,
                "Secret %s with the key of node %s is gone, which the others know it by: restore it, or set the"
                                .formatted(ChildNames.key(network, node.id(), generation), node.id())
                        + " node's keyGeneration to %s to give it another".formatted(generation + 1));
    }

    private KeyPlan plan(NetworkNode.InCluster node, List<KeyReading.Held> found, @Nullable Integer mounted) {
        return KeyPlan.of(KeySituation.of(node.id(), node.keyGeneration(), found, mounted, signedWith.get(node.id())));
    }

    /** The network's Secrets that have the name of a node's key, by that node. */
    private Map<String, Map<String, Secret>> byNode() {
        Map<String, Map<String, Secret>> byNode = new HashMap<>();
        writer.observed()
                .all(Secret.class)
                .forEach((name, secret) -> ChildNames.nodeOfKey(network, name)
                        .ifPresent(node -> byNode.computeIfAbsent(node, id -> new HashMap<>())
                                .put(name, secret)));
        return byNode;
    }

    /** All that are labelled as the network's, and what has the names that matter, whatever its labels. */
    private Collection<Secret> keySecrets(
            NetworkNode.InCluster node, Map<String, Secret> labelled, @Nullable Integer mounted) {
        Map<String, Secret> secrets = new TreeMap<>(labelled);
        for (int generation :
                mounted == null ? List.of(node.keyGeneration()) : List.of(node.keyGeneration(), mounted)) {
            secrets.computeIfAbsent(
                    ChildNames.key(network, node.id(), generation), name -> writer.read(Secret.class, name));
        }
        return secrets.values();
    }

    private @Nullable Deployment deployment(String nodeId) {
        return writer.observed().one(Deployment.class, ChildNames.node(network, nodeId));
    }

    /** Which generation the node runs with: Deployment or sidecar tells, else the last status; null when it never had a key. */
    private @Nullable Integer mountedKey(String nodeId) {
        Deployment deployment = deployment(nodeId);
        int mounted = deployment == null ? 0 : MountedKey.generation(network, nodeId, deployment);
        if (mounted > 0) {
            return mounted;
        }
        Secret sidecar = writer.observed().one(Secret.class, ChildNames.sidecarKey(network, nodeId));
        int copied = sidecar == null ? 0 : MountedKey.generation(network, nodeId, sidecar);
        if (copied > 0) {
            return copied;
        }
        return resource.getStatus() == null
                ? null
                : resource.getStatus().nodes().stream()
                        .filter(node ->
                                node.id().equals(nodeId) && !node.publicKeys().isEmpty())
                        // A status of a version that knew no other key says no generation.
                        .map(node -> Objects.requireNonNullElse(node.keyGeneration(), 1))
                        .findFirst()
                        .orElse(null);
    }
}
