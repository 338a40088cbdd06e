package io.distomon.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every network of one and two nodes, nearly every one of three, and some larger ones: each node's last entry young, old, a
 * farewell, an old farewell or absent; each ping in every status, offline for a moment, for longer or for long, answered by
 * its target or not, or a refusal, which between others and c, whose config differs, settles; asked by each node and by the
 * operator. All that is found is compared with {@link Rules}, a transcription of the rules that shares no code with the
 * fold and takes no care but to be easy to check. c speaks seldom, and b has started a moment ago.
 */
class ViewTableTest {
    private static final String[] IDS = {"a", "b", "c", "d", "e", "f"};
    private static final Words WORDS = new Words(Mesh.DATE);

    /** Rows of the table and who asks, as they occurred: a table of which a row is never met is not tested. */
    private final Set<String> met = new TreeSet<>();

    /** What was put into words: each kind of verdict once. */
    private final Set<String> said = new HashSet<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyNetworkGetsTheVerdictsOfTheRules(int nodes) {
        fill(new Rules(nodes), 0);

        if (nodes == 3) {
            assertThat(met)
                    .containsExactly(
                            "Degraded (inbound) of another",
                            "Degraded (inbound) of itself",
                            "Degraded (isolated) of another",
                            "Degraded (isolated) of itself",
                            "Degraded (outbound) of another",
                            "Degraded (outbound) of itself",
                            "Degraded (silent) of another",
                            "Degraded (silent) of another, planned",
                            "Offline of another",
                            "Offline of another, planned",
                            "Online of another",
                            "Online of itself",
                            "Unknown (unobserved) of another",
                            "Unknown (unreported) of another");
        }
    }

