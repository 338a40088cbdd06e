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
