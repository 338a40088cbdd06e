package io.distomon.operator.reconcile;

import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.KeyDeletionPolicy;
import io.distomon.operator.desired.Children;
import io.distomon.operator.desired.Desired;
import io.distomon.operator.desired.NetworkMembers;
import io.distomon.operator.desired.NodeAddresses;
import io.distomon.operator.keys.ChildMetadata;
import io.distomon.operator.keys.JwtSecret;
import io.distomon.operator.keys.KeyPlan;
import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.KeySecret;
import io.distomon.operator.keys.KeySituation;
import io.distomon.operator.keys.LoginSecret;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.mirror.MirrorTarget;
import io.distomon.operator.mirror.TokenSigner;
import io.distomon.operator.status.MirrorState;
import io.distomon.operator.status.Trouble;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One pass over one network that can be carried out. Used by one thread. */
final class Reconciliation {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Annotation of a pod: the digest of the config that should be mounted in it. */
    private static final String CONFIG_DIGEST = "distomon.io/config";

    /** Annotation of a pod: which versions of the password and of the tokens' key should be mounted in it. */
    private static final String SECRETS_VERSION = "distomon.io/secrets";

    private final DistomonNetwork resource;
    private final Network network;
    private final NodeAddresses addresses;
    private final MirrorEvents mirrors;
    private final Context<DistomonNetwork> context;
    private final ChildWriter writer;
    private final MirrorState mirror;

    private final List<Trouble> troubles = new ArrayList<>();
    private final Map<String, NodeKeys> keys = new LinkedHashMap<>();
    private boolean leaving;

    Reconciliation(
            DistomonNetwork resource,
            Network network,
            NodeAddresses addresses,
            MirrorEvents mirrors,
            Context<DistomonNetwork> context) {
        this.resource = resource;
        this.network = network;
        this.addresses = addresses;
        this.mirrors = mirrors;
        this.context = context;
        this.writer = new ChildWriter(resource, context);
        this.mirror = mirrors.state(resource);
    }

    /**
     * What a pass found.
     *
     * @param troubles what kept it from being carried out whole
     * @param keys of the managed nodes, by node id
     * @param leaving whether children of a predecessor are in the way until they are collected
     */
    record Outcome(List<Trouble> troubles, Map<String, NodeKeys> keys, boolean leaving) {
        static final Outcome NONE = new Outcome(List.of(), Map.of(), false);

        Outcome {
            troubles = List.copyOf(troubles);
            keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
        }
    }

    Outcome run() {
        network.managed().forEach(this::holdKeys);
        String announced = NetworkMembers.of(network, keys, addresses).digest();
        keys.replaceAll((nodeId, own) -> own.judged(network, announced, mirror.heard()));
        KeySecret.shared(network, keys).forEach(message -> troubles.add(new Trouble(Trouble.Kind.SharedKey, message)));
        if (!network.paused()) {
            once(LoginSecret.make(network, RANDOM));
            once(JwtSecret.make(network, RANDOM));
        }
        // With a key that is missing or wrong the others go on as they are, rather than lose a member.
        if (troubles.isEmpty()) {
            if (!network.paused() && !leaving) {
                retireKeys();
                write(Desired.of(network, keys, addresses));
            }
            tokens().ifPresent(this::follow);
        }
        return new Outcome(troubles, keys, leaving);
    }