    @Test
    void soDoOthersThatAreDrawnAtRandom() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            Rules rules = new Rules(3 + random.nextInt(4));
            // Of pure chance no two would ever agree: what each says is mostly one of a few things.
            List<Rules.Said> usual = List.of(
                    Rules.Said.ONLINE,
                    Rules.Said.values()[random.nextInt(Rules.Said.values().length)],
                    Rules.Said.values()[random.nextInt(Rules.Said.values().length)]);
            boolean divided = random.nextInt(3) == 0;
            for (int x = 0; x < rules.nodes; x++) {
                rules.heard[x] = random.nextInt(5) > 0
                        ? Rules.Heard.LATELY
                        : Rules.Heard.values()[random.nextInt(Rules.Heard.values().length)];
                for (int t = 0; t < rules.nodes; t++) {
                    Rules.Said any = usual.get(random.nextInt(usual.size()));
                    boolean across = (x < rules.nodes / 2) != (t < rules.nodes / 2);
                    rules.said[x][t] = divided && across ? Rules.Said.LOST_LONG : any;
                }
            }
            checkForAll(rules);
        }
        assertThat(met).contains("Degraded (partition) of another", "Degraded (partition) of itself");
    }

    /** Tries everything that node {@code x} and those after it may have said. */
    private void fill(Rules rules, int x) {
        if (x == rules.nodes) {
            checkForAll(rules);
            return;
        }
        for (Rules.Heard heard : Rules.Heard.values()) {
            rules.heard[x] = heard;
            fillPings(rules, x, heard == Rules.Heard.NEVER ? rules.nodes : 0);
        }
    }

    /** Tries all pings of node {@code x} to {@code t} and those after it; who was never heard said none. */
    private void fillPings(Rules rules, int x, int t) {
        if (t == rules.nodes) {
            fill(rules, x + 1);
        } else if (t == x) {
            fillPings(rules, x, t + 1);
        } else {
            for (Rules.Said said : Rules.Said.values()) {
                if (rules.nodes < 3 || isTried(rules, x, t, said)) {
                    rules.said[x][t] = said;
                    fillPings(rules, x, t + 1);
                }
            }
        }
    }

    /** All in all would be millions of three nodes: of who is heard no more little depends on what it said last. */
    private static boolean isTried(Rules rules, int x, int t, Rules.Said said) {
        if (rules.heard[x] == Rules.Heard.LATELY) {
            return said != Rules.Said.LOST_A_WHILE && said != Rules.Said.NEVER_REACHED && said != Rules.Said.REFUSED;
        }
        int first = x == 0 ? 1 : 0;
        return t == first ? said == Rules.Said.ONLINE || said == Rules.Said.LOST_LONG : said == rules.said[x][first];
    }

    private void checkForAll(Rules rules) {
        Mesh mesh = mesh(rules);
        for (int asker = -1; asker < rules.nodes; asker++) {
            rules.asker = asker;
            rules.unreached = false;
            mesh.unreached();
            mesh.askedBy(asker < 0 ? null : IDS[asker]);
            check(rules, mesh.view());
        }
        if (Arrays.stream(rules.heard).filter(h -> h == Rules.Heard.LATELY).count() == 1) {
            rules.asker = -1;
            rules.unreached = true;
            mesh.askedBy(null).unreached(rules.unreachedIds());
            check(rules, mesh.view());
        }
    }

    private void check(Rules rules, NetworkView view) {
        Map<String, String> expected = rules.verdicts();
        boolean same = shown(view, rules.asker).equals(expected)
                && links(view.brokenLinks()).equals(rules.brokenLinks())
                && links(view.settlingLinks()).equals(rules.settlingLinks())
                && view.partitions().equals(rules.partitions())
                && view.minority() == rules.minority();
        // AssertJ's description of a million cases would cost more than the cases.
        if (!same) {
            assertThat(shown(view, rules.asker) + " " + links(view.brokenLinks()) + " " + view)
                    .as(rules.toString())
                    .isEqualTo(expected + " " + rules.brokenLinks() + " settling " + rules.settlingLinks() + " "
                            + rules.partitions() + " minority=" + rules.minority());
        }
    }

    private static List<String> links(List<LinkFault> faults) {
        return faults.stream()
                .map(link -> link.from()
                        + link.to()
                        + (link.oneWay() ? " one-way" : "")
                        + (link.standing() ? " standing" : ""))
                .toList();
    }

    private Map<String, String> shown(NetworkView view, int asker) {
        Map<String, String> shown = new TreeMap<>();
        view.nodes().forEach(node -> {
            @Nullable Reason reason = node.reason();
            String state = node.state().word() + (reason == null ? "" : " (" + reason.word() + ")");
            String planned = node.planned() ? ", planned" : "";
            met.add(state + (asker >= 0 && node.nodeId().equals(IDS[asker]) ? " of itself" : " of another") + planned);
            String verdict = state + " " + node.shownAs() + " since " + node.sinceMicros() + planned + ", links "
                    + node.brokenLinks();
            shown.put(node.nodeId(), verdict);
            if (said.add(state + planned + node.shownAs() + (node.sinceMicros() == null))) {
                assertThat(WORDS.of(node)).startsWith(node.nodeId() + " ").doesNotContain("null");
            }
        });
        return shown;
    }

    private static Mesh mesh(Rules rules) {
        Mesh mesh = Mesh.of(Arrays.copyOf(IDS, rules.nodes)).askedEvery(Rules.ASKER_INTERVAL);
        for (int x = 0; x < rules.nodes; x++) {
            mesh.withDigest(IDS[x], x == 2 ? "newer" : "older");
            mesh.promising(IDS[x], Rules.promised(x)).granting(IDS[x], Rules.promised(x));
            mesh.startedSecondsAgo(IDS[x], Rules.upSeconds(x));
            Rules.Heard heard = rules.heard[x];
            if (heard == Rules.Heard.NEVER) {
                mesh.withoutEntry(IDS[x]);
                continue;
            }
            mesh.unheardFor(IDS[x], heard.secondsAgo);
            if (heard.farewell) {
                mesh.leaving(IDS[x]);
            }
            for (int t = 0; t < rules.nodes; t++) {
                long since = rules.since(x, t);
                PingData ping = switch (rules.said[x][t]) {
                    case UNKNOWN -> PingData.UNKNOWN;
                    case ONLINE -> new PingData(PingStatus.ONLINE, 1, 1, since, null);
                    case NEVER_REACHED -> new PingData(PingStatus.OFFLINE, 0, 0, since, "connect");
                    case LOST_NOW, LOST_A_WHILE, LOST_LONG, LOST_LONG_ANSWERED ->
                        new PingData(PingStatus.OFFLINE, 1, 1, since, "connect");
                    case REFUSED -> new PingData(PingStatus.OFFLINE, 1, 1, since, "unauthenticated");
                };
                mesh.says(IDS[x], IDS[t], ping);
                if (rules.said[x][t] == Rules.Said.LOST_LONG_ANSWERED) {
                    mesh.answers(IDS[t], IDS[x]);
                }
            }
        }
        return mesh;
    }

    /** The rules, word by word. */
    private static final class Rules {
        static final int ASKER_INTERVAL = 1;

        enum Heard {
            LATELY(5, false),
            /** Too long ago for c too; of the asker's own refusals some are then within the time in which they settle. */
            LONG_AGO(125, false),
            LEAVING(5, true),
            LEFT_LONG_AGO(601, true),
            NEVER(-1, false);

            final int secondsAgo;
            final boolean farewell;

            Heard(int secondsAgo, boolean farewell) {
                this.secondsAgo = secondsAgo;
                this.farewell = farewell;
            }
        }

        enum Said {
            UNKNOWN(50),
            ONLINE(50),
            LOST_NOW(1),
            NEVER_REACHED(1),
            /** Long enough for some intervals and not for others. */
            LOST_A_WHILE(10),
            LOST_LONG(50),
            LOST_LONG_ANSWERED(50),
            REFUSED(50);

            final int seconds;

            Said(int seconds) {
                this.seconds = seconds;
            }
        }

        final int nodes;
        final Heard[] heard;
        final Said[][] said;
        int asker = -1;
        boolean unreached;

        // Step by step.
        private boolean[][] joined = {};
        private boolean[] cutOff = {};
        private boolean[] suspect = {};
        private boolean[] contested = {};
        private boolean[] silent = {};
        private int alone = -1;

        Rules(int nodes) {
            this.nodes = nodes;
            this.heard = new Heard[nodes];
            Arrays.fill(heard, Heard.NEVER);
            this.said = new Said[nodes][nodes];
            for (Said[] row : said) {
                Arrays.fill(row, Said.UNKNOWN);
            }
        }

        /** c polls nobody more often than every half minute. */
        static int promised(int x) {
            return x == 2 ? 30 : 10;
        }

        /** Of an asker that has said nothing yet only its own is known. */
        private int interval(int x) {
            return heard[x] == Heard.NEVER ? ASKER_INTERVAL : promised(x);
        }

        /** b was first met less than twice its interval ago. */
        static int upSeconds(int x) {
            return x == 1 ? 15 : 86_400;
        }

        /** When what x says of t began: another moment for each link. */
        long since(int x, int t) {
            return Mesh.DATE - secondsBefore(x, t) * 1_000_000L;
        }

        private int secondsBefore(int x, int t) {
            return said[x][t].seconds + (said[x][t].seconds == 1 ? 0 : (5 * x + 7 * t) % 11);
        }

        private int elapsed(int x, int t) {
            return heard[x].secondsAgo + secondsBefore(x, t);
        }

        String[] unreachedIds() {
            List<String> ids = new ArrayList<>();
            for (int x = 0; x < nodes; x++) {
                if (heard[x] != Heard.LATELY) {
                    ids.add(IDS[x]);
                }
            }
            return ids.toArray(String[]::new);
        }

        Map<String, String> verdicts() {
            groups();
            cutOff();
            suspects();
            contested();
            alone();
            Map<String, String> verdicts = new TreeMap<>();
            for (int t = 0; t < nodes; t++) {
                verdicts.put(IDS[t], verdict(t) + ", links " + brokenAt(t));
            }
            return verdicts;
        }

        // Who is heard, and what counts

        boolean heard(int x) {
            return x == asker || heard[x] == Heard.LATELY; // 5 s of 4 intervals; a farewell is a last word
        }

        boolean counted(int x, int t) {
            return x != t && heard(x) && heard[x] != Heard.NEVER && said[x][t] != Said.UNKNOWN && !settling(x, t);
        }

        /** A refusal between different configs, or by one of unknown config, is passed over for three minutes. */
        boolean settling(int x, int t) {
            boolean sameConfig = heard[t] != Heard.NEVER && (x == 2) == (t == 2);
            return said[x][t] == Said.REFUSED && !sameConfig && elapsed(x, t) <= 180;
        }

        boolean online(int x, int t) {
            return counted(x, t) && said[x][t] == Said.ONLINE;
        }

        boolean offline(int x, int t) {
            return counted(x, t) && said[x][t] != Said.ONLINE;
        }

        boolean stands(int x, int t) {
            return offline(x, t) && elapsed(x, t) >= interval(x);
        }

        boolean answered(int x, int t) {
            return offline(x, t) && said[x][t] == Said.LOST_LONG_ANSWERED && heard(t) && heard[t] != Heard.NEVER;
        }

        boolean outlived(int x, int t) {
            return answered(x, t) && upSeconds(t) < 2 * interval(t);
        }

        // 1. Groups

        private void groups() {
            joined = new boolean[nodes][nodes];
            for (int x = 0; x < nodes; x++) {
                for (int t = 0; t < nodes; t++) {
                    joined[x][t] = x == t || (heard(x) && heard(t) && (online(x, t) || online(t, x)));
                }
            }
            for (int via = 0; via < nodes; via++) {
                for (int x = 0; x < nodes; x++) {
                    for (int t = 0; t < nodes; t++) {
                        joined[x][t] |= joined[x][via] && joined[via][t];
                    }
                }
            }
        }

        boolean across(int x, int t) {
            return counted(x, t) && heard(t) && !joined[x][t];
        }

        /** Whether a standing word across comes from its group, or is of it. */
        private void cutOff() {
            cutOff = new boolean[nodes];
            for (int x = 0; x < nodes; x++) {
                for (int t = 0; t < nodes; t++) {
                    for (int y = 0; y < nodes; y++) {
                        cutOff[y] |= across(x, t) && stands(x, t) && (joined[x][y] || joined[t][y]);
                    }
                }
            }
        }

        int groupSize(int x) {
            int size = 0;
            for (int y = 0; y < nodes; y++) {
                size += joined[x][y] ? 1 : 0;
            }
            return size;
        }

        boolean inLargest(int x) {
            boolean largest = cutOff[x];
            for (int y = 0; y < nodes; y++) {
                largest &= joined[x][y] || !cutOff[y] || groupSize(y) < groupSize(x);
            }
            return largest;
        }

        List<List<String>> partitions() {
            List<List<String>> partitions = new ArrayList<>();
            for (int x = 0; x < nodes; x++) {
                List<String> group = new ArrayList<>();
                boolean first = true;
                for (int y = 0; y < nodes; y++) {
                    if (joined[x][y]) {
                        group.add(IDS[y]);
                        first &= y >= x;
                    }
                }
                if (cutOff[x] && first) {
                    partitions.add(group);
                }
            }
            partitions.sort((one, other) -> other.size() - one.size());
            return partitions;
        }

        // 2. Suspects

        boolean vouchedFor(int t, int against) {
            int all = 0;
            int online = 0;
            for (int x = 0; x < nodes; x++) {
                if (x != against && counted(x, t) && !across(x, t) && !mute(x)) {
                    all++;
                    online += online(x, t) ? 1 : 0;
                }
            }
            return heard(t) && 2 * online > all;
        }

        boolean mute(int x) {
            int n = 0;
            int ripe = 0;
            int abstaining = 0;
            for (int y = 0; y < nodes; y++) {
                n += counted(y, x) ? 1 : 0;
            }
            for (int y = 0; y < nodes; y++) {
                boolean isRipe = elapsed(y, x) >= grace(x, n);
                ripe += offline(y, x) && !answered(y, x) && isRipe ? 1 : 0;
                abstaining += offline(y, x) && said[y][x] == Said.NEVER_REACHED && !isRipe ? 1 : 0;
            }
            return x != asker && ripe > 0 && ripe + abstaining == n;
        }

        private double grace(int t, int n) {
            return Math.max(2.5, 1 + interval(t) * (n <= 2 ? 1 : 2.0 / n));
        }

        private void suspects() {
            suspect = new boolean[nodes];
            for (int x = 0; x < nodes; x++) {
                int targets = 0;
                int lost = 0;
                for (int t = 0; t < nodes; t++) {
                    if (counted(x, t) && !across(x, t) && vouchedFor(t, x)) {
                        targets++;
                        lost += stands(x, t) ? 1 : 0;
                    }
                }
                suspect[x] = heard(x) && targets >= 2 && 2 * lost > targets;
            }
        }

        // 3. Contested

        private void contested() {
            contested = new boolean[nodes];
            silent = new boolean[nodes];
            for (int t = 0; t < nodes; t++) {
                int n = 0;
                for (int x = 0; x < nodes; x++) {
                    n += counted(x, t) && !suspect[x] && !across(x, t) ? 1 : 0;
                }
                double grace = grace(t, n);
                int ripe = 0;
                int unanswered = 0;
                int abstaining = 0;
                for (int x = 0; x < nodes; x++) {
                    boolean speaks = offline(x, t) && !suspect[x] && !across(x, t);
                    abstaining += speaks && said[x][t] == Said.NEVER_REACHED && elapsed(x, t) < grace ? 1 : 0;
                    if (speaks && !outlived(x, t) && elapsed(x, t) >= grace) {
                        ripe++;
                        unanswered += answered(x, t) ? 0 : 1;
                    }
                }
                contested[t] = heard(t) && 2 * ripe > n - abstaining;
                silent[t] = heard(t) && 2 * unanswered > n - abstaining && t != asker;
            }
        }

        // 4. Fresh

        boolean fresh(int x) {
            return heard(x) && !silent[x];
        }

        private void alone() {
            alone = -1;
            int freshNodes = 0;
            int last = -1;
            for (int x = 0; x < nodes; x++) {
                if (fresh(x)) {
                    freshNodes++;
                    last = x;
                }
            }
            if (freshNodes != 1) {
                return;
            }
            int words = 0;
            boolean allOffline = true;
            boolean onlookerReachesNoneOfThem = true;
            for (int t = 0; t < nodes; t++) {
                if (counted(last, t)) {
                    words++;
                    allOffline &= offline(last, t);
                    onlookerReachesNoneOfThem &= unreached && heard[t] != Heard.LATELY;
                }
            }
            boolean onlookerReachedIt = !unreached || heard[last] == Heard.LATELY;
            if (words >= 2 && allOffline && !(asker < 0 && onlookerReachedIt && onlookerReachesNoneOfThem)) {
                alone = last;
            }
        }

        // 5. Verdicts

        boolean believed(int x) {
            return fresh(x) && !suspect[x] && x != alone;
        }

        boolean judges(int x, int t) {
            return counted(x, t) && believed(x) && !(fresh(t) && across(x, t));
        }

        private String verdict(int t) {
            int n = 0;
            int d = 0;
            for (int x = 0; x < nodes; x++) {
                if (judges(x, t)) {
                    n++;
                    d += offline(x, t) ? 1 : 0;
                }
            }
            String agreeing = (n - d) + " of " + n;
            @Nullable Long lastHeard = heard[t] == Heard.NEVER ? null : (Long) Mesh.DATE;
            String planned = heard[t] == Heard.LEAVING ? ", planned" : "";
            if (!fresh(t) && n == 0) {
                return "Unknown (unobserved) 0 of 0 since " + lastHeard;
            }
            if (!fresh(t) && 2 * d > n) {
                return "Offline " + d + " of " + n + " observers since " + mostSaidSo(t, n, true) + planned;
            }
            if (!fresh(t) && heard[t] == Heard.NEVER) {
                return "Unknown (unreported) " + agreeing + " since null";
            }
            if (!fresh(t)) {
                return "Degraded (silent) " + agreeing + " since " + lastHeard + planned;
            }
            if (t == alone || (cutOff[t] && !inLargest(t) && groupSize(t) == 1)) {
                return "Degraded (isolated) " + agreeing + " since " + lastLost(t);
            }
            if (cutOff[t] && !inLargest(t)) {
                return "Degraded (partition) " + agreeing + " since " + lastLost(t);
            }
            if (suspect[t]) {
                return "Degraded (outbound) " + agreeing + " since " + lastLost(t);
            }
            if (contested[t] && 2 * d > n) {
                return "Degraded (inbound) " + agreeing + " since " + mostSaidSo(t, n, true);
            }
            return "Online " + (n == 0 ? "by its own record" : agreeing) + " since " + mostSaidSo(t, n, false);
        }

        /** When those who say so became more than half of all n; null when they are not. */
        private @Nullable Long mostSaidSo(int t, int n, boolean isOffline) {
            List<Long> began = new ArrayList<>();
            for (int x = 0; x < nodes; x++) {
                if (judges(x, t) && offline(x, t) == isOffline) {
                    began.add(since(x, t));
                }
            }
            for (long moment : began) {
                long by = began.stream().filter(other -> other <= moment).count();
                long before = began.stream().filter(other -> other < moment).count();
                if (2 * by > n && 2 * before <= n) {
                    return moment;
                }
            }
            return null;
        }

        /** When x had lost the last of those that it has lost; null when it has lost none. */
        private @Nullable Long lastLost(int x) {
            @Nullable Long last = null;
            for (int t = 0; t < nodes && heard[x] != Heard.NEVER; t++) {
                boolean lost = t != x && said[x][t] != Said.UNKNOWN && said[x][t] != Said.ONLINE;
                last = lost && (last == null || since(x, t) > last) ? (Long) since(x, t) : last;
            }
            return last;
        }

        boolean broken(int x, int t) {
            return offline(x, t) && believed(x) && fresh(t) && !outlived(x, t);
        }

        private int brokenAt(int t) {
            int links = 0;
            for (int x = 0; x < nodes; x++) {
                links += (broken(x, t) ? 1 : 0) + (broken(t, x) ? 1 : 0);
            }
            return links;
        }

        List<String> brokenLinks() {
            List<String> links = new ArrayList<>();
            for (int x = 0; x < nodes; x++) {
                for (int t = 0; t < nodes; t++) {
                    if (broken(x, t)) {
                        links.add(
                                IDS[x] + IDS[t] + (online(t, x) ? " one-way" : "") + (stands(x, t) ? " standing" : ""));
                    }
                }
            }
            return links;
        }

        /** All of them stand: who refuses has done so for most of a minute. */
        List<String> settlingLinks() {
            List<String> links = new ArrayList<>();
            for (int x = 0; x < nodes; x++) {
                for (int t = 0; t < nodes; t++) {
                    if (x != t && heard[x] != Heard.NEVER && fresh(x) && settling(x, t)) {
                        links.add(IDS[x] + IDS[t] + (online(t, x) ? " one-way" : "") + " standing");
                    }
                }
            }
            return links;
        }

        boolean minority() {
            int count = 0;
            for (int x = 0; x < nodes; x++) {
                count += fresh(x) ? 1 : 0;
            }
            return 2 * count < nodes;
        }

        @Override
        public String toString() {
            return "asker %d, unreached %s, heard %s, said %s"
                    .formatted(asker, unreached, Arrays.toString(heard), Arrays.deepToString(said));
        }
    }
}
