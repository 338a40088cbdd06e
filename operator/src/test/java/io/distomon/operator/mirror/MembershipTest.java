package io.distomon.operator.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.operator.members.NetworkMembers;
import java.time.Instant;
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