    private void holdKeys(NetworkNode.Managed node) {
        List<KeyReading.Held> found = new ArrayList<>();
        Integer mounted = mountedKey(node.id());
        for (Secret secret : keySecrets(node, mounted)) {
            if (writer.isPredecessors(secret)) {
                leaving = true;
                return;
            }
            switch (KeySecret.read(network, node.id(), secret)) {
                case KeyReading.Held held -> found.add(held);
                case KeyReading.Mismatch(String message) -> {
                    troubles.add(new Trouble(Trouble.Kind.KeyMismatch, message));
                    return;
                }
            }
        }
        KeyPlan plan = plan(node, found, mounted);
        if (plan instanceof KeyPlan.Make(int generation, var meanwhile) && !network.paused()) {
            Secret made = writer.createKept(KeySecret.make(network, node.id(), generation, RANDOM));
            switch (KeySecret.read(network, node.id(), made)) {
                case KeyReading.Held held -> found.add(held);
                case KeyReading.Mismatch(String message) -> {
                    troubles.add(new Trouble(Trouble.Kind.KeyMismatch, message));
                    return;
                }
            }
            plan = plan(node, found, mounted);
        }
        switch (plan) {
            case KeyPlan.Use(NodeKeys own) -> keys.put(node.id(), own);
            case KeyPlan.Make(int generation, NodeKeys meanwhile) -> {
                if (meanwhile != null) {
                    keys.put(node.id(), meanwhile);
                }
            }
            case KeyPlan.Missing(int generation) when isPredecessors(node.id()) -> leaving = true;
            case KeyPlan.Missing(int generation) ->
                troubles.add(new Trouble(
                        Trouble.Kind.KeyMissing,
                        "Secret %s with the key of node %s is gone, which the others know it by: restore it, or set the"
                                        .formatted(KeySecret.name(network, node.id(), generation), node.id())
                                + " node's keyGeneration to %d to give it another".formatted(generation + 1)));
        }
    }

    /** Whether what runs of a node is what a network of the same name left behind. */
    private boolean isPredecessors(String nodeId) {
        Deployment deployment = deployment(nodeId);
        return deployment != null && writer.isPredecessors(deployment);
    }

    private @Nullable Deployment deployment(String nodeId) {
        return writer.existing(Deployment.class).get(ChildMetadata.nodeName(network, nodeId));
    }

    private KeyPlan plan(NetworkNode.Managed node, List<KeyReading.Held> found, @Nullable Integer mounted) {
        return KeyPlan.of(KeySituation.of(
                node.id(),
                node.keyGeneration(),
                found,
                mounted,
                mirror.heard().signedWith().get(node.id())));
    }

    /** All that have the node's label, and what has the names that matter, whatever its labels. */
    private Collection<Secret> keySecrets(NetworkNode.Managed node, @Nullable Integer mounted) {
        Map<String, Secret> secrets = new TreeMap<>();
        writer.existing(Secret.class).forEach((name, secret) -> {
            if (KeySecret.generationOf(network, node.id(), name) > 0) {
                secrets.put(name, secret);
            }
        });
        for (int generation :
                mounted == null ? List.of(node.keyGeneration()) : List.of(node.keyGeneration(), mounted)) {
            secrets.computeIfAbsent(
                    KeySecret.name(network, node.id(), generation), name -> writer.read(Secret.class, name));
        }
        return secrets.values();
    }

