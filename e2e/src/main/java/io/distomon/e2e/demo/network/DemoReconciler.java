package io.distomon.e2e.demo.network;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkFiles;
import io.distomon.core.topology.Member;
import io.distomon.e2e.demo.git.ServedRepository;
import io.distomon.e2e.demo.link.Forwarder;
import io.distomon.e2e.demo.link.Links;
import io.distomon.e2e.demo.node.Guard;
import io.distomon.e2e.demo.node.Trees;
import io.distomon.e2e.demo.node.Workload;
import io.distomon.e2e.demo.receiver.Receivers;
import io.distomon.e2e.demo.receiver.Told;
import io.distomon.operator.desired.AlertFiles;
import io.distomon.operator.desired.ConfigSecret;
import io.distomon.operator.desired.DesiredMembers;
import io.distomon.operator.desired.JwtSecret;
import io.distomon.operator.desired.LoginSecret;
import io.distomon.operator.keys.KeyPlan;
import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.KeySecret;
import io.distomon.operator.keys.KeySituation;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.mirror.Membership;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.mirror.MirrorTarget;
import io.distomon.operator.mirror.NetworkMirror;
import io.distomon.operator.mirror.Pace;
import io.distomon.operator.mirror.StoreClient;
import io.distomon.operator.mirror.TokenSigner;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Alerts;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the operator's reconciler does, with files and processes of this machine: keys, config, nodes, mirror. It decides
 * nothing: what there should be, the operator's own rooms say. Not safe for use by many threads.
 */
final class DemoReconciler {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration MIRROR_INTERVAL = Duration.ofSeconds(1);

    private static final Duration POLL_RATE = Duration.ofSeconds(1);
    private static final int RETRIES = 2;
    private static final Duration REPOSITORY_POLL = Duration.ofSeconds(1);
    private static final String DEFAULT_BRANCH = "main";

    /** Of a node that runs elsewhere in truth; the demo plays it with a key of its own. */
    private static final int PLAYED_KEY = 1;

    private final DemoNetwork.Setup setup;
    private final ApiObjects objects;
    private final Guard guard;
    private final Links links;
    private final Runnable news;
    private final Map<String, DemoNode> nodes = new LinkedHashMap<>();
    private final Map<String, NodeKeys> keys = new LinkedHashMap<>();
    private Network network;
    private String configDigest = "";
    private @Nullable NetworkMirror mirror;
    private @Nullable Receivers receivers;
    private @Nullable ServedRepository repository;
    private @Nullable NetworkMembers committed;
    private final List<String> commits = new ArrayList<>();

    /** @param news run whenever the mirror has something new */
    DemoReconciler(DemoNetwork.Setup setup, ApiObjects objects, Guard guard, Links links, Runnable news) {
        this.setup = setup;
        this.objects = objects;
        this.guard = guard;
        this.links = links;
        this.news = news;
        this.network = objects.applied().network();
    }

    /** The network that was carried out last, with the external nodes as the demo plays them. */
    Network network() {
        return network;
    }

    Collection<DemoNode> nodes() {
        return List.copyOf(nodes.values());
    }

    DemoNode node(String nodeId) {
        DemoNode node = nodes.get(nodeId);
        if (node == null) {
            throw new IllegalArgumentException("no node " + nodeId);
        }
        return node;
    }

    /** The keys of the nodes that would run in the cluster, by node id. */
    Map<String, NodeKeys> keys() {
        return Map.copyOf(keys);
    }

    /** What nodes report that run with the newest config. */
    String configDigest() {
        return configDigest;
    }

    /** Who is a member by the word of the nodes, where a repository says it. */
    Membership membership() {
        return mirror == null ? Membership.NONE : mirror.membership();
    }

    /** Where the repository is that says who is a member; null where the spec says it. */
    @Nullable
    String repositoryUrl() {
        return repository == null ? null : repository.url();
    }

