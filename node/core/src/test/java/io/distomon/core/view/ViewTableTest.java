package io.distomon.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every network of up to three nodes: each node's last entry fresh, stale, a farewell, an old farewell or absent; each
 * ping in every status and as a refusal, which between a or b and c, whose configs differ, settles; asked by each node
 * and by the operator. Verdicts, since-times and plans are compared with {@link Rules}, a transcription of the rules that
 * shares no code with the fold and takes no care but to be easy to check.
 */
class ViewTableTest {
    private static final String[] IDS = {"a", "b", "c"};
    private static final Words WORDS = new Words(Mesh.DATE);

    /** Rows of the table and who asks, as they occurred: a table of which a row is never met is not tested. */
    private final Set<String> met = new TreeSet<>();

    /** What was put into words: each kind of verdict once. */
    private final Set<String> said = new HashSet<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyNetworkGetsTheVerdictsOfTheRules(int nodes) {
        Rules rules = new Rules(nodes);
        fill(rules, 0);

        if (nodes == 3) {
            assertThat(met)
                    .containsExactly(
                            "Degraded (isolated) of another",
                            "Degraded (isolated) of itself",
                            "Degraded (links) of another",
                            "Degraded (links) of itself",
                            "Degraded (silent) of another",
                            "Degraded (silent) of another, planned",
                            "Offline of another",
                            "Offline of another, planned",
                            "Online of another",
                            "Online of itself",
                            "Unknown (unobserved) of another");
        }
    }

