package io.distomon.operator.reconcile;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.operator.desired.Blueprint;
import io.distomon.operator.desired.ChildKind;
import io.distomon.operator.desired.ChildKinds;
import io.distomon.operator.desired.Children;
import io.distomon.operator.desired.ConfigSecret;
import io.distomon.operator.desired.DesiredMembers;
import io.distomon.operator.desired.JwtSecret;
import io.distomon.operator.desired.NodeAddresses;
import io.distomon.operator.keys.KeySecret;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.mirror.Membership;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.mirror.MirrorTarget;
import io.distomon.operator.mirror.TokenSigner;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.observed.Observed;
import io.distomon.operator.observed.RunningConfig;
import io.distomon.operator.observed.Sidecars;
import io.distomon.operator.status.Obstacle;
import io.distomon.operator.status.RolloutProgress;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One pass over one network: its keys, then its other children, then its mirror. Whatever becomes of the writes, the mirror
 * follows those that run. Used by one thread.
 */
final class Reconciliation {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final DistomonNetwork resource;
    private final Context<DistomonNetwork> context;
    private final ChildKinds kinds;
    private final Function<Network, NodeAddresses> addresses;
    private final MirrorEvents mirrors;
    private final Remembered remembered;
    private final Duration patience;
    private final long nowNanos;
    private final MirrorState mirror;
    private final Membership membership;
    private final ChildWriter writer;
    private final Obstacles obstacles = new Obstacles();

    /**
     * @param kinds those that this cluster has the API for
     * @param observed the network's children as they are
     * @param addresses where the nodes of a network answer
     * @param patience how long a node that does not come back keeps the others from being restarted
     */
    Reconciliation(
            DistomonNetwork resource,
            Context<DistomonNetwork> context,
            ChildKinds kinds,
            Observed observed,
            Function<Network, NodeAddresses> addresses,
            MirrorEvents mirrors,
            Remembered remembered,
            Duration patience,
            long nowNanos) {
        this.resource = resource;
        this.context = context;
        this.kinds = kinds;
        this.addresses = addresses;
        this.mirrors = mirrors;
        this.remembered = remembered;
        this.patience = patience;
        this.nowNanos = nowNanos;
        this.mirror = mirrors.state(resource);
        this.membership = mirrors.membership(resource);
        this.writer = new ChildWriter(resource, context, observed, remembered);
    }

    /**
     * What a pass found.
     *
     * @param network whose status is to be written: what runs, with what the spec says of it; null when it is not known
     * @param membership who is a member, by the word of its nodes, as the pass took it
     * @param observed the children as the pass left them
     * @param keys of the nodes that run here, by node id
     * @param progress how far the nodes are with what the spec wants
     * @param obstacles what keeps the spec from being carried out whole, until somebody does something about it
     * @param failures what the API did not do
     * @param leaving what a predecessor left behind, and is in the way until it is collected
     */
    record Outcome(
            @Nullable Network network,
            Membership membership,
            Observed observed,
            Map<String, NodeKeys> keys,
            RolloutProgress progress,
            List<Obstacle> obstacles,
            List<KubernetesClientException> failures,
            List<ChildWriter.Result.Leaving> leaving) {
        Outcome {
            keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
            obstacles = List.copyOf(obstacles);
            failures = List.copyOf(failures);
            leaving = List.copyOf(leaving);
        }
    }