    /** What was committed since the last call, in words. */
    List<String> commits() {
        List<String> made = List.copyOf(commits);
        commits.clear();
        return made;
    }

    MirrorState mirror() {
        return mirror == null ? new MirrorState.NotYet() : mirror.state();
    }

    /** What the receivers of alerts were told since the last call. */
    List<Told> told() {
        return receivers == null ? List.of() : receivers.read();
    }

    /** Makes tokens that the nodes accept. */
    TokenSigner tokens() {
        return new TokenSigner(text(JwtSecret.read(jwt())));
    }

    /** Carries out the resource as it was applied last: the nodes that are new are started, those that are gone ended. */
    void apply() throws IOException, InterruptedException {
        Network wanted = objects.applied().network();
        List<DemoNode> added = new ArrayList<>();
        for (NetworkNode node : wanted.nodes()) {
            if (!nodes.containsKey(node.id())) {
                added.add(add(wanted, node));
            }
        }
        List<DemoNode> removed = removeOthers(wanted);
        network = played(wanted);
        new LoginFiles(setup.directory()).write(text(LoginSecret.read(login())).reveal());
        pass();
        for (DemoNode node : added) {
            start(node);
            if (node.workload() != null) {
                node.workload().start();
            }
        }
        DemoNode.awaitEnd(removed);
        for (DemoNode node : removed) {
            Trees.delete(node.directory());
        }
    }

    /** Goes on with what takes more than one pass: a change of keys. */
    void goOn() throws IOException {
        if (nodes.values().stream().anyMatch(DemoNode::isRestarting)
                || keys.values().stream().anyMatch(own -> own.stage() != NodeKeys.Stage.STEADY)) {
            pass();
        }
    }

    /** Starts a node that is not running. */
    void start(DemoNode node) throws IOException {
        node.start(setup.program(), guard, network, logFile(node.id()));
    }

    /** Where a node's output goes. */
    Path logFile(String nodeId) {
        return setup.directory().resolve(nodeId + ".log");
    }

    /** Ends the mirror and what is played besides nodes. */
    void close() {
        if (mirror != null) {
            mirror.close();
        }
        if (receivers != null) {
            receivers.close();
        }
        if (repository != null) {
            repository.close();
        }
    }

    /** From what there is to what the operator's rooms say, in the order in which its reconciler goes. */
    private void pass() throws IOException {
        judgeKeys();
        NetworkMembers members = members();
        configDigest = members.digest();
        if (repository != null) {
            commit(repository, members);
        }
        Secret config = ConfigSecret.of(network, members, Set.of(), alertFiles());
        Map<String, Secret> shared = Map.of(ConfigSecret.LOGIN_DIR, login(), ConfigSecret.JWT_DIR, jwt());
        for (DemoNode node : nodes.values()) {
            node.mount(network, config, shared);
        }
        for (NetworkNode.InCluster member : network.inCluster()) {
            NodeKeys own = keys.get(member.id());
            if (own != null) {
                DemoNode node = node(member.id());
                switch (member) {
                    case NetworkNode.Managed managed -> roll(node, own.signing());
                    // It takes up what is mounted in the place of its key.
                    case NetworkNode.Sidecar sidecar ->
                        node.mountKey(
                                own.signing(), objects.secret(own.signing().secretName()));
                }
            }
        }
        follow();
    }