    /** Tries everything that node {@code x} and those after it may have said. */
    private void fill(Rules rules, int x) {
        if (x == rules.nodes) {
            Mesh mesh = mesh(rules);
            for (int asker = -1; asker < rules.nodes; asker++) {
                rules.asker = asker;
                check(rules, mesh.askedBy(asker < 0 ? null : IDS[asker]).view());
            }
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
                rules.said[x][t] = said;
                fillPings(rules, x, t + 1);
            }
        }
    }

    private void check(Rules rules, NetworkView view) {
        Map<String, String> expected = rules.verdicts();
        boolean same = shown(view, rules.asker).equals(expected)
                && view.brokenLinks().stream()
                        .map(link -> link.from() + link.to() + (link.oneWay() ? " one-way" : ""))
                        .toList()
                        .equals(rules.brokenLinks())
                && view.partitions().equals(rules.partitions())
                && view.minority() == rules.minority();
        // AssertJ's description of a million cases would cost more than the cases.
        if (!same) {
            assertThat(shown(view, rules.asker) + " " + view)
                    .as(rules.toString())
                    .isEqualTo(expected + " " + rules.brokenLinks() + " " + rules.partitions() + " minority="
                            + rules.minority());
        }
    }

    private Map<String, String> shown(NetworkView view, int asker) {
        Map<String, String> shown = new TreeMap<>();
        view.nodes().forEach(node -> {
            @Nullable Reason reason = node.reason();
            String state = node.state().word() + (reason == null ? "" : " (" + reason.word() + ")");
            String planned = node.planned() ? ", planned" : "";
            met.add(state + (asker >= 0 && node.nodeId().equals(IDS[asker]) ? " of itself" : " of another") + planned);
            String verdict = state + " " + node.shownAs() + " since " + node.sinceMicros() + planned;
            shown.put(node.nodeId(), verdict);
            if (said.add(node.nodeId() + " " + verdict)) {
                assertThat(WORDS.of(node)).startsWith(node.nodeId() + " ").doesNotContain("null");
            }
        });
        return shown;
    }

    private static Mesh mesh(Rules rules) {
        Mesh mesh = Mesh.of(Arrays.copyOf(IDS, rules.nodes));
        for (int x = 0; x < rules.nodes; x++) {
            mesh.withDigest(IDS[x], x == 2 ? "newer" : "older");
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
                    case OFFLINE -> new PingData(PingStatus.OFFLINE, 1, 1, since, "connect");
                    case REFUSED -> new PingData(PingStatus.OFFLINE, 1, 1, since, "unauthenticated");
                };
                mesh.says(IDS[x], IDS[t], ping);
            }
        }
        return mesh;
    }

    /** The rules, word by word. */
    private static final class Rules {
        enum Heard {
            LATELY(5, false),
            /** Stale; of the asker's own refusals some are then within the three minutes in which they settle. */
            LONG_AGO(115, false),
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
            UNKNOWN,
            ONLINE,
            OFFLINE,
            REFUSED
        }

        final int nodes;
        final Heard[] heard;
        final Said[][] said;
        int asker = -1;

        Rules(int nodes) {
            this.nodes = nodes;
            this.heard = new Heard[nodes];
            Arrays.fill(heard, Heard.NEVER);
            this.said = new Said[nodes][nodes];
            for (Said[] row : said) {
                Arrays.fill(row, Said.UNKNOWN);
            }
        }

        /** When what x says of t began: another moment for each link, a minute and some seconds before its entry. */
        long since(int x, int t) {
            return Mesh.DATE - (60 + secondsMore(x, t)) * 1_000_000L;
        }

        private static int secondsMore(int x, int t) {
            return (5 * x + 7 * t) % 11;
        }

        /** A refusal between different configs, or by one of unknown config, is passed over for three minutes. */
        boolean settling(int x, int t) {
            boolean sameConfig = heard[t] != Heard.NEVER && (x == 2) == (t == 2);
            return said[x][t] == Said.REFUSED && !sameConfig && 60 + secondsMore(x, t) + heard[x].secondsAgo <= 180;
        }

        boolean fresh(int x) {
            return x == asker || heard[x] == Heard.LATELY; // 5 s of 4 × 10 s; a farewell is a last word
        }

        boolean observes(int x, int t) {
            return fresh(x) && heard[x] != Heard.NEVER && x != t && said[x][t] != Said.UNKNOWN && !settling(x, t);
        }

        boolean online(int x, int t) {
            return observes(x, t) && said[x][t] == Said.ONLINE;
        }

        boolean offline(int x, int t) {
            return observes(x, t) && said[x][t] != Said.ONLINE;
        }

        boolean suspect(int x) {
            int targets = 0;
            boolean allOffline = true;
            boolean anotherSeesOne = false;
            int othersFresh = 0;
            for (int t = 0; t < nodes; t++) {
                if (observes(x, t)) {
                    targets++;
                    allOffline &= offline(x, t);
                    for (int y = 0; y < nodes; y++) {
                        anotherSeesOne |= y != x && online(y, t);
                    }
                }
            }
            for (int y = 0; y < nodes; y++) {
                othersFresh += y != x && fresh(y) ? 1 : 0;
            }
            return fresh(x) && targets >= 2 && allOffline && (anotherSeesOne || othersFresh == 0);
        }

        boolean broken(int x, int t) {
            return offline(x, t) && fresh(x) && fresh(t) && !suspect(x) && !suspect(t);
        }

        Map<String, String> verdicts() {
            Map<String, String> verdicts = new TreeMap<>();
            for (int t = 0; t < nodes; t++) {
                int n = 0;
                int d = 0;
                for (int x = 0; x < nodes; x++) {
                    if (observes(x, t) && !suspect(x)) {
                        n++;
                        d += offline(x, t) ? 1 : 0;
                    }
                }
                verdicts.put(IDS[t], verdict(t, n, d));
            }
            return verdicts;
        }

        private String verdict(int t, int n, int d) {
            String agreeing = (n - d) + " of " + n;
            @Nullable Long lastHeard = heard[t] == Heard.NEVER ? null : (Long) Mesh.DATE;
            boolean planned = heard[t] == Heard.LEAVING;
            if (!fresh(t) && n == 0) {
                return "Unknown (unobserved) 0 of 0 since " + lastHeard;
            }
            if (!fresh(t) && 2 * d > n) {
                return "Offline " + d + " of " + n + " observers since " + mostSaidSo(t, n, true)
                        + (planned ? ", planned" : "");
            }
            if (!fresh(t)) {
                return "Degraded (silent) " + agreeing + " since " + lastHeard + (planned ? ", planned" : "");
            }
            if (suspect(t)) {
                return "Degraded (isolated) " + agreeing + " since " + lastLost(t);
            }
            if (firstBroken(t) != Long.MAX_VALUE) {
                return "Degraded (links) " + agreeing + " since " + firstBroken(t);
            }
            return n == 0
                    ? "Online by its own record since null"
                    : "Online " + agreeing + " since " + mostSaidSo(t, n, false);
        }

        /** When those who say so became more than half of all n. */
        private long mostSaidSo(int t, int n, boolean isOffline) {
            List<Long> began = new ArrayList<>();
            for (int x = 0; x < nodes; x++) {
                if (observes(x, t) && !suspect(x) && offline(x, t) == isOffline) {
                    began.add(since(x, t));
                }
            }
            for (long moment : began) {
                long by = began.stream().filter(other -> other <= moment).count();
                if (2 * by > n && 2 * (by - 1) <= n) {
                    return moment;
                }
            }
            throw new AssertionError("no majority: " + this);
        }

        /** When x had lost the last of those it observes. */
        private long lastLost(int x) {
            long last = 0;
            for (int t = 0; t < nodes; t++) {
                last = observes(x, t) ? Math.max(last, since(x, t)) : last;
            }
            return last;
        }

        /** When the first of its broken links broke. */
        private long firstBroken(int t) {
            long first = Long.MAX_VALUE;
            for (int x = 0; x < nodes; x++) {
                first = broken(x, t) ? Math.min(first, since(x, t)) : first;
                first = broken(t, x) ? Math.min(first, since(t, x)) : first;
            }
            return first;
        }

        List<String> brokenLinks() {
            List<String> links = new ArrayList<>();
            for (int x = 0; x < nodes; x++) {
                for (int t = 0; t < nodes; t++) {
                    if (broken(x, t)) {
                        links.add(IDS[x] + IDS[t] + (online(t, x) ? " one-way" : ""));
                    }
                }
            }
            return links;
        }

        List<List<String>> partitions() {
            boolean[][] joined = new boolean[nodes][nodes];
            for (int x = 0; x < nodes; x++) {
                for (int t = 0; t < nodes; t++) {
                    joined[x][t] = x == t || (sound(x) && sound(t) && (online(x, t) || online(t, x)));
                }
            }
            for (int via = 0; via < nodes; via++) {
                for (int x = 0; x < nodes; x++) {
                    for (int t = 0; t < nodes; t++) {
                        joined[x][t] |= (joined[x][via] && joined[via][t]);
                    }
                }
            }
            List<List<String>> groups = new ArrayList<>();
            for (int x = 0; x < nodes; x++) {
                List<String> group = new ArrayList<>();
                boolean seenOffline = false;
                boolean firstOfGroup = true;
                for (int t = 0; t < nodes; t++) {
                    if (joined[x][t]) {
                        group.add(IDS[t]);
                        firstOfGroup &= t >= x;
                        for (int other = 0; other < nodes; other++) {
                            seenOffline |= !joined[x][other]
                                    && sound(t)
                                    && sound(other)
                                    && (offline(t, other) || offline(other, t));
                        }
                    }
                }
                if (firstOfGroup && seenOffline) {
                    groups.add(group);
                }
            }
            groups.sort((one, other) -> other.size() - one.size());
            return groups;
        }

        boolean sound(int x) {
            return fresh(x) && !suspect(x);
        }

        boolean minority() {
            int count = 0;
            for (int x = 0; x < nodes; x++) {
                count += fresh(x) ? 1 : 0;
            }
            return 2 * count <= nodes;
        }

        @Override
        public String toString() {
            return "asker %d, heard %s, said %s".formatted(asker, Arrays.toString(heard), Arrays.deepToString(said));
        }
    }
}
