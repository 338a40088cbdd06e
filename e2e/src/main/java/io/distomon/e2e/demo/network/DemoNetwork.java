package io.distomon.e2e.demo.network;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.distomon.core.Clock;
import io.distomon.core.view.NetworkView;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.e2e.demo.link.Forwarder;
import io.distomon.e2e.demo.link.Link;
import io.distomon.e2e.demo.link.Links;
import io.distomon.e2e.demo.node.Guard;
import io.distomon.e2e.demo.node.NodeProbe;
import io.distomon.e2e.demo.node.NodeProcess;
import io.distomon.e2e.demo.node.NodeProgram;
import io.distomon.e2e.demo.node.Trees;
import io.distomon.e2e.demo.resource.Mistake;
import io.distomon.operator.desired.Children;
import io.distomon.operator.desired.ConfigSecret;
import io.distomon.operator.desired.Desired;
import io.distomon.operator.desired.NetworkMembers;
import io.distomon.operator.desired.NodeAddresses;
import io.distomon.operator.keys.JwtSecret;
import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.KeySecret;
import io.distomon.operator.keys.LoginSecret;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.mirror.MirrorTarget;
import io.distomon.operator.mirror.NetworkMirror;
import io.distomon.operator.mirror.StoreClient;
import io.distomon.operator.mirror.TokenSigner;
import io.distomon.operator.status.MirrorState;
import io.distomon.operator.status.NetworkStatus;
import io.distomon.operator.status.StatusInput;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.distomon.operator.validate.Validation;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The network at work. One thread looks at processes and mirror, twice a second and whenever the mirror has news, and makes
 * {@link Snapshot}s; everything may be called from any thread. What a cluster has and this has not: a stopped node is not
 * started again by itself, so that one can see what its absence leads to.
 */