    private void judgeKeys() {
        keys.clear();
        for (NetworkNode.InCluster member : network.inCluster()) {
            KeyPlan plan = plan(member);
            if (plan instanceof KeyPlan.Make(int generation, var meanwhile)) {
                key(network, member.id(), generation);
                plan = plan(member);
            }
            switch (plan) {
                case KeyPlan.Use(NodeKeys own) -> keys.put(member.id(), own);
                case KeyPlan.Make(int generation, var meanwhile) ->
                    throw new IllegalStateException("key %s of %s was not made".formatted(generation, member.id()));
                case KeyPlan.Missing(int generation) ->
                    throw new IllegalStateException("key %s of %s is gone".formatted(generation, member.id()));
            }
        }
        // A repository's next key is known only once the nodes have it from there.
        NetworkMembers inUse = repository == null ? members() : membership().members();
        String keysDigest = inUse == null ? "" : inUse.keysDigest();
        String digest = inUse == null ? "" : inUse.digest();
        keys.replaceAll((id, own) -> inUse != null && inUse.keys().of(id).containsAll(own.publicKeys())
                ? own.judged(network, keysDigest, digest, mirror().reports())
                : own.unread(network));
        keys.values().stream()
                .flatMap(own -> own.retired().stream())
                .map(KeyReading.Held::secretName)
                .forEach(objects::deleteSecret);
    }

    private KeyPlan plan(NetworkNode.InCluster member) {
        List<KeyReading.Held> found = new ArrayList<>();
        for (Secret secret : objects.secrets()) {
            if (ChildNames.generationOfKey(
                                    network, member.id(), secret.getMetadata().getName())
                            > 0
                    && KeySecret.read(network, member.id(), secret) instanceof KeyReading.Held held) {
                found.add(held);
            }
        }
        KeyReading.Held mounted = node(member.id()).key();
        return KeyPlan.of(KeySituation.of(
                member.id(),
                // There are no Secrets of others here: who is given a key gets one that is made.
                member.keySource() instanceof NetworkNode.KeySource.Made(int generation) ? generation : 1,
                found,
                mounted == null ? null : mounted.generation(),
                mirror().reports().signedWith().get(member.id())));
    }

    /** As a Deployment of type Recreate: the new process starts when the old one has ended, and one after the other. */
    private void roll(DemoNode node, KeyReading.Held key) throws IOException {
        if (node.isRestarting()) {
            if (node.hasEnded()) {
                node.mountKey(key, objects.secret(key.secretName()));
                start(node);
            }
        } else if (!node.isAlive()) {
            node.mountKey(key, objects.secret(key.secretName()));
        } else if (!key.equals(node.key()) && nodes.values().stream().noneMatch(DemoNode::isComingUp)) {
            node.recreate();
        }
    }

    private DemoNode add(Network wanted, NetworkNode member) throws IOException {
        DemoNode node = new DemoNode(
                member.id(),
                setup.directory().resolve("nodes").resolve(member.id()),
                new Forwarder(member.id(), links),
                member instanceof NetworkNode.Sidecar
                        ? new Workload(setup.program().java(), setup.directory().resolve(member.id() + ".workload"))
                        : null);
        nodes.put(member.id(), node);
        if (member instanceof NetworkNode.External) {
            KeyReading.Held key = key(wanted, member.id(), PLAYED_KEY);
            node.mountKey(key, objects.secret(key.secretName()));
        }
        return node;
    }

    private List<DemoNode> removeOthers(Network wanted) throws IOException {
        Set<String> ids = new HashSet<>();
        wanted.nodes().forEach(node -> ids.add(node.id()));
        List<DemoNode> others =
                nodes.values().stream().filter(node -> !ids.contains(node.id())).toList();
        for (DemoNode node : others) {
            nodes.remove(node.id());
            links.forget(node.id());
            node.leave();
        }
        return others;
    }

    /** The network as the demo plays it: external nodes at its own addresses, with its own keys, and its own repository. */
    private Network played(Network wanted) throws IOException {
        List<NetworkNode> members = wanted.nodes().stream()
                .map(node -> switch (node) {
                    case NetworkNode.InCluster here -> here;
                    case NetworkNode.External external ->
                        (NetworkNode) new NetworkNode.External(
                                external.id(),
                                external.interval(),
                                external.retries(),
                                external.retryInterval(),
                                node(external.id()).address(),
                                List.of(key(wanted, external.id(), PLAYED_KEY).publicKey()));
                })
                .toList();
        Network.Git git = wanted.git();
        if (git == null) {
            return wanted.withNodes(members);
        }
        if (repository == null) {
            repository =
                    ServedRepository.start(wanted.name(), Objects.requireNonNullElse(git.branch(), DEFAULT_BRANCH));
        }
        return new Network(
                wanted.owner(),
                wanted.networkId(),
                wanted.paused(),
                wanted.topology(),
                wanted.thresholds(),
                new Network.Git(repository.url(), git.branch(), REPOSITORY_POLL, null, null),
                members,
                wanted.auth(),
                wanted.keyDeletion(),
                wanted.authorities(),
                wanted.alerts());
    }

