package io.distomon.e2e.demo.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.distomon.core.config.AlertReceiver;
import io.distomon.e2e.demo.link.Link;
import io.distomon.e2e.demo.link.Links;
import io.distomon.e2e.demo.node.Guard;
import io.distomon.e2e.demo.node.NodeProcess;
import io.distomon.e2e.demo.node.NodeProgram;
import io.distomon.e2e.demo.node.Trees;
import io.distomon.e2e.demo.node.Workload;
import io.distomon.e2e.demo.resource.Mistake;
import io.distomon.operator.mirror.TokenSigner;
import io.distomon.operator.validate.Alerts;
import io.distomon.operator.validate.NetworkNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The network at work, for commands and screens. One thread looks at processes and mirror, twice a second and whenever the
 * mirror has news, goes on with what takes its time, and makes {@link Snapshot}s; everything may be called from any thread,
 * and all that the other rooms hold is guarded by one lock here. What a cluster has and this has not: a stopped node is not
 * started again by itself, so that one can see what its absence leads to.
 */
public final class DemoNetwork implements AutoCloseable {
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);
    private static final Duration END_OF_KILLED = Duration.ofSeconds(10);

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

        /** Something could not be done, which is tried again; told once for each reason. */
        void failed(String reason);
    }

    private final Setup setup;
    private final Listener listener;
    private final Guard guard;
    private final Links links = new Links();
    private final Probing probing = new Probing();
    private final LoginFiles loginFiles;
    private final Semaphore news = new Semaphore(0);
    private final Thread looking = Thread.ofVirtual().name("demo-network").unstarted(this::look);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock, with all that they hold.
    private final ApiObjects objects;
    private final DemoReconciler reconciler;
    private final Snapshots snapshots;
    private @Nullable Snapshot snapshot;
    private boolean closed;

    /** Used by the thread that looks only. */
    private String failure = "";

    private DemoNetwork(Judged.Accepted spec, Setup setup, Listener listener) throws IOException {
        this.setup = setup;
        this.listener = listener;
        this.loginFiles = new LoginFiles(setup.directory());
        Files.createDirectory(
                setup.directory(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        this.guard = Guard.start(setup.directory(), setup.keep());
        this.objects = new ApiObjects(spec);
        this.reconciler = new DemoReconciler(setup, objects, guard, links, news::release);
        this.snapshots = new Snapshots(objects, reconciler);
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
            network.carryOut();
            network.looking.start();
            return network;
        } catch (IOException | RuntimeException e) {
            network.close();
            throw e;
        }
    }

    /** The file with the password of the user {@code admin}. */
    public Path passwordFile() {
        return loginFiles.password();
    }

    /** As {@link #passwordFile()}, in the form that {@code curl --netrc-file} reads. */
    public Path netrcFile() {
        return loginFiles.netrc();
    }

    /** The demo's directory. */
    public Path directory() {
        return setup.directory();
    }

    /** Where a node's output goes. */
    public Path logFile(String nodeId) {
        return reconciler.logFile(nodeId);
    }

    /** Where the repository is cloned from that says who is a member; empty where the spec says it. */
    public Optional<String> repositoryUrl() {
        return Optional.ofNullable(locked(reconciler::repositoryUrl));
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

    /** What a node answers on a path of its API, such as {@code /events/lab}; empty when it does not. */
    public Optional<JsonNode> ask(String nodeId, String path) throws InterruptedException {
        return probing.ask(process(nodeId), path, locked(reconciler::tokens));
    }

    /** For how long a webhook is not told yet that a node is gone, or back; empty when none is told of it. */
    public Optional<Duration> alertDelay(String nodeId) {
        Alerts alerts = locked(() -> reconciler.network().alerts());
        boolean isTold = alerts != null
                && alerts.receivers().stream().anyMatch(receiver -> receiver.type() == AlertReceiver.Type.WEBHOOK)
                && alerts.silences().stream()
                        .noneMatch(silence -> silence.holdsAt(Instant.now())
                                && (silence.nodes().isEmpty() || silence.nodes().contains(nodeId)));
        return isTold ? Optional.of(alerts.grace().plus(alerts.groupWait())) : Optional.empty();
    }

    /** How long it may take until the network has noticed that a node or a link is gone or back, on a busy machine. */
    public Duration patience() {
        return locked(() -> {
            Duration longest = Duration.ofSeconds(20);
            for (NetworkNode node : reconciler.network().nodes()) {
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
            reconciler.start(reconciler.node(nodeId));
        } finally {
            lock.unlock();
        }
        news.release();
    }

    /** Ends what a sidecar is beside, at once. */
    public void killWorkload(String sidecarId) throws InterruptedException {
        Workload workload = workload(sidecarId);
        locked(() -> {
            workload.kill();
            return workload;
        });
        workload.awaitEnd(END_OF_KILLED);
        news.release();
    }

    /** Starts what a sidecar is beside, which does not run. */
    public void startWorkload(String sidecarId) throws IOException {
        lock.lock();
        try {
            workload(sidecarId).start();
        } finally {
            lock.unlock();
        }
        news.release();
    }

    /** Where that answers which a sidecar is beside; empty of any other node. */
    public Optional<URI> workloadAddress(String nodeId) {
        return Optional.ofNullable(locked(() -> reconciler.node(nodeId).workload()))
                .map(Workload::address);
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
            ObjectNode before = objects.applied().json();
            ObjectNode json = before.deepCopy();
            change.accept(json);
            Path file = setup.directory().resolve(reconciler.network().name() + ".yaml");
            Files.writeString(file, new YAMLMapper().writeValueAsString(json));
            return switch (Judged.read(file)) {
                case Judged.Refused(List<Mistake> mistakes) -> {
                    Files.writeString(file, new YAMLMapper().writeValueAsString(before));
                    yield mistakes;
                }
                case Judged.Accepted accepted -> {
                    objects.apply(accepted);
                    carryOut();
                    yield List.of();
                }
            };
        } finally {
            lock.unlock();
            news.release();
        }
    }

    /**
     * Asks for another key of a node, as {@link #edit} does.
     *
     * @param generation which
     */
    public List<Mistake> askForKey(String nodeId, int generation) throws IOException, InterruptedException {
        return edit(json -> json.at("/spec/nodes")
                .valueStream()
                .filter(node -> node.path("id").asText().equals(nodeId))
                .forEach(node -> ((ObjectNode) node).put("keyGeneration", generation)));
    }

    /** Ends everything that was started, and removes the directory. Whoever calls it second waits for the first. */
    @Override
    public synchronized void close() throws IOException {
        Collection<DemoNode> leaving;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            leaving = reconciler.nodes();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        looking.interrupt();
        reconciler.close();
        for (DemoNode node : leaving) {
            node.leave();
        }
        try {
            DemoNode.awaitEnd(leaving);
        } catch (InterruptedException e) {
            leaving.forEach(DemoNode::destroy);
            Thread.currentThread().interrupt();
        }
        probing.close();
        if (!setup.keep()) {
            Trees.delete(setup.directory());
        }
        guard.close();
    }

    /** Whether no process is left. */
    public boolean isOver() {
        return locked(() -> reconciler.nodes().stream().noneMatch(DemoNode::isThere));
    }

    private void carryOut() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            reconciler.apply();
        } finally {
            lock.unlock();
        }
    }

    private Workload workload(String sidecarId) {
        return Objects.requireNonNull(locked(() -> reconciler.node(sidecarId).workload()), sidecarId);
    }

    private NodeProcess process(String nodeId) {
        NodeProcess process = locked(() -> reconciler.node(nodeId).process());
        if (process == null) {
            throw new IllegalArgumentException(nodeId + " does not run");
        }
        return process;
    }

    private void look() {
        try {
            while (true) {
                ask();
                goOn();
                report();
                if (news.tryAcquire(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /** Asks every process that could answer, without the lock. */
    private void ask() throws InterruptedException {
        List<Probing.Asked> all = new ArrayList<>();
        TokenSigner tokens = locked(() -> {
            for (DemoNode node : reconciler.nodes()) {
                NodeProcess process = node.process();
                if (process != null && process.isAlive() && !process.isFrozen()) {
                    all.add(new Probing.Asked(node, process));
                }
            }
            return reconciler.tokens();
        });
        probing.ask(
                all,
                locked(() -> reconciler.network().networkId()),
                tokens,
                answer -> locked(() -> {
                    answer.node().answered(answer.process(), answer.ready(), answer.configDigest(), answer.failures());
                    return answer;
                }));
    }

    private void goOn() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!closed) {
                reconciler.goOn();
            }
            failure = "";
        } catch (IOException e) {
            String reason = Objects.toString(e.getMessage());
            if (!reason.equals(failure)) {
                listener.failed(reason);
                failure = reason;
            }
        } finally {
            lock.unlock();
        }
    }

    private void report() {
        Map<String, List<String>> died = new LinkedHashMap<>();
        Snapshot now = locked(() -> {
            for (DemoNode node : reconciler.nodes()) {
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

    /** Called with the lock. */
    private Snapshot newSnapshot() {
        Snapshot now = snapshots.next(links.all());
        snapshot = now;
        changed.signalAll();
        return now;
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
