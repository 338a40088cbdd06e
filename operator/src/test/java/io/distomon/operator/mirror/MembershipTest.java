package io.distomon.operator.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.Secret;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.operator.Networks;
import io.distomon.operator.members.NetworkMembers;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose word on a network's members counts. */
class MembershipTest {
    private static final NetworkMembers TWO = members("fra", "ams");
    private static final NetworkMembers THREE = members("fra", "ams", "nyc");
    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");

    @Test
    void theMembersAreThoseThatMostNameWhateverOneSays() {
        assertThat(Membership.NONE
                        .after(Map.of("fra", runs("a", TWO, 0), "ams", runs("a", TWO, 0), "nyc", runs("b", THREE, 9)))
                        .members())
                .isEqualTo(TWO);
    }

    @Test
    void ofTwoThatDifferTheLaterOneCounts() {
        assertThat(Membership.NONE
                        .after(Map.of("fra", runs("a", TWO, 0), "ams", runs("b", THREE, 9)))
                        .members())
                .isEqualTo(THREE);
    }

    @Test
    void whileNobodySaysAnythingThoseThatWereNamedLastStay() {
        Membership named = Membership.NONE.after(Map.of("fra", runs("a", THREE, 0)));
        ConfigReport waiting = new ConfigReport(null, "b", Instant.EPOCH, "bad", null);

        assertThat(named.after(Map.of("fra", waiting)).members()).isEqualTo(THREE);
        assertThat(named.after(Map.of()).isKnown()).isTrue();
        assertThat(Membership.NONE.isKnown()).isFalse();
    }

    @Test
    void filesOfTheNodesOwnAreNoRepositorysWord() {
        assertThat(Membership.NONE
                        .after(Map.of("fra", new ConfigReport(null, null, NOW, null, THREE)))
                        .isKnown())
                .isFalse();
    }

    @Test
    void whatManySayAlikeIsKeptOnce() {
        Membership one = Membership.NONE.after(Map.of("fra", runs("a", members("fra", "ams"), 0)));
        Membership all = one.after(Map.of(
                "fra", runs("a", members("fra", "ams"), 0),
                "ams", runs("a", members("fra", "ams"), 0)));

        assertThat(all.reports().values())
                .allSatisfy(report -> assertThat(report.members()).isSameAs(one.members()));
        assertThat(all.members()).isSameAs(one.members());
    }

    @Test
    void aNodeThatLiesDoesNotSayWhatTheOthersHereSignWith() {
        Verifier fra = key("fra");
        Verifier elsewhere = key("nyc");
        MirrorTarget target = new MirrorTarget(
                signing(Map.of("fra", List.of(fra), "ams", List.of(key("ams")))),
                Map.of("fra", URI.create("http://fra"), "ams", URI.create("http://ams")),
                new TokenSigner(new Secret("s".repeat(64))));

        KeyMapping keys = target.with(signing(Map.of("fra", List.of(key("fra")), "nyc", List.of(elsewhere))))
                .network()
                .keys();

        assertThat(keys.of("fra")).containsExactly(fra);
        assertThat(keys.of("nyc")).containsExactly(elsewhere);
        assertThat(keys.contains("ams")).as("whom it leaves out").isFalse();
    }

    private static Verifier key(String node) {
        return Signer.generate(node, Networks.RANDOM).verifier();
    }

    private static NetworkMembers signing(Map<String, List<Verifier>> keys) {
        return new NetworkMembers("lab", TWO.members(), new KeyMapping(keys), Topology.DEFAULT);
    }

    private static ConfigReport runs(String commit, NetworkMembers members, int secondsLater) {
        return new ConfigReport(commit, commit, NOW.plusSeconds(secondsLater), null, members);
    }

    private static NetworkMembers members(String... ids) {
        return new NetworkMembers(
                "lab",
                Stream.of(ids)
                        .map(id -> new Member(id, null, Member.DEFAULT_POLL_RATE, Member.DEFAULT_RETRY))
                        .toList(),
                new KeyMapping(Map.of()),
                Topology.DEFAULT);
    }
}
