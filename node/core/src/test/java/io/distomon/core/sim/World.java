package io.distomon.core.sim;

import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.StandInSigner;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.monitor.Monitor;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One network's life, as its seed decides it: a calm start, chaos, and quiet, in which some of it may last. */
final class World {
    private static final List<String> IDS =
            List.of("ams", "bom", "cdg", "dub", "ewr", "fra", "gru", "hel", "iad", "jnb", "lhr");

    /** Small ones most of the time: what an exchange costs, a network costs squared. */
    private static final List<Integer> SIZES = List.of(3, 3, 3, 3, 3, 4, 4, 4, 5, 7);

    /** In one world of so many, nodes poll only some of the others. */
    private static final int SPARSE_EVERY = 8;

    private static final List<Integer> SPARSE_SIZES = List.of(6, 6, 6, 7, 7, 8, 9, 11);
    private static final Topology SPARSE = new Topology(Topology.Mode.SPARSE, Topology.MIN_DEGREE);

    /** In one world of so many, a node claims an interval of an hour. */
    private static final int BOASTFUL_EVERY = 4;

    private static final int CHAOS_ROUNDS = 6;

    /** In one world of so many, a single thing goes wrong, long after the start and long before anything else. */
    private static final int LONE_EVERY = 3;

    private static final int LONE_ROUNDS = 20;

    /** How many rounds news may take to be everywhere. */
    private static final int LOOKS_IN_A_ROUND = 4;

    private static final int SPREAD_ROUNDS = 2;

    private static final int SPARSE_SPREAD_ROUNDS = 4;

    /** For so long somebody stands in for another whose state is no longer in question. */
    private static final long STOOD_IN_NANOS = 300 * Events.SECOND;

    /**
     * How wrong clocks are that are called right. For as long as two differ, a node refuses the slower one's requests
     * after its start, as R5 demands: that must be over before anybody compares views with the truth.
     */
    private static final long MAX_SKEW_MICROS = 4_000_000L;

    /** Two keys per node, the same in all worlds: nothing that happens depends on their bytes. */
    private static final Map<String, List<Signer>> SIGNERS = new ConcurrentHashMap<>();

    private final long seed;
    private final Bug bug;
    private final Random random;
    private final Events events = new Events();
    private final Wire wire;
    private final Attacker attacker;
    private final Invariants invariants = new Invariants();
    private final Promises promises;
    private final Map<String, SimNode> nodes = new TreeMap<>();
    private final Map<String, Long> troubledUntilNanos = new HashMap<>();
    private final List<String> story = new ArrayList<>();
    private final Set<String> liars = new HashSet<>();
    private final long roundNanos;
    private final int mostRetries;
    private Roster roster;
    private long disturbances;
    private long busyUntilNanos;
    private boolean slowed;
    private boolean clockWrong;
    private boolean publishing = true;
    private boolean wordless;

    /** @param rosters makes the first version of the config from the seed's random numbers */
    World(long seed, Bug bug, Function<Random, Roster> rosters) {
        this.seed = seed;
        this.bug = bug;
        this.random = new Random(seed);
        this.wire = new Wire(new Random(random.nextLong()));
        this.attacker = new Attacker(this, new Random(random.nextLong()));
        this.roster = rosters.apply(random);
        this.roundNanos = roster.roundNanos();
        this.mostRetries = roster.mostRetries();
        boolean skewed = random.nextBoolean();
        for (String id : roster.members().keySet()) {
            SimClock clock = new SimClock(events, random.nextLong(1_000_000) * Events.SECOND);
            clock.skew(skewed ? random.nextLong(-MAX_SKEW_MICROS, MAX_SKEW_MICROS) : 0);
            nodes.put(id, new SimNode(this, roster.of(id), signers(id).getFirst(), clock));
        }
        this.promises = new Promises(this, new Onlooker(this, Duration.ofNanos(roundNanos)));
    }

