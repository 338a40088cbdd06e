package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.KeyMapping;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkConfigTest {
    @Test
    void theUsualPollRateIsThatOfMostWhoeverIsPolledMoreOftenOrLess() {
        assertThat(usual(polled("a", 3), polled("b", 60), polled("c", 60), polled("d", 3600)))
                .hasSeconds(60);
        assertThat(usual(polled("a", 3), polled("b", 60))).hasSeconds(60);
        assertThat(usual(polled("a", 3))).hasSeconds(3);
        assertThat(usual()).hasSeconds(1);
    }

    @Test
    void whomNobodyPollsDoesNotCountForTheUsualPollRate() {
        Member passive = new Member("p", null, Duration.ofMinutes(10), 2);

        assertThat(usual(passive, polled("a", 3))).hasSeconds(3);
        assertThat(usual(passive)).hasSeconds(1);
    }

    @Test
    void ofAllNodesAndOfThoseThatWePollTheLongerRateIsTheUsualOne() {
        List<Member> mostlyFast = List.of(polled("a", 3), polled("b", 3), polled("c", 60));
        assertThat(polling("c", mostlyFast).usualPollRate()).hasSeconds(60);
        assertThat(polling("a", mostlyFast).usualPollRate()).hasSeconds(3);

        List<Member> mostlySlow = List.of(polled("a", 3), polled("b", 60), polled("c", 60));
        assertThat(polling("a", mostlySlow).usualPollRate()).hasSeconds(60);
    }

    /** The config of a node that polls one of them. */
    private static NetworkConfig polling(String target, List<Member> members) {
        List<Member> polled = members.stream()
                .filter(member -> member.nodeId().equals(target))
                .toList();
        return new NetworkConfig(
                "lab", "b", members, new KeyMapping(Map.of()), Topology.DEFAULT, polled, "", List.of());
    }

    private static Duration usual(Member... members) {
        List<Member> all = new ArrayList<>(List.of(members));
        all.add(polled("self", 1));
        return NetworkConfig.of("lab", "self", all, new KeyMapping(Map.of()), List.of())
                .usualPollRate();
    }

    private static Member polled(String id, long seconds) {
        return new Member(id, URI.create("http://" + id), Duration.ofSeconds(seconds), 2);
    }
}