    /** Brings the network to what its spec says. */
    Outcome carryOut(Network network) {
        References references = new References(
                network,
                name -> writer.read(Secret.class, name),
                name -> writer.observed().one(Secret.class, name),
                remembered,
                obstacles,
                nowNanos);
        KeyKeeper keyKeeper =
                new KeyKeeper(resource, network, writer, remembered, obstacles, references, mirror.reports());
        Map<String, NodeKeys> keys = keyKeeper.hold();
        NetworkMembers members = DesiredMembers.of(network, keys, published(network, keys), addresses.apply(network));
        NetworkMembers inUse = network.git() == null ? members : membership.members();
        Network whole = withThoseElsewhere(network, membership);
        judge(keys, whole, inUse);
        remembered.runsWith(keys.values().stream()
                .flatMap(own -> Stream.ofNullable(
                        writer.observed().one(Secret.class, own.signing().secretName()))));
        KeySecret.shared(network, keys).forEach(message -> obstacles.add(Obstacle.Reason.SharedKey, message));
        RolloutProgress progress = RolloutProgress.NONE;
        Sidecars sidecars = Sidecars.of(network, writer.observed());
        Blueprint blueprint = new Blueprint(
                network,
                keys,
                members,
                keyKeeper.ofSidecars(keys),
                references.login(),
                references.jwt(),
                references.git(),
                references.alerts(),
                sidecars.heldBack(),
                RANDOM);
        Children children = Children.of(kinds, blueprint);
        children.all(ConfigSecret.KIND).stream()
                .flatMap(config -> ConfigSecret.excess(config).stream())
                .forEach(message -> obstacles.add(Obstacle.Reason.ConfigTooLarge, message));
        if (!network.paused()) {
            kinds.unserved().forEach(kind -> noteUnserved(kind, blueprint));
            ChildKeeper keeper = new ChildKeeper(
                    network, kinds, children, writer, remembered, obstacles, mirror, patience, nowNanos);
            keeper.makeOnce();
            // No node would take a config in which two have one key, and no API server one that is too large.
            if (obstacles.leaving().isEmpty()
                    && !obstacles.has(Obstacle.Reason.SharedKey)
                    && !obstacles.has(Obstacle.Reason.ConfigTooLarge)) {
                keyKeeper.retire(keys);
                progress = keeper.write(members.digest(), keys);
                keyKeeper.own();
            }
        }
        boolean isWritten = children.all(ConfigSecret.KIND).stream()
                .anyMatch(config -> config.getData().equals(data(configSecret())));
        Optional<RunningConfig> running = isWritten ? Optional.empty() : running();
        Network shown =
                running.map(found -> withThoseThatStillRun(whole, found)).orElse(whole);
        follow(
                shown,
                running.map(RunningConfig::members).orElse(members),
                running.map(RunningConfig::ofGit).orElse(network.git() != null));
        return outcome(shown, keys, progress);
    }

    /** The spec can't be carried out: what runs goes on as it is, and is looked at. */
    Outcome leaveAsItIs(Network.Owner owner) {
        Optional<RunningConfig> running = running();
        Network lastGood = remembered.lastGood();
        Network network = lastGood != null
                ? lastGood
                : running.map(found -> found.network(owner, writer.observed())).orElse(null);
        if (network != null && running.isPresent()) {
            follow(network, running.get().members(), running.get().ofGit());
        }
        return outcome(
                network == null ? null : withThoseElsewhere(network, membership), Map.of(), RolloutProgress.NONE);
    }

    private <R extends HasMetadata> void noteUnserved(ChildKind<R> kind, Blueprint blueprint) {
        kind.wanted(blueprint)
                .forEach(child -> obstacles.add(
                        Obstacle.Reason.ApiMissing,
                        "%s %s can't be made: this cluster has no %s of %s, or the operator may not list them"
                                .formatted(
                                        child.getKind(),
                                        child.getMetadata().getName(),
                                        child.getKind(),
                                        child.getApiVersion())));
    }

    /** A repository's next key is known only once somebody has put it there. */
    private void judge(Map<String, NodeKeys> keys, Network whole, @Nullable NetworkMembers inUse) {
        // Of all members, so once for all of them.
        String keysDigest = inUse == null ? "" : inUse.keysDigest();
        String digest = inUse == null ? "" : inUse.digest();
        keys.replaceAll(
                (nodeId, own) -> inUse != null && inUse.keys().of(nodeId).containsAll(own.publicKeys())
                        ? own.judged(whole, keysDigest, digest, mirror.reports())
                        : own.unread(whole));
    }