    /**
     * Lives the life of {@code seed}.
     *
     * @return how often each promise of {@link Promises#OF_EVENTS} was looked at and kept
     * @throws AssertionError when something is wrong: what, and how it came to it
     */
    static Map<String, Integer> run(long seed, Bug bug) {
        World world = new World(seed, bug, isSparse(seed) ? World::sparseRoster : World::fullRoster);
        try {
            world.run();
            return world.promises.kept();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed %d: %s%n  again: %s%n  the world: %s%n  what went wrong in it:%n    %s%n  the last events:%n    %s"
                            .formatted(
                                    seed,
                                    e instanceof AssertionError ? e.getMessage() : e.toString(),
                                    again(seed),
                                    world,
                                    String.join("\n    ", world.story),
                                    String.join(
                                            "\n    ",
                                            world.events.past().stream()
                                                    .map(Events.Event::toString)
                                                    .toList())),
                    e);
        }
    }

    /** What one types to see a seed fail again. */
    private static String again(long seed) {
        return "./mvnw -B -ntp test -pl node/core -Dtest=SimulationTest -Dsim.seeds=1 -Dsim.first=" + seed;
    }

    private void run() {
        for (SimNode node : nodes.values()) {
            events.in(random.nextLong(roundNanos), node, "starts", node::start);
            troubled(node, 2 * roundNanos);
        }
        if (random.nextInt(BOASTFUL_EVERY) == 0 || bug == Bug.CLAIMS_BELIEVED) {
            SimNode boastful = anyNode(random);
            tell(boastful.id() + " claims to be silent for an hour at a time");
            boastful.conduct(Conduct.claimAnHour());
        }
        planViews();
        pass(2 * roundNanos);
        Chaos chaos = new Chaos(this, new Random(random.nextLong()));
        if (bug == Bug.NONE && seed % LONE_EVERY == 0) {
            chaos.planOne(LONE_ROUNDS * roundNanos);
            pass(LONE_ROUNDS * roundNanos);
        } else {
            chaos.plan(CHAOS_ROUNDS * roundNanos);
            pass(CHAOS_ROUNDS * roundNanos);
        }
        chaos.heal();
        pass(chaos.last());
        settle();
        publishing = false;
        pass((1 + spreadRounds()) * roundNanos);
        Set<Set<String>> groups = new LinkedHashSet<>();
        running().forEach(node -> groups.add(Truth.heard(this, node)));
        groups.forEach(
                group -> Invariants.checkSame(group.stream().map(this::node).toList(), liars));
    }

    /**
     * Who polls whom depends on the verdicts, and they on it. Where everybody polls everybody anyway, all is said and
     * done by now. Elsewhere the verdicts must be right whenever nobody has begun or ceased to stand in for as long as
     * detection may take, and that must come to an end, in which only those stand in who are needed.
     */
    private void settle() {
        long endNanos = events.nowNanos() + STOOD_IN_NANOS + 4 * detectionNanos();
        pass(detectionNanos());
        running().forEach(asker -> Truth.checkNoticed(this, asker));
        boolean compared = false;
        while (true) {
            if (isCalm()) {
                running().forEach(asker -> Truth.check(this, asker));
                compared = true;
            }
            if (events.nowNanos() >= endNanos || (isCalm() && Truth.isSettled(this))) {
                running().forEach(node -> Truth.checkWatched(this, node));
                if (!compared) {
                    throw new AssertionError("somebody began or ceased to stand in until the end");
                }
                return;
            }
            pass(roundNanos);
        }
    }

    /** Whether nobody has begun or ceased to poll anybody for as long as detection may take. */
    private boolean isCalm() {
        return running().stream()
                .map(node -> node.process().orElseThrow())
                .allMatch(process -> events.nowNanos() - process.watchedSinceNanos() >= detectionNanos());
    }

    private void pass(long nanos) {
        events.pass(nanos, event -> {
            if (event.node() != null) {
                invariants.check(event.node());
            }
        });
    }

    private void planViews() {
        events.in(roundNanos / LOOKS_IN_A_ROUND, null, "looks at views", () -> {
            promises.look();
            if (publishing) {
                planViews();
            }
        });
    }

    Promises promises() {
        return promises;
    }

    /** Something goes wrong for so long, or ends. */
    void disturb(long nanos) {
        disturbances++;
        busyUntilNanos = Math.max(busyUntilNanos, events.nowNanos() + nanos);
        promises.disturbed();
    }

    /** How often something went wrong or ended until now. */
    long disturbances() {
        return disturbances;
    }

    boolean isFirstDisturbance() {
        return disturbances <= 1;
    }

    /** Nothing is wrong, and what was has been forgotten. */
    boolean isQuiet() {
        return busyUntilNanos <= events.nowNanos() && troubledNodes().isEmpty() && !wire.isLossy();
    }

    boolean isAnybodySlandering() {
        return nodes.values().stream().anyMatch(SimNode::isSlandering);
    }

    boolean isEverybodyPolled() {
        return roster.observers().areAll() && roster.members().keySet().stream().allMatch(roster::isPolled);
    }

    /** Polls have taken long, so that those that fail do too. */
    void slowed() {
        slowed = true;
    }

    boolean wasSlow() {
        return slowed;
    }

    /** Somebody's entries may be dated later than they were said. */
    void clockWasWrong() {
        clockWrong = true;
    }

    boolean wasAnyClockWrong() {
        return clockWrong;
    }

    boolean isTroubled(SimNode node) {
        return troubledUntilNanos.getOrDefault(node.id(), 0L) > events.nowNanos();
    }

    /** With whom something is wrong. */
    Set<String> troubledNodes() {
        return nodes.values().stream()
                .filter(this::isTroubled)
                .map(SimNode::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    Random random() {
        return random;
    }

    Bug bug() {
        return bug;
    }

    Events events() {
        return events;
    }

    Wire wire() {
        return wire;
    }

    Attacker attacker() {
        return attacker;
    }

    /** The newest version of the config, which not all nodes need to have. */
    Roster roster() {
        return roster;
    }

    void roster(Roster next) {
        roster = next;
    }

    /** From here on there are no messages: exchanges do to the two stores what {@link SimProcess} says. */
    void makeWordless() {
        wordless = true;
    }

    boolean isWordless() {
        return wordless;
    }

    /** Whether nodes say new things; at the very end they don't, so that their stores can be compared. */
    boolean isPublishing() {
        return publishing;
    }

    /** The longest time between two polls of anybody. */
    long roundNanos() {
        return roundNanos;
    }

    /**
     * After this the network has noticed: failures beyond all retries, or four intervals of silence, and the rounds that
     * news take.
     */
    long detectionNanos() {
        long failures = (mostRetries + 1) * roundNanos + Monitor.MAX_TIMEOUT.toNanos();
        return Math.max(failures, 4 * roundNanos) + spreadRounds() * roundNanos;
    }

    private int spreadRounds() {
        return roster.topology().equals(SPARSE) ? SPARSE_SPREAD_ROUNDS : SPREAD_ROUNDS;
    }

    SimNode node(String id) {
        return Objects.requireNonNull(nodes.get(id), id);
    }

    List<SimNode> nodes() {
        return List.copyOf(nodes.values());
    }

    List<SimNode> running() {
        return nodes.values().stream().filter(SimNode::isRunning).toList();
    }

    SimNode anyNode(Random with) {
        return nodes().get(with.nextInt(nodes.size()));
    }

    static List<Signer> signers(String id) {
        return SIGNERS.computeIfAbsent(id, any -> {
            SecureRandom random = new SecureRandom();
            return List.of(StandInSigner.generate(id, random), StandInSigner.generate(id, random));
        });
    }

    /** What is wrong with a node for so long may be called so, and for as long as news take. */
    void troubled(SimNode node, long nanos) {
        long until = events.nowNanos() + nanos + spreadRounds() * roundNanos + Monitor.MAX_TIMEOUT.toNanos();
        troubledUntilNanos.merge(node.id(), until, Math::max);
    }

    /** Whether something was done to it for which it may say wrong things. */
    boolean isGuilty(String id) {
        return liars.contains(id) || isTroubled(node(id));
    }

    /** Who has lied. */
    Set<String> liars() {
        return liars;
    }

    /** Notes for the reader of a failure what was done to the world. */
    void tell(String what) {
        story.add("%.3f %s".formatted(events.nowNanos() / (double) Events.SECOND, what));
    }

    private static boolean isSparse(long seed) {
        return Math.floorMod(seed, SPARSE_EVERY) == SPARSE_EVERY - 1;
    }

    private static Roster fullRoster(Random random) {
        return roster(random, SIZES, List.of(2, 5, 10), Topology.DEFAULT);
    }

    /** With rare polls, as long as stand-ins are kept: the world lives until they are not. */
    private static Roster sparseRoster(Random random) {
        return roster(random, SPARSE_SIZES, List.of(60), SPARSE);
    }

    private static Roster roster(Random random, List<Integer> sizes, List<Integer> rates, Topology topology) {
        int count = sizes.get(random.nextInt(sizes.size()));
        Duration usual = Duration.ofSeconds(rates.get(random.nextInt(rates.size())));
        int retry = random.nextInt(4);
        Map<String, Member> members = new TreeMap<>();
        Map<String, List<Verifier>> keys = new TreeMap<>();
        for (String id : IDS.subList(0, count)) {
            boolean passive = id.equals(IDS.getFirst()) && random.nextInt(5) == 0;
            Duration rate = random.nextInt(8) == 0 ? often(usual) : usual;
            members.put(id, new Member(id, passive ? null : URI.create("http://" + id + ".example.com"), rate, retry));
            keys.put(id, List.of(signers(id).getFirst().verifier()));
        }
        return new Roster(members, keys, topology);
    }

    /** How often somebody may be polled where others are polled every {@code usual}. */
    static Duration often(Duration usual) {
        return Duration.ofSeconds(Math.max(3, usual.toSeconds() / 4));
    }

    @Override
    public String toString() {
        List<String> said = new ArrayList<>();
        for (SimNode node : nodes.values()) {
            Member member = node.config().member(node.id()).orElseThrow();
            said.add("%s (%s, every %d s, retry %d, clock %+d s%s)"
                    .formatted(
                            node.id(),
                            member.url() == null ? "passive" : "polled",
                            member.pollRate().toSeconds(),
                            member.retry(),
                            node.clock().skewMicros() / 1_000_000,
                            node.isRunning() ? "" : ", down"));
        }
        return "seed " + seed + ", " + String.join(", ", said);
    }
}
