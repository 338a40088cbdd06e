package io.distomon.operator.reconcile;

import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.KeyDeletionPolicy;
import io.distomon.operator.keys.Given;
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
import io.distomon.operator.validate.SecretEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of one network's nodes that run here: finds them, makes the next ones, and lets the old ones go. */
final class KeyKeeper {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final DistomonNetwork resource;
    private final Network network;
    private final ChildWriter writer;
    private final Remembered remembered;
    private final Obstacles obstacles;
    private final References references;
    private final Map<String, String> signedWith;

    /**
     * @param references what others give
     * @param reports what the members say of keys now
     */
    KeyKeeper(
            DistomonNetwork resource,
            Network network,
            ChildWriter writer,
            Remembered remembered,
            Obstacles obstacles,
            References references,
            MemberReports reports) {
        this.resource = resource;
        this.network = network;
        this.writer = writer;
        this.remembered = remembered;
        this.obstacles = obstacles;
        this.references = references;
        this.signedWith = reports.signedWith();
    }

    /** The keys of those that have one, by node id; what keeps the others from it is noted. */
    Map<String, NodeKeys> hold() {
        Map<String, Map<String, Secret>> secrets = byNode();
        Map<Verifier, String> owners = owners(secrets);
        Map<String, NodeKeys> keys = new LinkedHashMap<>();
        for (NetworkNode.InCluster node : network.inCluster()) {
            obstacles.attempt("The key of " + node.id(), () -> {
                NodeKeys own = hold(node, secrets.getOrDefault(node.id(), Map.of()), owners);
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

    /** Who of the members has which key, as far as that is known before any is made. */
    private Map<Verifier, String> owners(Map<String, Map<String, Secret>> secrets) {
        Map<Verifier, String> owners = new HashMap<>();
        network.external().forEach(node -> node.publicKeys().forEach(key -> owners.putIfAbsent(key, node.id())));
        network.inCluster()
                .forEach(node -> secrets.getOrDefault(node.id(), Map.of())
                        .values()
                        .forEach(secret -> {
                            if (remembered.key(network, node.id(), secret) instanceof KeyReading.Held held) {
                                owners.putIfAbsent(held.publicKey(), node.id());
                            }
                        }));
        return owners;
    }

    private @Nullable NodeKeys hold(
            NetworkNode.InCluster node, Map<String, Secret> labelled, Map<Verifier, String> owners) {
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
        Given<Signer> given = null;
        if (node.keySource() instanceof NetworkNode.KeySource.Referred(SecretEntry entry)) {
            given = references.key(node.id(), entry, owners);
            if (!network.paused() && KeyPlan.of(situation(node, found, mounted, given)) instanceof KeyPlan.Make) {
                given = references.keyNow(node.id(), entry, owners);
            }
        }
        if (given instanceof Given.Usable<Signer>(Signer key)) {
            owners.put(key.verifier(), node.id());
        }
        NodeKeys own = planned(node, found, mounted, given);
        if (given instanceof Given.Unusable<Signer> unusable) {
            references.note(
                    unusable,
                    own == null ? "" : "; it goes on with key " + own.signing().generation());
        }
        return own;
    }

    private @Nullable NodeKeys planned(
            NetworkNode.InCluster node,
            List<KeyReading.Held> found,
            @Nullable Integer mounted,
            @Nullable Given<Signer> given) {
        KeyPlan plan = KeyPlan.of(situation(node, found, mounted, given));
        if (plan instanceof KeyPlan.Make(int generation, var meanwhile) && !network.paused()) {
            Secret key = given instanceof Given.Usable<Signer>(Signer signer)
                    ? KeySecret.of(network, node.id(), generation, signer)
                    : KeySecret.make(network, node.id(), generation, RANDOM);
            Secret created;
            try {
                created = writer.createKept(key);
            } catch (KubernetesClientException e) {
                obstacles.failed("Creating " + key.getMetadata().getName(), e);
                return meanwhile;
            }
            if (!take(remembered.key(network, node.id(), created), found)) {
                return null;
            }
            plan = KeyPlan.of(situation(node, found, mounted, given));
        }
        return switch (plan) {
            case KeyPlan.Use(NodeKeys own) -> own;
            case KeyPlan.Make(int generation, NodeKeys meanwhile) -> meanwhile;
            case KeyPlan.Missing(int generation) -> {
                if (node.keySource() instanceof NetworkNode.KeySource.Made) {
                    missing(node, generation);
                }
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

    private KeySituation situation(
            NetworkNode.InCluster node,
            List<KeyReading.Held> found,
            @Nullable Integer mounted,
            @Nullable Given<Signer> given) {
        int wanted = switch (node.keySource()) {
            case NetworkNode.KeySource.Made(int generation) -> generation;
            case NetworkNode.KeySource.Referred ofSomebody -> 0;
        };
        KeySituation now = KeySituation.of(node.id(), wanted, found, mounted, signedWith.get(node.id()));
        return given instanceof Given.Usable<Signer>(Signer signer) ? now.with(signer.verifier()) : now;
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
        Stream<Integer> asked = node.keySource() instanceof NetworkNode.KeySource.Made(int generation)
                ? Stream.of(generation)
                : Stream.of();
        Stream.concat(asked, Stream.ofNullable(mounted))
                .map(generation -> ChildNames.key(network, node.id(), generation))
                .forEach(key -> secrets.computeIfAbsent(key, name -> writer.read(Secret.class, name)));
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