    /** With the members that a repository names besides those that run here. */
    static Network withThoseElsewhere(Network network, Membership membership) {
        NetworkMembers named = membership.members();
        if (network.git() == null || named == null) {
            return network;
        }
        List<NetworkNode> all = new ArrayList<>(network.inCluster());
        Set<String> here = all.stream().map(NetworkNode::id).collect(Collectors.toSet());
        named.members().stream()
                .filter(member -> !here.contains(member.nodeId()))
                .map(member -> new NetworkNode.External(
                        member.nodeId(),
                        member.pollRate(),
                        member.retry(),
                        member.retryInterval(),
                        member.url(),
                        named.keys().of(member.nodeId())))
                .forEach(all::add);
        return network.withNodes(all);
    }

    private Outcome outcome(@Nullable Network network, Map<String, NodeKeys> keys, RolloutProgress progress) {
        return new Outcome(
                network,
                membership,
                writer.observed(),
                keys,
                progress,
                obstacles.all(),
                obstacles.failures(),
                obstacles.leaving());
    }

    /** With what the members verify until now, if there are keys that can't be read. */
    private KeyMapping published(Network network, Map<String, NodeKeys> keys) {
        boolean allRead = network.inCluster().stream().allMatch(node -> keys.containsKey(node.id()));
        return (allRead ? Optional.<RunningConfig>empty() : running())
                .map(running -> running.members().keys())
                .orElseGet(() -> new KeyMapping(Map.of()));
    }

    /** What the nodes run with, whoever wrote it; empty when that is not to be seen. */
    private Optional<RunningConfig> running() {
        Secret config = configSecret();
        return config == null || writer.isPredecessors(config) ? Optional.empty() : RunningConfig.read(config);
    }

    private @Nullable Secret configSecret() {
        return writer.observed()
                .one(Secret.class, ChildNames.config(resource.getMetadata().getName()));
    }

    private static @Nullable Map<String, String> data(@Nullable Secret secret) {
        return secret == null ? null : secret.getData();
    }

    /** A node that was removed while nothing may be changed is still there. */
    private Network withThoseThatStillRun(Network network, RunningConfig running) {
        if (!network.paused()) {
            return network;
        }
        Set<String> ids = network.nodes().stream().map(NetworkNode::id).collect(Collectors.toSet());
        List<NetworkNode> all = new ArrayList<>(network.nodes());
        withThoseElsewhere(running.network(network.owner(), writer.observed()), membership).nodes().stream()
                .filter(node -> !ids.contains(node.id()))
                .forEach(all::add);
        return network.withNodes(all);
    }

    private void follow(Network network, NetworkMembers members, boolean ofGit) {
        tokens(network).ifPresent(tokens -> {
            NodeAddresses where = addresses.apply(network);
            Map<String, URI> nodes = new LinkedHashMap<>();
            network.inCluster().stream()
                    .map(NetworkNode::id)
                    .filter(members.keys()::contains)
                    .forEach(id -> nodes.put(id, where.of(id)));
            mirrors.follow(
                    resource,
                    new MirrorTarget(members, nodes, tokens, ofGit, network.authorities()),
                    () -> context.eventSourceRetriever()
                            .getControllerEventSource()
                            .get(ResourceID.fromResource(resource))
                            .isPresent());
        });
    }

    /** What the operator signs its tokens with; empty while there is none, or none to use. */
    private Optional<TokenSigner> tokens(Network network) {
        String name = ChildNames.jwt(network);
        List<Secret> found = new ArrayList<>();
        Optional.ofNullable(writer.observed().one(Secret.class, name)).ifPresent(found::add);
        if (found.isEmpty()) {
            // It may have lost the labels by which it is found.
            obstacles.attempt(
                    name,
                    () -> Optional.ofNullable(writer.read(Secret.class, name)).ifPresent(found::add));
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Secret secret = found.getFirst();
        return switch (JwtSecret.read(secret)) {
            case SecretText.Usable(io.distomon.core.config.Secret text) -> Optional.of(new TokenSigner(text));
            case SecretText.Unusable(String message) -> {
                obstacles.add(Obstacle.Reason.SecretUnusable, message);
                yield Optional.empty();
            }
        };
    }
}
