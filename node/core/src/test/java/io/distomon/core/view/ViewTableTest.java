package io.distomon.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every network of up to three nodes: each node's record fresh, stale or absent, each ping in every status, asked by
 * each node and by the operator. The verdicts are compared with {@link Rules}, a transcription of the rules that shares
 * no code with the fold and takes no care but to be easy to check.
 */
class ViewTableTest {
    private static final String[] IDS = {"a", "b", "c"};

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyNetworkGetsTheVerdictsOfTheRules(int nodes) {
        List<int[]> links = new ArrayList<>();
        for (int x = 0; x < nodes; x++) {
            for (int t = 0; t < nodes; t++) {
                if (x != t) {
                    links.add(new int[] {x, t});
                }
            }
        }
        int recordCases = (int) Math.pow(Rules.Heard.values().length, nodes);
        int pingCases = (int) Math.pow(Rules.Said.values().length, links.size());
        for (int recordCase = 0; recordCase < recordCases; recordCase++) {
            for (int pingCase = 0; pingCase < pingCases; pingCase++) {
                Rules rules = new Rules(nodes);
                int rest = recordCase;
                for (int x = 0; x < nodes; x++) {
                    rules.heard[x] = Rules.Heard.values()[rest % Rules.Heard.values().length];
                    rest /= Rules.Heard.values().length;
                }
                rest = pingCase;
                for (int[] link : links) {
                    rules.said[link[0]][link[1]] = Rules.Said.values()[rest % Rules.Said.values().length];
                    rest /= Rules.Said.values().length;
                }
                for (int asker = -1; asker < nodes; asker++) {
                    rules.asker = asker;
                    check(rules);
                }
            }
        }
    }

    private static void check(Rules rules) {
        NetworkView view = mesh(rules).view();
        boolean same = shown(view).equals(rules.verdicts())
                && view.brokenLinks().stream()
                        .map(link -> link.from() + link.to() + (link.oneWay() ? " one-way" : ""))
                        .toList()
                        .equals(rules.brokenLinks())
                && view.partitions().equals(rules.partitions())
                && view.minority() == rules.minority();
        // AssertJ's description of half a million cases would cost more than the cases.
        if (!same) {
            assertThat(view.toString())
                    .as(rules.toString())
                    .isEqualTo(rules.verdicts() + " " + rules.brokenLinks() + " " + rules.partitions() + " minority="
                            + rules.minority());
        }
    }

    private static Map<String, String> shown(NetworkView view) {
        Map<String, String> shown = new TreeMap<>();
        view.nodes().forEach(node -> {
            @Nullable Reason reason = node.reason();
            shown.put(
                    node.nodeId(),
                    node.state().word() + (reason == null ? "" : " (" + reason.word() + ")") + " " + node.shownAs());
        });
        return shown;
    }

    private static Mesh mesh(Rules rules) {
        Mesh mesh = Mesh.of(Arrays.copyOf(IDS, rules.nodes)).askedBy(rules.asker < 0 ? null : IDS[rules.asker]);
        for (int x = 0; x < rules.nodes; x++) {
            // Everybody runs with another config, so that refusals settle.
            mesh.withDigest(IDS[x], "digest " + x);
            if (rules.heard[x] == Rules.Heard.NEVER) {
                mesh.withoutEntry(IDS[x]);
                continue;
            }
            // Long ago is stale, yet within the three minutes in which the asker's own refusals settle.
            mesh.unheardFor(IDS[x], rules.heard[x] == Rules.Heard.LATELY ? 5 : 100);
            for (int t = 0; t < rules.nodes; t++) {
                PingData ping = switch (rules.said[x][t]) {
                    case UNKNOWN -> PingData.UNKNOWN;
                    case ONLINE -> new PingData(PingStatus.ONLINE, 1, 1, Mesh.SINCE, null);
                    case OFFLINE -> new PingData(PingStatus.OFFLINE, 1, 1, Mesh.SINCE, "connect");
                    case REFUSED -> new PingData(PingStatus.OFFLINE, 1, 1, Mesh.SINCE, "unauthenticated");
                };
                mesh.says(IDS[x], IDS[t], ping);
            }
        }
        return mesh;
    }

    /** The rules, word by word. */
    private static final class Rules {
        enum Heard {
            LATELY,
            LONG_AGO,
            NEVER
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

        boolean fresh(int x) {
            return x == asker || heard[x] == Heard.LATELY;
        }

        boolean observes(int x, int t) {
            return fresh(x)
                    && heard[x] != Heard.NEVER
                    && x != t
                    && (said[x][t] == Said.ONLINE || said[x][t] == Said.OFFLINE);
        }

        boolean online(int x, int t) {
            return observes(x, t) && said[x][t] == Said.ONLINE;
        }

        boolean offline(int x, int t) {
            return observes(x, t) && said[x][t] == Said.OFFLINE;
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
                boolean brokenLink = false;
                for (int x = 0; x < nodes; x++) {
                    if (observes(x, t) && !suspect(x)) {
                        n++;
                        d += offline(x, t) ? 1 : 0;
                    }
                    brokenLink |= broken(x, t) || broken(t, x);
                }
                verdicts.put(IDS[t], verdict(fresh(t), suspect(t), brokenLink, n, d));
            }
            return verdicts;
        }

        private static String verdict(boolean fresh, boolean suspect, boolean brokenLink, int n, int d) {
            String agreeing = (n - d) + " of " + n;
            if (!fresh && n == 0) {
                return "Unknown (unobserved) 0 of 0";
            }
            if (!fresh && 2 * d > n) {
                return "Offline " + d + " of " + n + " observers";
            }
            if (!fresh) {
                return "Degraded (silent) " + agreeing;
            }
            if (suspect) {
                return "Degraded (isolated) " + agreeing;
            }
            if (brokenLink) {
                return "Degraded (links) " + agreeing;
            }
            return "Online " + (n == 0 ? "by its own record" : agreeing);
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
