package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
        assertThat(polling("c", mostlyFast)).hasSeconds(60);
        assertThat(polling("a", mostlyFast)).hasSeconds(3);

        List<Member> mostlySlow = List.of(polled("a", 3), polled("b", 60), polled("c", 60));
        assertThat(polling("a", mostlySlow)).hasSeconds(60);
    }

    /** Made of the same text by another program: nodes of any version agree while nobody has a retry interval. */
    @Test
    void theDigestIsWhatItWasUnlessAMemberHasARetryInterval() {
        assertThat(digest(null)).isEqualTo("22b99e972681a7afab96266011c8a4bc1b45748ba5913970aa35cb170a2683a8");
        assertThat(digest(Duration.ofMillis(2500)))
                .isEqualTo("afafd2abfdf3370d0766157f95e45181b0e757c0c3199d0541b664690db2df0d");
        assertThat(digest(Duration.ofMillis(1250)))
                .as("what the rule gives, once it is said")
                .isNotEqualTo(digest(null));
    }

    @Test
    void theDigestOfTheKeysIsOneForAllWhoVerifyWithTheSame() {
        Verifier a = Signer.generate("a", new SecureRandom()).verifier();
        Verifier b = Signer.generate("b", new SecureRandom()).verifier();
        String digest = NetworkConfig.keysDigestOf("lab", keys("a", List.of(a), "b", List.of(b, a)));

        assertThat(digest)
                .hasSize(16)
                .isEqualTo(NetworkConfig.keysDigestOf("lab", keys("b", List.of(a, b), "a", List.of(a))));
        assertThat(List.of(
                        NetworkConfig.keysDigestOf("lab2", keys("a", List.of(a), "b", List.of(b, a))),
                        NetworkConfig.keysDigestOf("lab", keys("a", List.of(a), "b", List.of(b))),
                        NetworkConfig.keysDigestOf("lab", keys("a", List.of(b), "b", List.of(b, a))),
                        NetworkConfig.keysDigestOf("lab", keys("a", List.of(a), "c", List.of(b, a))),
                        NetworkConfig.keysDigestOf("lab", keys("a", List.of(a), "b", List.of()))))
                .doesNotHaveDuplicates()
                .doesNotContain(digest);
    }

    private static KeyMapping keys(String one, List<Verifier> keys, String other, List<Verifier> otherKeys) {
        Map<String, List<Verifier>> all = new LinkedHashMap<>();
        all.put(one, keys);
        all.put(other, otherKeys);
        return new KeyMapping(all);
    }

    private static String digest(@Nullable Duration retryInterval) {
        List<Member> members = List.of(
                new Member("fra", URI.create("http://fra"), Duration.ofSeconds(10), 2, retryInterval),
                new Member("nyc", null, Duration.ofMillis(2500), 0));
        return NetworkConfig.digestOf("lab", members, new KeyMapping(Map.of()), Topology.DEFAULT);
    }

    /** How often nodes are usually polled, for a node that polls one of them. */
    private static Duration polling(String target, List<Member> members) {
        return NetworkConfig.usualPollRate(
                members,
                members.stream()
                        .filter(member -> member.nodeId().equals(target))
                        .toList());
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