    /** Of a repository's members it is the demo that says how often they are polled: no spec does. */
    private NetworkMembers members() {
        NetworkMembers members =
                DesiredMembers.of(network, keys, nodeId -> node(nodeId).address());
        return repository == null
                ? members
                : new NetworkMembers(
                        members.networkId(),
                        members.members().stream()
                                .map(member -> new Member(member.nodeId(), member.url(), POLL_RATE, RETRIES, null))
                                .toList(),
                        members.keys(),
                        members.topology());
    }

    /** What a person would commit, at once. */
    private void commit(ServedRepository to, NetworkMembers members) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        members.files(network.thresholds())
                .forEach((name, text) -> files.put(
                        name.equals(NetworkFiles.CONFIG) ? name : NetworkFiles.PUBLIC_KEYS + "/" + name, text));
        String message = Commits.message(committed, members);
        to.commit(files, message).ifPresent(id -> commits.add("commit %s: %s".formatted(id, message)));
        committed = members;
    }

    private void follow() {
        NetworkMembers members = members();
        Map<String, URI> asked = new LinkedHashMap<>();
        network.inCluster().forEach(node -> asked.put(node.id(), node(node.id()).address()));
        MirrorTarget target = new MirrorTarget(members, asked, tokens(), repository != null, network.authorities());
        if (mirror == null) {
            mirror = NetworkMirror.start(
                    target, new StoreClient(), Clock.system(), new Pace(MIRROR_INTERVAL, () -> 1), news);
        } else {
            mirror.retarget(target);
        }
    }

    /** What the Secrets of others would have that say where alerts are told: a receiver of the demo's in the place of each. */
    private Map<String, io.distomon.core.config.Secret> alertFiles() throws IOException {
        Map<String, io.distomon.core.config.Secret> files = new HashMap<>();
        if (network.alerts() == null) {
            return files;
        }
        if (receivers == null) {
            receivers = Receivers.start(news);
        }
        for (Alerts.Receiver receiver : network.alerts().receivers()) {
            io.distomon.core.config.Secret url = receivers.url(receiver.name(), receiver.type());
            for (AlertFiles.Source source : AlertFiles.sources(receiver)) {
                files.put(source.file(), source.field().equals("urlSecretRef") ? url : receivers.key(receiver.name()));
            }
        }
        return files;
    }

    private Secret login() {
        return objects.secret(ChildNames.login(network), () -> LoginSecret.make(network, RANDOM));
    }

    private Secret jwt() {
        return objects.secret(ChildNames.jwt(network), () -> JwtSecret.make(network, RANDOM));
    }

    /** A key, which is made when there is none. */
    private KeyReading.Held key(Network of, String nodeId, int generation) {
        Secret secret = objects.secret(
                ChildNames.key(of, nodeId, generation), () -> KeySecret.make(of, nodeId, generation, RANDOM));
        return switch (KeySecret.read(of, nodeId, secret)) {
            case KeyReading.Held held -> held;
            case KeyReading.Mismatch(String message) -> throw new IllegalStateException(message);
        };
    }

    private static io.distomon.core.config.Secret text(SecretText text) {
        return switch (text) {
            case SecretText.Usable(io.distomon.core.config.Secret value) -> value;
            case SecretText.Unusable(String message) -> throw new IllegalStateException(message);
        };
    }
}