    /** Which generation the node runs with: its Deployment tells, else the last status; null when it never had a key. */
    private @Nullable Integer mountedKey(String nodeId) {
        Deployment deployment = deployment(nodeId);
        int mounted = deployment == null ? 0 : Desired.mountedKey(network, nodeId, deployment);
        if (mounted > 0) {
            return mounted;
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

    private @Nullable Secret find(String name) {
        Secret cached = writer.existing(Secret.class).get(name);
        return cached == null ? writer.read(Secret.class, name) : cached;
    }

    /** What the operator signs its tokens with; empty while there is none, or none to use. */
    private Optional<TokenSigner> tokens() {
        Secret secret = find(JwtSecret.name(network));
        if (secret == null) {
            return Optional.empty();
        }
        return switch (JwtSecret.read(secret)) {
            case SecretText.Usable(io.distomon.core.config.Secret text) -> Optional.of(new TokenSigner(text));
            case SecretText.Unusable(String message) -> {
                troubles.add(new Trouble(Trouble.Kind.SecretUnusable, message));
                yield Optional.empty();
            }
        };
    }

    private void follow(TokenSigner tokens) {
        NetworkMembers members = NetworkMembers.of(network, keys, addresses);
        Map<String, URI> nodes = new LinkedHashMap<>();
        network.managed().forEach(node -> nodes.put(node.id(), addresses.of(node.id())));
        mirrors.follow(
                resource,
                new MirrorTarget(members, nodes, tokens),
                () -> context.eventSourceRetriever()
                        .getControllerEventSource()
                        .get(ResourceID.fromResource(resource))
                        .isPresent());
    }

    private void once(Secret secret) {
        note(writer.createOnce(secret));
    }

    private void write(Children children) {
        note(writer.write(Secret.class, children.config()));
        children.services().values().forEach(service -> note(writer.write(Service.class, service)));
        roll(children.deployments().values());
        deleteOthers(Service.class, children.services());
        deleteOthers(Deployment.class, children.deployments());
        ownKeys();
        if (network.keyDeletion() == KeyDeletionPolicy.Delete) {
            deleteKeysOfOthers();
        }
        refreshMounts(children.configDigest());
    }

    /**
     * A changed Deployment restarts its node. One at a time: those first that don't work anyway, as one whose key has left
     * does not, the others when all do.
     */
    private void roll(Collection<Deployment> desired) {
        Rollout rollout = new Rollout(mirror);
        desired.stream()
                .sorted(Comparator.comparing(deployment -> rollout.isSettled(existing(deployment))))
                .forEach(deployment -> note(writer.write(
                        Deployment.class,
                        deployment,
                        actual -> !rollout.isSettled(actual)
                                || !isPublished(actual)
                                || writer.existing(Deployment.class).values().stream()
                                        .allMatch(rollout::isSettled))));
    }

    /** Whether the others know the key that a node runs with. */
    private boolean isPublished(Deployment deployment) {
        NodeKeys own = keys.get(
                Objects.requireNonNullElse(deployment.getMetadata().getLabels().get(ChildMetadata.NODE), ""));
        return own != null
                && own.published().stream()
                        .anyMatch(key -> key.generation() == Desired.mountedKey(network, own.nodeId(), deployment));
    }

    private @Nullable Deployment existing(Deployment desired) {
        return writer.existing(Deployment.class).get(desired.getMetadata().getName());
    }

    /** First of all: whoever stops after this goes on from one key. */
    private void retireKeys() {
        keys.values().stream().flatMap(own -> own.retired().stream()).forEach(key -> {
            Secret secret = writer.existing(Secret.class).get(key.secretName());
            if (secret != null) {
                writer.deleteKept(secret);
            }
        });
    }

    private void note(ChildWriter.Result result) {
        switch (result) {
            case ChildWriter.Result.Right() -> {}
            case ChildWriter.Result.Leaving(String kind, String name) -> leaving = true;
            case ChildWriter.Result.Foreign(String kind, String name) ->
                troubles.add(new Trouble(
                        Trouble.Kind.NameCollision,
                        "%s %s exists and isn't this network's: delete or rename one of them".formatted(kind, name)));
        }
    }

    private <R extends HasMetadata> void deleteOthers(Class<R> type, Map<String, R> wanted) {
        Set<String> names = wanted.values().stream()
                .map(child -> child.getMetadata().getName())
                .collect(Collectors.toSet());
        writer.existing(type).values().stream()
                .filter(child -> !names.contains(child.getMetadata().getName()))
                .forEach(writer::delete);
    }

    /** What is to become of the keys may have changed since they were made; of nodes that have left too. */
    private void ownKeys() {
        writer.existing(Secret.class).values().stream()
                .filter(secret -> !secret.isMarkedForDeletion())
                .forEach(secret -> writer.rewrite(secret, KeySecret.owned(network, secret)));
    }

    private void deleteKeysOfOthers() {
        Set<String> managed = network.managed().stream().map(NetworkNode::id).collect(Collectors.toSet());
        writer.existing(Secret.class).values().stream()
                .filter(secret -> secret.getMetadata().getLabels().containsKey(ChildMetadata.NODE))
                .filter(secret ->
                        !managed.contains(secret.getMetadata().getLabels().get(ChildMetadata.NODE)))
                .forEach(writer::delete);
    }

    /** A change of a pod's annotations makes its kubelet look at its volumes now instead of in a minute or two. */
    private void refreshMounts(String configDigest) {
        String secrets = Stream.of(LoginSecret.name(network), JwtSecret.name(network))
                .map(writer.existing(Secret.class)::get)
                .map(secret -> secret == null ? "none" : secret.getMetadata().getResourceVersion())
                .collect(Collectors.joining("-"));
        writer.existing(Pod.class).values().stream()
                .filter(pod -> !pod.isMarkedForDeletion())
                .forEach(pod -> writer.annotate(pod, Map.of(CONFIG_DIGEST, configDigest, SECRETS_VERSION, secrets)));
    }
}
