package io.distomon.operator.status;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.mirror.ConfigReport;
import io.distomon.operator.mirror.Membership;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the nodes say of the repository that they follow. */
final class Commits {
    private static final int SHORT_ID_CHARS = 12;
    private static final String UNREACHED = "the repository can't be fetched by";

    private final Network network;
    private final Membership membership;
    private final Map<String, ConfigReport> reports = new LinkedHashMap<>();

    private Commits(Network network, Membership membership) {
        this.network = network;
        this.membership = membership;
        network.inCluster().forEach(node -> {
            ConfigReport report = membership.reports().get(node.id());
            if (report != null) {
                reports.put(node.id(), report);
            }
        });
    }

    /** Of a network; of one that follows no repository there is nothing to say. */
    static Commits of(Network network, Membership membership) {
        return new Commits(network, network.git() == null ? Membership.NONE : membership);
    }

    /** Whether there is a commit that somebody has to mend. */
    boolean areRefused() {
        return reports.values().stream().anyMatch(ConfigReport::refusesNewest);
    }

    /** Whether the nodes that answer run nothing. */
    boolean areAwaited() {
        return !reports.isEmpty() && reports.values().stream().allMatch(Commits::hasNothingToRunWith);
    }

    /** Not so a node that is yet to follow the repository: it runs with files of its own until it is restarted. */
    private static boolean hasNothingToRunWith(ConfigReport report) {
        return report.members() == null && report.error() != null;
    }

    /** Why the spec is not carried out as the repository says now; empty when it is. */
    Optional<Judgement> refusal() {
        List<String> refused = byNodes(
                ConfigReport::refusesNewest,
                report -> "commit %s of the repository is refused by".formatted(shown(report.newest())));
        if (!refused.isEmpty()) {
            return Optional.of(Judgement.no("CommitRefused", Sentences.list(refused)));
        }
        List<String> without = byNodes(Commits::hasNothingToRunWith, report -> UNREACHED);
        return without.isEmpty()
                ? Optional.empty()
                : Optional.of(Judgement.no("RepositoryUnreachable", Sentences.list(without)));
    }

    /** What else there is to know of a spec that is carried out; empty when there is nothing. */
    Optional<Judgement> remark(Map<String, NodeKeys> keys) {
        List<String> unreached = byNodes(report -> report.error() != null, report -> UNREACHED);
        if (!unreached.isEmpty()) {
            return remark("RepositoryUnreachable", unreached);
        }
        List<String> uncommitted = uncommitted(keys);
        if (!uncommitted.isEmpty()) {
            return remark(
                    "KeysNotCommitted",
                    List.of("the repository has not all public keys that status.nodes has of "
                            + Sentences.names(uncommitted)));
        }
        List<String> lagging = lagging();
        return lagging.isEmpty() ? Optional.empty() : remark("CommitsDiffer", lagging);
    }

    private static Optional<Judgement> remark(String reason, List<String> sentences) {
        return Optional.of(Judgement.yes(reason, "the spec is valid; " + Sentences.list(sentences)));
    }

    /** Who runs with another commit than most. */
    private List<String> lagging() {
        Map<String, List<ConfigReport>> byCommit = reports.values().stream()
                .filter(report -> report.commit() != null)
                .collect(Collectors.groupingBy(report -> Objects.requireNonNull(report.commit())));
        if (byCommit.size() < 2) {
            return List.of();
        }
        String most = byCommit.entrySet().stream()
                .max(Map.Entry.comparingByValue(ConfigReport.BY_WEIGHT))
                .map(Map.Entry::getKey)
                .orElseThrow();
        List<String> sentences = new ArrayList<>();
        reports.forEach((node, report) -> {
            if (report.commit() != null && !report.commit().equals(most)) {
                sentences.add("%s runs with commit %s, and not with %s as most do"
                        .formatted(node, shown(report.commit()), shown(most)));
            }
        });
        return sentences;
    }

    private List<String> uncommitted(Map<String, NodeKeys> keys) {
        if (!membership.isKnown()) {
            return List.of();
        }
        KeyMapping named = membership.keys();
        return network.inCluster().stream()
                .map(NetworkNode::id)
                .filter(id -> keys.containsKey(id)
                        && !named.of(id)
                                .containsAll(
                                        Objects.requireNonNull(keys.get(id)).publicKeys()))
                .toList();
    }

    /** A sentence for each thing that some of the nodes have in common. */
    private List<String> byNodes(Predicate<ConfigReport> which, Function<ConfigReport, String> head) {
        Map<List<String>, List<String>> nodes = new LinkedHashMap<>();
        reports.forEach((node, report) -> {
            if (which.test(report)) {
                String tail = "%s: %s".formatted(meanwhile(report), report.error());
                nodes.computeIfAbsent(List.of(head.apply(report), tail), any -> new ArrayList<>())
                        .add(node);
            }
        });
        List<String> sentences = new ArrayList<>();
        nodes.forEach((parts, ids) -> sentences.add(parts.getFirst() + " " + Sentences.names(ids) + parts.getLast()));
        return sentences;
    }

    private static String meanwhile(ConfigReport report) {
        if (report.commit() != null) {
            return ", and commit %s goes on".formatted(shown(report.commit()));
        }
        return report.members() == null ? ", and nothing runs there yet" : ", and what ran before goes on";
    }

    private static String shown(@Nullable String commit) {
        String id = Objects.requireNonNullElse(commit, "");
        return id.substring(0, Math.min(SHORT_ID_CHARS, id.length()));
    }
}