public final class DemoNetwork implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration MIRROR_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);
    private static final Duration FAREWELL = Duration.ofSeconds(4);
    private static final int FIRST_KEY = 1;
    private static final int TRANSITIONS_KEPT = 50;

    /**
     * Where and what.
     *
     * @param program what nodes run
     * @param directory of the demo's own, not there yet: made with mode 0700, removed at the end
     * @param keep whether the directory stays
     */
    public record Setup(NodeProgram program, Path directory, boolean keep) {}

    /** Told what happens, on the network's own thread. */
    public interface Listener {
        /** There is a new snapshot. */
        void changed(Snapshot now);

        /**
         * A node's process has ended though nobody ended it.
         *
         * @param lines why, then the end of its log
         */
        void ended(String nodeId, List<String> lines);
    }

    private final Setup setup;
    private final Listener listener;
    private final Guard guard;
    private final Links links = new Links();
    private final NodeProbe probe = new NodeProbe();
    private final Semaphore news = new Semaphore(0);
    private final Thread looking = Thread.ofVirtual().name("demo-network").unstarted(this::look);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock, as are the nodes themselves.
    private final Map<String, Secret> secrets = new HashMap<>();
    private final Map<String, DemoNode> nodes = new LinkedHashMap<>();
    private final Deque<Transition> transitions = new ArrayDeque<>();
    private Judged.Accepted spec;
    private Network network;
    private DistomonNetwork resource;
    private String configDigest = "";
    private @Nullable NetworkMirror mirror;
    private @Nullable Snapshot snapshot;
    private boolean closed;

    private DemoNetwork(Judged.Accepted spec, Setup setup, Listener listener) throws IOException {
        this.setup = setup;
        this.listener = listener;
        this.spec = spec;
        this.network = spec.network();
        this.resource = spec.resource();
        Files.createDirectory(
                setup.directory(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        this.guard = Guard.start(setup.directory(), setup.keep());
    }

    /**
     * Makes directory, keys and config, and starts every node. They are not up yet when this returns.
     *
     * @throws IOException when something can't be written or started; then nothing is left
     */
    public static DemoNetwork start(Judged.Accepted spec, Setup setup, Listener listener)
            throws IOException, InterruptedException {
        DemoNetwork network = new DemoNetwork(spec, setup, listener);
        try {
            network.carryOut(spec);
            network.looking.start();
            return network;
        } catch (IOException | RuntimeException e) {
            network.close();
            throw e;
        }
    }

    /** The file with the password of the user {@code admin}. */
    public Path passwordFile() {
        return setup.directory().resolve("password");
    }

    /** As {@link #passwordFile()}, in the form that {@code curl --netrc-file} reads. */
    public Path netrcFile() {
        return setup.directory().resolve("netrc");
    }

    /** The demo's directory. */
    public Path directory() {
        return setup.directory();
    }

    /** What is known now. */
    public Snapshot snapshot() {
        return locked(this::newSnapshot);
    }

    /**
     * Waits until a snapshot is as wanted.
     *
     * @return that snapshot; empty when none was within {@code limit}
     */
    public Optional<Snapshot> await(Predicate<Snapshot> wanted, Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        lock.lockInterruptibly();
        try {
            // What was seen before a command must not be taken for what came of it.
            Snapshot now = newSnapshot();
            while (!wanted.test(now)) {
                if (nanos <= 0 || closed) {
                    return Optional.empty();
                }
                nanos = changed.awaitNanos(nanos);
                now = Objects.requireNonNull(snapshot);
            }
            return Optional.of(now);
        } finally {
            lock.unlock();
        }
    }

    /** How long it may take until the network has noticed that a node or a link is gone or back, on a busy machine. */
    public Duration patience() {
        return locked(() -> {
            Duration longest = Duration.ofSeconds(20);
            for (NetworkNode node : network.nodes()) {
                Duration needed = Duration.ofSeconds(20).plus(node.interval().multipliedBy(3L * (node.retries() + 5)));
                longest = needed.compareTo(longest) > 0 ? needed : longest;
            }
            return longest;
        });
    }

    /** Ends a node at once. */
    public void kill(String nodeId) throws InterruptedException {
        process(nodeId).kill();
        news.release();
    }

    /** Stops a node where it is. */
    public void freeze(String nodeId) throws IOException, InterruptedException {
        process(nodeId).freeze();
        news.release();
    }

    /** Lets a frozen node go on. */
    public void thaw(String nodeId) throws IOException, InterruptedException {
        process(nodeId).thaw();
        news.release();
    }

    /** Starts a node that is not running. */
    public void start(String nodeId) throws IOException {
        lock.lock();
        try {
            start(node(nodeId));
        } finally {
            lock.unlock();
        }
        news.release();
    }

    /** From now on nothing passes on a link. */
    public void cut(Link link) {
        links.cut(link);
        news.release();
    }

    /** Lets everything pass again. */
    public void join(Link link) {
        links.join(link);
        news.release();
    }

    /**
     * Changes the spec as a user who edits and applies the file.
     *
     * @param change given the resource
     * @return what is wrong with the changed file; then nothing has happened
     */
    public List<Mistake> edit(Consumer<ObjectNode> change) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            ObjectNode json = spec.json().deepCopy();
            change.accept(json);
            Path file = setup.directory().resolve(network.name() + ".yaml");
            Files.writeString(file, new YAMLMapper().writeValueAsString(json));
            return switch (Judged.read(file)) {
                case Judged.Refused(List<Mistake> mistakes) -> {
                    Files.writeString(file, new YAMLMapper().writeValueAsString(spec.json()));
                    yield mistakes;
                }
                case Judged.Accepted accepted -> {
                    carryOut(accepted);
                    yield List.of();
                }
            };
        } finally {
            lock.unlock();
            news.release();
        }
    }

    /** Ends everything that was started, and removes the directory. Whoever calls it second waits for the first. */
    @Override
    public synchronized void close() throws IOException {
        List<DemoNode> leaving;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            leaving = List.copyOf(nodes.values());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        looking.interrupt();
        if (mirror != null) {
            mirror.close();
        }
        for (DemoNode node : leaving) {
            node.leave();
        }
        try {
            awaitEnd(leaving);
        } catch (InterruptedException e) {
            leaving.forEach(DemoNode::destroy);
            Thread.currentThread().interrupt();
        }
        probe.close();
        if (!setup.keep()) {
            Trees.delete(setup.directory());
        }
        guard.close();
    }

    /** Whether no process is left. */
    public boolean isOver() {
        return locked(() -> nodes.values().stream().allMatch(node -> node.run() == NodeRun.ENDED));
    }

    private static void awaitEnd(List<DemoNode> leaving) throws InterruptedException {
        long end = System.nanoTime() + FAREWELL.toNanos();
        for (DemoNode node : leaving) {
            NodeProcess process = node.process();
            if (process != null) {
                process.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
        }
    }

    /** What the operator's reconciler does, with the files and processes of this machine. */
    private void carryOut(Judged.Accepted accepted) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            Network wanted = accepted.network();
            List<DemoNode> added = new ArrayList<>();
            for (NetworkNode node : wanted.nodes()) {
                if (!nodes.containsKey(node.id())) {
                    added.add(add(wanted, node.id()));
                }
            }
            List<DemoNode> removed = removeOthers(wanted);
            network = played(wanted);
            remember(accepted);
            Secret login =
                    secrets.computeIfAbsent(LoginSecret.name(network), name -> LoginSecret.make(network, RANDOM));
            Secret jwt = secrets.computeIfAbsent(JwtSecret.name(network), name -> JwtSecret.make(network, RANDOM));
            writePassword(login);
            Children children = Desired.of(network, managedKeys(), addresses());
            configDigest = children.configDigest();
            for (DemoNode node : nodes.values()) {
                node.mount(
                        network,
                        children.config(),
                        Objects.requireNonNull(secrets.get(node.key().secretName())),
                        Map.of(ConfigSecret.LOGIN_DIR, login, ConfigSecret.JWT_DIR, jwt));
            }
            for (DemoNode node : added) {
                start(node);
            }
            follow(jwt);
            awaitEnd(removed);
            for (DemoNode node : removed) {
                Trees.delete(node.directory());
            }
        } finally {
            lock.unlock();
        }
    }

    private DemoNode add(Network wanted, String nodeId) throws IOException {
        Secret secret = secrets.computeIfAbsent(
                KeySecret.name(wanted, nodeId, FIRST_KEY), name -> KeySecret.make(wanted, nodeId, FIRST_KEY, RANDOM));
        KeyReading.Held key = switch (KeySecret.read(wanted, nodeId, secret)) {
            case KeyReading.Held held -> held;
            case KeyReading.Mismatch(String message) -> throw new IllegalStateException(message);
        };
        DemoNode node = new DemoNode(
                nodeId, setup.directory().resolve("nodes").resolve(nodeId), new Forwarder(nodeId, links), key);
        nodes.put(nodeId, node);
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

    /** The network with the external nodes as the demo plays them: at its own addresses, with its own keys. */
    private Network played(Network wanted) {
        List<NetworkNode> members = wanted.nodes().stream()
                .map(node -> switch (node) {
                    case NetworkNode.Managed managed -> managed;
                    case NetworkNode.External external ->
                        (NetworkNode) new NetworkNode.External(
                                external.id(),
                                external.interval(),
                                external.retries(),
                                node(external.id()).address(),
                                List.of(node(external.id()).key().publicKey()));
                })
                .toList();
        return new Network(
                wanted.owner(),
                wanted.networkId(),
                wanted.paused(),
                wanted.image(),
                wanted.imagePullPolicy(),
                members,
                wanted.pod(),
                wanted.keyDeletion());
    }

    /** Keeps of a resource what an API server adds to it. */
    private void remember(Judged.Accepted accepted) {
        DistomonNetwork next = accepted.resource();
        boolean first = configDigest.isEmpty();
        next.setMetadata(new ObjectMetaBuilder(next.getMetadata())
                .withNamespace(network.owner().namespace())
                .withUid(
                        first
                                ? UUID.randomUUID().toString()
                                : resource.getMetadata().getUid())
                .withGeneration(first ? 1 : resource.getMetadata().getGeneration() + 1)
                .withCreationTimestamp(
                        first
                                ? Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()
                                : resource.getMetadata().getCreationTimestamp())
                .build());
        next.setStatus(resource.getStatus());
        spec = accepted;
        resource = next;
    }

    private Map<String, NodeKeys> managedKeys() {
        Map<String, NodeKeys> keys = new LinkedHashMap<>();
        network.managed()
                .forEach(node ->
                        keys.put(node.id(), NodeKeys.steady(node(node.id()).key())));
        return keys;
    }

    private NodeAddresses addresses() {
        return nodeId -> node(nodeId).address();
    }

    private void follow(Secret jwt) {
        NetworkMembers members = NetworkMembers.of(network, managedKeys(), addresses());
        Map<String, URI> asked = new LinkedHashMap<>();
        network.managed().forEach(node -> asked.put(node.id(), node(node.id()).address()));
        MirrorTarget target = new MirrorTarget(
                network.networkId(),
                members.members(),
                members.keys(),
                asked,
                new TokenSigner(text(JwtSecret.read(jwt))));
        if (mirror == null) {
            mirror = NetworkMirror.start(target, new StoreClient(), Clock.system(), MIRROR_INTERVAL, news::release);
        } else {
            mirror.retarget(target);
        }
    }

    private static io.distomon.core.config.Secret text(SecretText text) {
        return switch (text) {
            case SecretText.Usable(io.distomon.core.config.Secret value) -> value;
            case SecretText.Unusable(String message) -> throw new IllegalStateException(message);
        };
    }

    private void writePassword(Secret login) throws IOException {
        String password = text(LoginSecret.read(login)).reveal();
        writePrivate(passwordFile(), password + "\n");
        writePrivate(netrcFile(), "machine 127.0.0.1 login admin password %s\n".formatted(password));
    }

    private static void writePrivate(Path file, String text) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, text);
    }

    private void start(DemoNode node) throws IOException {
        node.start(setup.program(), guard, network, logFile(node.id()));
    }

    /** Where a node's output goes. */
    public Path logFile(String nodeId) {
        return setup.directory().resolve(nodeId + ".log");
    }

    private DemoNode node(String nodeId) {
        DemoNode node = nodes.get(nodeId);
        if (node == null) {
            throw new IllegalArgumentException("no node " + nodeId);
        }
        return node;
    }

    private NodeProcess process(String nodeId) {
        NodeProcess process = locked(() -> node(nodeId).process());
        if (process == null) {
            throw new IllegalArgumentException(nodeId + " does not run");
        }
        return process;
    }

    private void look() {
        try {
            while (true) {
                ask();
                report();
                if (news.tryAcquire(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /** Asks every process that could answer, all at once and without the lock. */
    private void ask() throws InterruptedException {
        record Asked(DemoNode node, NodeProcess process) {}
        TokenSigner[] tokens = new TokenSigner[1];
        List<Asked> asked = locked(() -> {
            tokens[0] =
                    new TokenSigner(text(JwtSecret.read(Objects.requireNonNull(secrets.get(JwtSecret.name(network))))));
            List<Asked> all = new ArrayList<>();
            for (DemoNode node : nodes.values()) {
                NodeProcess process = node.process();
                if (process != null && process.isAlive() && !process.isFrozen()) {
                    all.add(new Asked(node, process));
                }
            }
            return all;
        });
        List<Thread> threads = asked.stream()
                .map(one -> Thread.ofVirtual().start(() -> {
                    try {
                        boolean ready = probe.isReady(one.process());
                        String digest = ready ? probe.configDigest(one.process(), tokens[0]) : "";
                        locked(() -> {
                            one.node().answered(one.process(), ready, digest);
                            return digest;
                        });
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void report() {
        Map<String, List<String>> died = new LinkedHashMap<>();
        Snapshot now = locked(() -> {
            for (DemoNode node : nodes.values()) {
                if (node.diedUnreported()) {
                    died.put(node.id(), Objects.requireNonNull(node.process()).obituary());
                }
            }
            return closed ? null : newSnapshot();
        });
        died.forEach(listener::ended);
        if (now != null) {
            listener.changed(now);
        }
    }

    /** Writes the status anew and remembers it. Called with the lock. */
    private Snapshot newSnapshot() {
        Instant now = Instant.now();
        Map<String, NodeRun> runs = new LinkedHashMap<>();
        Map<String, URI> addresses = new LinkedHashMap<>();
        Set<String> following = new HashSet<>();
        for (NetworkNode member : network.nodes()) {
            DemoNode node = node(member.id());
            runs.put(node.id(), node.run());
            addresses.put(node.id(), node.address());
            if (node.configDigest().equals(configDigest)) {
                following.add(node.id());
            }
        }
        MirrorState state = mirror == null ? new MirrorState.NotYet() : mirror.state();
        DistomonNetworkStatus before = resource.getStatus();
        DistomonNetworkStatus status = status(state, runs, now);
        NetworkView view = switch (state) {
            case MirrorState.NotYet() -> null;
            case MirrorState.Fresh fresh -> fresh.view();
            case MirrorState.Unreachable unreachable -> unreachable.view();
        };
        for (Transition transition : Transition.between(before, status, view, now)) {
            transitions.addLast(transition);
            if (transitions.size() > TRANSITIONS_KEPT) {
                transitions.removeFirst();
            }
        }
        DistomonNetwork shown = new DistomonNetwork();
        shown.setMetadata(resource.getMetadata());
        shown.setSpec(resource.getSpec());
        shown.setStatus(status);
        resource.setStatus(status);
        snapshot = new Snapshot(now, shown, view, runs, addresses, links.all(), following, List.copyOf(transitions));
        changed.signalAll();
        return snapshot;
    }

    private DistomonNetworkStatus status(MirrorState state, Map<String, NodeRun> runs, Instant now) {
        Set<String> available = new HashSet<>();
        Map<String, String> unavailable = new HashMap<>();
        for (NetworkNode.Managed node : network.managed()) {
            NodeRun run = Objects.requireNonNull(runs.get(node.id()));
            if (run == NodeRun.READY) {
                available.add(node.id());
            } else {
                unavailable.put(node.id(), run.words());
            }
        }
        return NetworkStatus.of(new StatusInput(
                resource,
                new Validation.Accepted(network),
                null,
                List.of(),
                managedKeys(),
                available,
                unavailable,
                state,
                now));
    }

    private <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
