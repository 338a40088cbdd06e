package io.distomon.operator.mirror;

import io.distomon.core.Clock;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.SharedStore;
import io.distomon.core.topology.Cadences;
import io.distomon.core.topology.Observers;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.ViewInput;
import io.distomon.operator.members.NetworkMembers;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one network. Each round asks {@value #ASKED_IN_TURN} nodes for what changed, another three the next time (one of
 * a network that has been well for a while), and goes on with more of them until somebody answers; then it asks one of each
 * part of a divided network, and those whose own word is too old, directly and in turn: whoever is alive but heard by no
 * other is found so. One thread runs the rounds; {@link #state()}, {@link #retarget} and {@link #close()} may be called from
 * any.
 */
public final class NetworkMirror implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkMirror.class);

    private static final int ASKED_IN_TURN = 3;
    private static final int MAX_ASKED_DIRECTLY = 10;

    /** So many rounds without anything new, of a network in which all is well, and one node is asked instead of three. */
    private static final int ROUNDS_BEFORE_CALM = 12;

    /** While nobody answers twice as many are asked each time, up to this: all of a large network within a minute. */
    private static final int MAX_ASKED_AT_ONCE = 64;

    private static final Duration SAME_TOKEN = Duration.ofMinutes(1);

    /** Between two rounds, also when those take longer than the interval because nodes hang. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);

    private final StoreClient client;
    private final AnswerMemory.Share share;
    private final Clock clock;
    private final Pace pace;
    private final Runnable changed;
    private final SharedStore store;
    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread;

    private volatile MirrorTarget target;
    private volatile MirrorState state = new MirrorState.NotYet();
    private volatile Membership membership = Membership.NONE;
    private volatile boolean closed;
    private volatile long answeredNanos;

    // What others ask by, too.
    private volatile MirrorTarget inUse;
    private volatile HttpClient http;
    private volatile Set<String> askedInVain = Set.of();

    // Used by the thread of the rounds only, cursors by the threads that it waits for too.
    private final Map<String, String> cursors = new ConcurrentHashMap<>();
    private Observers observers;
    private Cadences cadences;
    private final Map<String, String> unreached = new LinkedHashMap<>();
    private final Set<String> postponed = new LinkedHashSet<>();
    private @Nullable Token token;
    private int turn;
    private int directTurn;
    private int configTurn;
    private int silentRounds;
    private int calmRounds;
    private StableState told = StableState.of(new MirrorState.NotYet(), Membership.NONE);
    private @Nullable String lastCause;

    private record Token(String text, Instant made) {}

    private NetworkMirror(MirrorTarget target, StoreClient client, Clock clock, Pace pace, Runnable changed) {
        this.target = target;
        this.inUse = target;
        this.observers = target.network().observers();
        this.cadences = Cadences.of(observers);
        this.client = client;
        this.share = client.share();
        this.http = client.http(target.authorities());
        this.clock = clock;
        this.answeredNanos = clock.monotonicNanos();
        this.pace = pace;
        this.changed = changed;
        this.store = new SharedStore(target.networkId(), null, target.network().keys(), clock);
        this.thread = Thread.ofVirtual().name("mirror-" + target.networkId()).unstarted(this::run);
    }

    /**
     * Starts to follow a network, with a first round at once.
     *
     * @param changed called on the mirror's thread after a round that changed {@link #state()} in more than dates
     */
    public static NetworkMirror start(
            MirrorTarget target, StoreClient client, Clock clock, Pace pace, Runnable changed) {
        NetworkMirror mirror = new NetworkMirror(target, client, clock, pace, changed);
        mirror.thread.start();
        return mirror;
    }

    /** What the last round found. */
    public MirrorState state() {
        return state;
    }

    /** How long ago a node last gave its store; while none has, since the start. */
    public Duration sinceAnswer() {
        return Duration.ofNanos(clock.monotonicNanos() - answeredNanos);
    }

    /** Who is a member, as the nodes say of which the last rounds have asked; nobody where the target says it. */
    public Membership membership() {
        return membership;
    }

    /** How others ask the same nodes. */
    public Inquiry inquiry() {
        MirrorTarget asked = inUse;
        LinkedHashMap<String, URI> nodes = new LinkedHashMap<>(asked.nodes());
        Set<String> last = askedInVain;
        asked.nodes().forEach((id, address) -> {
            if (last.contains(id)) {
                nodes.putLast(id, address);
            }
        });
        return new Inquiry(asked.networkId(), nodes, asked.tokens(), http);
    }

    /** Goes on with other members, keys or addresses of the same network; nothing happens when they are the same. */
    public void retarget(MirrorTarget next) {
        if (!next.networkId().equals(store.networkId())) {
            throw new IllegalArgumentException("found network " + next.networkId() + ", expected " + store.networkId());
        }
        if (!next.equals(target)) {
            target = next;
            wake();
        }
    }

    /** Begins the next round now. */
    public void wake() {
        wakes.release();
    }

    /** Ends the rounds. Does not wait for the one that runs. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            long began = System.nanoTime();
            try {
                state = steadied(roundOrFailure());
                silentRounds = state instanceof MirrorState.Unreachable ? silentRounds + 1 : 0;
                tell();
            } catch (InterruptedException e) {
                break; // Only close() interrupts.
            } catch (RuntimeException | Error e) {
                LOG.error("What is new about {} was not told, the next round tells it", store.networkId(), e);
            }
            try {
                long pause = Math.max(began + between().toNanos() - System.nanoTime(), SHORTEST_PAUSE.toNanos());
                // Wakes that have piled up meanwhile count as one.
                if (wakes.tryAcquire(pause, TimeUnit.NANOSECONDS)) {
                    wakes.drainPermits();
                }
            } catch (InterruptedException e) {
                break;
            }
        }
        LOG.debug("Stopped mirroring {}", store.networkId());
    }

    private Duration between() {
        if (silentRounds > 0) {
            return pace.silent(silentRounds);
        }
        return isCalm() ? pace.calm() : pace.interval();
    }

    private boolean isCalm() {
        return calmRounds >= ROUNDS_BEFORE_CALM;
    }

    /** After a round that failed, what the one before saw must not stand as if somebody still looked. */
    private MirrorState roundOrFailure() throws InterruptedException {
        try {
            return round();
        } catch (RuntimeException | Error e) {
            LOG.error("A round of mirroring {} failed, the next one begins anew", store.networkId(), e);
            return new MirrorState.Unreachable(
                    unreachableSince(), "asking them failed: " + e.getClass().getSimpleName(), null);
        }
    }

    /**
     * Nodes that go down fail in several ways one after the other, and some that are bad in turn: the cause stays what it
     * was until another has been found in two rounds.
     */
    private MirrorState steadied(MirrorState found) {
        if (!(found instanceof MirrorState.Unreachable(Instant since, String cause, NetworkView view))) {
            lastCause = null;
            return found;
        }
        boolean stands = cause.equals(lastCause);
        lastCause = cause;
        return !stands && state instanceof MirrorState.Unreachable before
                ? new MirrorState.Unreachable(since, before.message(), view)
                : found;
    }

    private void tell() {
        StableState stable = StableState.of(state, membership);
        calmRounds = stable.equals(told) && isWell(state) ? calmRounds + 1 : 0;
        if (!stable.equals(told)) {
            changed.run();
            told = stable;
        }
    }

    private static boolean isWell(MirrorState state) {
        return state instanceof MirrorState.Fresh(NetworkView view, var versions, var reports)
                && view.brokenLinks().isEmpty()
                && view.nodes().stream().allMatch(NodeVerdict::fresh);
    }

    private MirrorState round() throws InterruptedException {
        adoptTarget();
        if (inUse.ofGit()) {
            askOfConfig();
            adoptTarget();
        }
        postponed.clear();
        Set<String> asked = new LinkedHashSet<>();
        boolean answered = false;
        for (int next = isCalm() ? 1 : ASKED_IN_TURN;
                !answered && asked.size() < inUse.nodes().size();
                next = Math.min(2 * next, MAX_ASKED_AT_ONCE)) {
            answered = ask(inTurn(next, asked));
        }
        NetworkView seen = view();
        List<String> apart = oneOfEachPart(seen, asked);
        answered |= ask(apart);
        List<String> unheard = unheard(seen, asked);
        answered |= ask(unheard);
        if (answered) {
            answeredNanos = clock.monotonicNanos();
        }
        NetworkView view = apart.isEmpty() && unheard.isEmpty() ? seen : view();
        askedInVain = Set.copyOf(unreached.keySet());
        return answered ? new MirrorState.Fresh(view, versions(), reports(view)) : unreachable(view);
    }

    /** Asks some for what they run with, one round these and the next round others; while nobody has said it, as many as may be. */
    private void askOfConfig() throws InterruptedException {
        List<String> all = List.copyOf(inUse.nodes().keySet());
        Map<String, ConfigReport> reports = new HashMap<>(membership.reports());
        reports.keySet().retainAll(all);
        int count = reports.isEmpty() ? MAX_ASKED_AT_ONCE : isCalm() ? 1 : ASKED_IN_TURN;
        Map<String, Future<StoreAnswer>> answers = new LinkedHashMap<>();
        Map<String, ConfigReport> heard = new ConcurrentHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < Math.min(count, all.size()); i++) {
                String node = all.get(configTurn++ % all.size());
                answers.put(node, threads.submit(askingOfConfig(node, report -> heard.put(node, report))));
            }
            for (Map.Entry<String, Future<StoreAnswer>> answer : answers.entrySet()) {
                switch (answer.getValue().get()) {
                    case StoreAnswer.Answered() ->
                        reports.put(answer.getKey(), Objects.requireNonNull(heard.get(answer.getKey())));
                    case StoreAnswer.Failed(String reason) -> {
                        LOG.debug(
                                "Node {} of {} did not say what it runs: {}",
                                answer.getKey(),
                                store.networkId(),
                                reason);
                        reports.remove(answer.getKey());
                    }
                    case StoreAnswer.Postponed(String reason) ->
                        LOG.debug("Node {} of {} is asked again: {}", answer.getKey(), store.networkId(), reason);
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking for a config of " + store.networkId() + " failed", e.getCause());
        }
        configTurn = all.isEmpty() ? 0 : configTurn % all.size();
        membership = membership.after(reports);
    }

    private Callable<StoreAnswer> askingOfConfig(String node, Consumer<ConfigReport> use) {
        MirrorTarget with = inUse;
        HttpClient by = http;
        String token = token();
        return () -> client.askOfConfig(
                by, Objects.requireNonNull(with.nodes().get(node)), share, with.networkId(), token, use);
    }

    private void adoptTarget() {
        MirrorTarget given = target;
        if (!given.ofGit()) {
            membership = Membership.NONE;
        }
        NetworkMembers named = membership.members();
        MirrorTarget next = named == null ? given : given.with(named);
        if (!next.equals(inUse)) {
            store.rekey(next.network().keys());
            observers = next.network().observers();
            cadences = cadences.changed(observers, clock.monotonicNanos());
            // Who was a stranger before was refused, and stands before every cursor.
            cursors.clear();
            token = null;
            // What is new is followed closely.
            calmRounds = 0;
            unreached.keySet().retainAll(next.nodes().keySet());
            if (!next.authorities().equals(inUse.authorities())) {
                http = client.http(next.authorities());
            }
            inUse = next;
        }
    }

    /** The next ones that were not asked in this round; they count as asked then. */
    private List<String> inTurn(int count, Set<String> asked) {
        List<String> all = List.copyOf(inUse.nodes().keySet());
        List<String> next = new ArrayList<>();
        for (int i = 0; i < all.size() && next.size() < count; i++) {
            String node = all.get(turn++ % all.size());
            if (asked.add(node)) {
                next.add(node);
            }
        }
        turn %= all.size();
        return next;
    }

    /** Of each part of a divided network somebody, unless one of it was asked. */
    private List<String> oneOfEachPart(NetworkView view, Set<String> asked) {
        return view.partitions().stream()
                .filter(part -> part.stream().noneMatch(asked::contains))
                .flatMap(
                        part -> part.stream().filter(inUse.nodes()::containsKey).limit(1))
                .filter(asked::add)
                .limit(MAX_ASKED_DIRECTLY)
                .toList();
    }

    /** Asks them all at once and holds what they tell; whether one of them answered. */
    private boolean ask(Collection<String> nodes) throws InterruptedException {
        boolean answered = false;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<String, Future<StoreAnswer>> answers = new LinkedHashMap<>();
            for (String node : nodes) {
                answers.put(node, threads.submit(asking(node)));
            }
            for (Map.Entry<String, Future<StoreAnswer>> answer : answers.entrySet()) {
                switch (answer.getValue().get()) {
                    case StoreAnswer.Failed(String reason) -> {
                        LOG.debug("Node {} of {} gave no store: {}", answer.getKey(), store.networkId(), reason);
                        unreached.put(answer.getKey(), reason);
                    }
                    case StoreAnswer.Postponed(String reason) -> {
                        LOG.debug("Node {} of {} is asked again: {}", answer.getKey(), store.networkId(), reason);
                        unreached.remove(answer.getKey());
                        postponed.add(answer.getKey());
                    }
                    case StoreAnswer.Answered() -> {
                        unreached.remove(answer.getKey());
                        answered = true;
                    }
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking for a store of " + store.networkId() + " failed", e.getCause());
        }
        return answered;
    }

    private Callable<StoreAnswer> asking(String node) {
        MirrorTarget with = inUse;
        HttpClient by = http;
        String token = token();
        return () -> client.ask(
                by,
                Objects.requireNonNull(with.nodes().get(node)),
                share,
                with.networkId(),
                Optional.ofNullable(cursors.get(node)),
                token,
                changes -> hold(node, changes));
    }

    /** The last one for a minute: it need not be signed for each question. */
    private String token() {
        Instant now = Instant.now();
        // A clock that was set back has made one for later.
        if (token == null
                || now.isBefore(token.made())
                || now.isAfter(token.made().plus(SAME_TOKEN))) {
            token = new Token(inUse.tokens().token(now), now);
        }
        return token.text();
    }

    private void hold(String node, StoreAnswer.Changes changes) {
        cursors.put(node, changes.cursor());
        Map<String, ?> refused = store.merge(changes.entries()).refused();
        if (!refused.isEmpty()) {
            LOG.debug("Of what {} of {} holds, not taken: {}", node, store.networkId(), refused);
        }
    }

    /** Who can be asked, but has not been heard lately, and was not asked in this round: the next ones of these. */
    private List<String> unheard(NetworkView view, Set<String> asked) {
        List<String> all = view.nodes().stream()
                .filter(node -> !node.fresh())
                .map(NodeVerdict::nodeId)
                .filter(node -> inUse.nodes().containsKey(node) && !asked.contains(node))
                .toList();
        List<String> next = new ArrayList<>();
        for (int i = 0; i < Math.min(MAX_ASKED_DIRECTLY, all.size()); i++) {
            next.add(all.get(directTurn++ % all.size()));
        }
        directTurn = all.isEmpty() ? 0 : directTurn % all.size();
        return next;
    }

    /** With whom was last asked in vain: our own reach is part of what is known. */
    private NetworkView view() {
        long now = clock.monotonicNanos();
        return NetworkView.of(new ViewInput(
                inUse.networkId(),
                inUse.network().members(),
                observers,
                cadences.at(now),
                store.entries(),
                null,
                pace.interval(),
                Set.copyOf(unreached.keySet()),
                now));
    }

    private Map<String, String> versions() {
        Map<String, String> versions = new HashMap<>();
        store.entries().forEach((node, held) -> versions.put(node, version(held)));
        return versions;
    }

    /** What those members say whose word is fresh, and whose keys are misused. */
    private MemberReports reports(NetworkView view) {
        Map<String, String> configDigests = new HashMap<>();
        Map<String, String> keysDigests = new HashMap<>();
        Map<String, String> signedWith = new HashMap<>();
        store.entries().forEach((node, held) -> {
            if (view.node(node).filter(NodeVerdict::fresh).isPresent()) {
                String digest = held.entry().data().configDigest();
                if (digest != null) {
                    configDigests.put(node, digest);
                }
                String keys = held.entry().data().keysDigest();
                if (keys != null) {
                    keysDigests.put(node, keys);
                }
                signer(node, held).ifPresent(key -> signedWith.put(node, key.fingerprint()));
            }
        });
        Map<String, MemberReports.Misuse> misused = new HashMap<>();
        store.equivocations().keySet().forEach(node -> misused.put(node, MemberReports.Misuse.TWO_ENTRIES));
        store.doubles().keySet().forEach(node -> misused.put(node, MemberReports.Misuse.TWO_PROCESSES));
        return new MemberReports(configDigests, keysDigests, signedWith, misused);
    }

    private Optional<Verifier> signer(String node, HeldEntry held) {
        List<Verifier> keys = inUse.network().keys().of(node);
        if (keys.size() == 1) {
            return Optional.of(keys.getFirst()); // verified when it was taken
        }
        byte[] payload = Base64.getDecoder().decode(held.entry().raw().payload());
        byte[] signature = Base64.getDecoder().decode(held.entry().raw().signature());
        return keys.stream().filter(key -> key.verify(payload, signature)).findFirst();
    }

    private static String version(HeldEntry held) {
        return held.entry().data().version();
    }

    private MirrorState unreachable(NetworkView view) {
        String message = unreached.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .limit(ASKED_IN_TURN)
                .map(failure -> failure.getKey() + ": " + failure.getValue())
                .collect(Collectors.joining("; "));
        // Whose answers find room changes from round to round.
        String otherwise = postponed.isEmpty() ? "there is no node to ask" : "their answers find no room for now";
        return new MirrorState.Unreachable(unreachableSince(), message.isEmpty() ? otherwise : message, view);
    }

    private Instant unreachableSince() {
        return state instanceof MirrorState.Unreachable already ? already.since() : now();
    }

    private Instant now() {
        long micros = clock.wallMicros();
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
    }

    /**
     * A state without what each round changes: dates, and who said what when.
     *
     * @param cause why nobody answers; empty when somebody does
     */
    private record StableState(
            String kind,
            String cause,
            List<?> nodes,
            List<?> links,
            Map<String, String> versions,
            MemberReports reports,
            Membership membership) {
        static StableState of(MirrorState state, Membership membership) {
            return of(state).with(membership);
        }

        private StableState with(Membership other) {
            return new StableState(kind, cause, nodes, links, versions, reports, other);
        }

        private static StableState of(MirrorState state) {
            return switch (state) {
                case MirrorState.None() -> of("none", "", null, Map.of(), MemberReports.NONE);
                case MirrorState.NotYet() -> of("not yet", "", null, Map.of(), MemberReports.NONE);
                case MirrorState.Unreachable(Instant since, String message, NetworkView view) ->
                    of("unreachable", message, view, Map.of(), MemberReports.NONE);
                case MirrorState.Fresh(NetworkView view, Map<String, String> versions, MemberReports reports) ->
                    of("fresh", "", view, versions, reports);
            };
        }

        private static StableState of(
                String kind,
                String cause,
                @Nullable NetworkView view,
                Map<String, String> versions,
                MemberReports reports) {
            if (view == null) {
                return new StableState(kind, cause, List.of(), List.of(), versions, reports, Membership.NONE);
            }
            List<?> nodes = view.nodes().stream()
                    .map(node -> List.of(
                            node.nodeId(),
                            node.state(),
                            Optional.ofNullable(node.reason()),
                            Optional.ofNullable(node.sinceMicros()),
                            node.planned(),
                            node.observers(),
                            node.offlineObservers()))
                    .toList();
            return new StableState(
                    kind,
                    cause,
                    nodes,
                    List.of(
                            links(view.brokenLinks()),
                            view.strainedLinks().stream()
                                    .map(link -> List.of(link.from(), link.to(), link.reason(), link.sinceMicros()))
                                    .toList(),
                            links(view.settlingLinks()),
                            view.partitions()),
                    versions,
                    reports,
                    Membership.NONE);
        }

        private static List<?> links(List<LinkFault> faults) {
            return faults.stream()
                    .map(link -> List.of(
                            link.from(),
                            link.to(),
                            link.oneWay(),
                            link.standing(),
                            Optional.ofNullable(link.sinceMicros()),
                            Optional.ofNullable(link.error())))
                    .toList();
        }
    }
}
