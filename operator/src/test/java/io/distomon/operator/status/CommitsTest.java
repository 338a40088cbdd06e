package io.distomon.operator.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.operator.Networks;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.mirror.ConfigReport;
import io.distomon.operator.mirror.Membership;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.observed.Availability;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.Validation;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a status says of the repository that a network's nodes follow. */
class CommitsTest {
    private static final String SPEC = """
            nodes: [{id: fra}, {id: ams}, {id: sgp}]
            membership: {type: Git, git: {url: 'https://git.example.com/lab.git'}}
            """;
    private static final String OLD = "1111111111111111111111111111111111111111";
    private static final String NEW = "2222222222222222222222222222222222222222";
    private static final Instant LOADED = Instant.parse("2026-05-01T10:00:00Z");
    private static final Network LAB = Networks.network(SPEC);
    private static final Map<String, NodeKeys> KEYS = Networks.keys(LAB);
    private static final NetworkMembers MEMBERS = members(KEYS);

    @Test
    void eachNodeIsShownWithItsCommit() {
        DistomonNetworkStatus status = status(Map.of("fra", runs(NEW), "ams", runs(NEW), "sgp", runs(NEW)));

        assertThat(accepted(status)).isEqualTo("True Valid: the spec is valid");
        assertThat(status.nodes())
                .extracting(NodeStatus::id, NodeStatus::commit)
                .containsExactly(tuple("fra", NEW), tuple("ams", NEW), tuple("sgp", NEW));
    }

    @Test
    void aCommitThatIsRefusedIsNamedWithWhatGoesOnAndSomebodyHasToMendIt() {
        ConfigReport refusing =
                new ConfigReport(OLD, NEW, LOADED, "commit 222222222222: lab/config.yml:2:1: found %s", MEMBERS);

        DistomonNetworkStatus status = status(Map.of("fra", refusing, "ams", refusing, "sgp", runs(OLD)));

        assertThat(accepted(status))
                .isEqualTo(
                        "False CommitRefused: commit 222222222222 of the repository is refused by fra, ams, and commit"
                                + " 111111111111 goes on: commit 222222222222: lab/config.yml:2:1: found %s");
        assertThat(status.conditions()).extracting(Condition::type).contains("Stalled");
        assertThat(status.nodes()).extracting(NodeStatus::commit).containsOnly(OLD);
    }

    @Test
    void aRepositoryThatDoesNotAnswerIsToldAndWhatRunsGoesOnAsAccepted() {
        ConfigReport silent = new ConfigReport(OLD, OLD, LOADED, "git_repo of lab can't be fetched", MEMBERS);

        assertThat(accepted(status(Map.of("fra", silent, "ams", runs(OLD)))))
                .isEqualTo(
                        "True RepositoryUnreachable: the spec is valid; the repository can't be fetched by fra, and commit"
                                + " 111111111111 goes on: git_repo of lab can't be fetched");
    }

    @Test
    void aRepositoryThatNeverAnsweredIsToldAndMayComeByItself() {
        DistomonNetworkStatus status =
                status(Map.of("fra", new ConfigReport(null, null, Instant.EPOCH, "not authorized", null)));

        assertThat(accepted(status))
                .isEqualTo("False RepositoryUnreachable: the repository can't be fetched by fra, and nothing runs there"
                        + " yet: not authorized");
        assertThat(status.conditions()).extracting(Condition::type).doesNotContain("Stalled");
        assertThat(status.conditions())
                .filteredOn(condition -> condition.type().equals("MirrorFresh"))
                .extracting(Condition::reason)
                .containsExactly("CommitAwaited");
    }

    @Test
    void aNodeThatIsYetToBeRestartedForItsRepositoryGoesOnAndTheSpecIsAccepted() {
        ConfigReport before = new ConfigReport(null, null, LOADED, "nothing can be written", MEMBERS);

        assertThat(accepted(status(Map.of("fra", before, "ams", runs(NEW)))))
                .isEqualTo(
                        "True RepositoryUnreachable: the spec is valid; the repository can't be fetched by fra, and what"
                                + " ran before goes on: nothing can be written");
    }

    @Test
    void whoLagsIsNamed() {
        assertThat(accepted(status(Map.of("fra", runs(NEW), "ams", runs(OLD), "sgp", runs(NEW)))))
                .isEqualTo("True CommitsDiffer: the spec is valid; ams runs with commit 111111111111, and not with"
                        + " 222222222222 as most do");
    }

    @Test
    void aKeyThatTheRepositoryHasNotIsAskedFor() {
        Map<String, NodeKeys> others = new HashMap<>(Networks.keys(LAB));
        others.put("ams", Networks.at(KEYS, "ams"));

        assertThat(accepted(status(Map.of("fra", new ConfigReport(NEW, NEW, LOADED, null, members(others))))))
                .isEqualTo("True KeysNotCommitted: the spec is valid; the repository has not all public keys that"
                        + " status.nodes has of fra, sgp");
    }

    @Test
    void membersElsewhereStayInTheStatusUntilSomebodySaysWhoTheyAre() {
        NodeStatus nyc = new NodeStatus("nyc", NodeState.Online, null, null, null, List.of(), null, null, null, "1.0");
        DistomonNetwork resource = Networks.resource(SPEC);
        DistomonNetworkStatus before = status(Map.of("fra", runs(NEW)));
        resource.setStatus(new DistomonNetworkStatus(
                before.observedGeneration(),
                before.networkId(),
                before.conditions(),
                null,
                before.summary(),
                List.of(before.nodes().getFirst(), nyc),
                List.of(),
                List.of()));

        assertThat(status(resource, Membership.NONE).nodes()).contains(nyc);
        assertThat(status(resource, Membership.NONE).nodes().getFirst().commit())
                .isEqualTo(NEW);
        assertThat(status(resource, new Membership(Map.of(), MEMBERS)).nodes())
                .extracting(NodeStatus::id)
                .containsExactly("fra", "ams", "sgp");
    }

    private static ConfigReport runs(String commit) {
        return new ConfigReport(commit, commit, LOADED, null, MEMBERS);
    }

    private static NetworkMembers members(Map<String, NodeKeys> keys) {
        Map<String, List<Verifier>> published = new HashMap<>();
        keys.forEach((node, own) -> published.put(node, own.publicKeys()));
        List<Member> members = published.keySet().stream()
                .sorted()
                .map(node -> new Member(node, null, Member.DEFAULT_POLL_RATE, Member.DEFAULT_RETRY))
                .toList();
        return new NetworkMembers("lab", members, new KeyMapping(published), Topology.DEFAULT);
    }

    private static DistomonNetworkStatus status(Map<String, ConfigReport> reports) {
        @Nullable NetworkMembers named = reports.values().iterator().next().members();
        return status(Networks.resource(SPEC), new Membership(reports, named));
    }

    private static DistomonNetworkStatus status(DistomonNetwork resource, Membership membership) {
        Set<String> all = Set.of("fra", "ams", "sgp");
        return StatusMaker.of(new StatusInput(
                resource,
                new Validation.Accepted(LAB),
                LAB,
                List.of(),
                KEYS,
                new Availability(all, all, Set.of(), Map.of(), LOADED),
                RolloutProgress.NONE,
                membership.reports().isEmpty()
                        ? new MirrorState.NotYet()
                        : new MirrorState.Unreachable(LOADED, "fra: it answers 404", null),
                membership,
                LOADED));
    }

    private static String accepted(DistomonNetworkStatus status) {
        Condition accepted = status.conditions().getFirst();
        return accepted.status() + " " + accepted.reason() + ": " + accepted.message();
    }
}
