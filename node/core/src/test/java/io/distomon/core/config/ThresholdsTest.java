package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.threshold.Thresholds;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThresholdsTest {
    @TempDir
    Path temporary;

    @Test
    void withoutAnyNoLinkHasALimitAndTheDigestIsTheSameWithSome() throws Exception {
        NetworkConfig without = network("");
        NetworkConfig with = network("thresholds: {round_trip_ms: 120}");

        assertThat(without.thresholds()).isSameAs(Thresholds.NONE);
        assertThat(without.thresholds().of("fra", "nyc")).isEqualTo(LinkLimits.NONE);
        assertThat(with.digest()).isEqualTo(without.digest());
        assertThat(with).isNotEqualTo(without);
        assertThat(network("thresholds: {}").thresholds()).isSameAs(Thresholds.NONE);
    }

    @Test
    void theFirstRuleCountsThatFitsTheLinkAndSaysSomethingOfTheLimit() throws Exception {
        Thresholds thresholds = network("""
                thresholds:
                  round_trip_ms: 120
                  loss_percent: 2.5
                  links:
                  - {from: fra, to: nyc, round_trip_ms: 250}
                  - {to: nyc, round_trip_ms: off, jitter_ms: 40}
                  - {from: ams, loss_percent: off}
                """).thresholds();

        assertThat(thresholds.of("fra", "ams")).isEqualTo(new LinkLimits(120, 0.025, LinkLimits.OFF));
        assertThat(thresholds.of("fra", "nyc")).isEqualTo(new LinkLimits(250, 0.025, 40));
        assertThat(thresholds.of("ams", "nyc")).isEqualTo(new LinkLimits(LinkLimits.OFF, LinkLimits.OFF, 40));
        assertThat(thresholds.of("nyc", "fra")).isEqualTo(new LinkLimits(120, 0.025, LinkLimits.OFF));
    }

    @Test
    void linksAreHeldAgainstWhatIsUsualOnlyWhereTheFileSaysSo() throws Exception {
        Thresholds some = network("""
                thresholds:
                  baseline: true
                  links:
                  - {to: nyc, baseline: false}
                """).thresholds();

        assertThat(some.of("fra", "ams").isHeldAgainstUsual()).isTrue();
        assertThat(some.of("fra", "nyc")).isEqualTo(LinkLimits.NONE);
        assertThat(some.needUsual()).isTrue();
        assertThat(network("thresholds: {round_trip_ms: 1}").thresholds().needUsual())
                .isFalse();
        assertThatThrownBy(() -> network("thresholds: {baseline: 3}"))
                .hasMessageContaining("thresholds.baseline: found \"3\", expected true or false");
    }

    @Test
    void everyMistakeIsNamedWithItsPlace() {
        assertThatThrownBy(() -> network("""
                        thresholds:
                          round_trip_ms: 6000
                          loss_percent: 5%
                          jitter_ms: [1]
                          links:
                          - {round_trip_ms: 3}
                          - {from: fra, to: fra, jitter_ms: 3}
                          - {from: fra, to: nyc}
                          - nyc
                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(
                        "config.yml:7: thresholds.round_trip_ms: found \"6000\", expected a number from 0.1 to 5000, or off",
                        "config.yml:8: thresholds.loss_percent: found \"5%\", expected a number from 0.1 to 99, or off",
                        "config.yml:9: thresholds.jitter_ms: found a list, expected a number from 0.1 to 5000, or off",
                        "config.yml:11: thresholds.links[0].from: found neither from nor to, expected from, to or both; what is"
                                + " of all links stands beside links",
                        "config.yml:12: thresholds.links[1].to: found the node that polls, expected another node",
                        "config.yml:13: thresholds.links[2].round_trip_ms: found no limit, expected round_trip_ms, loss_percent,"
                                + " jitter_ms or baseline",
                        "config.yml:14: thresholds.links[3]: found \"nyc\", expected a mapping");
    }

    @Test
    void anEndThatCantBeReadIsOneMistake() {
        for (String end : new String[] {"from", "to"}) {
            assertThatThrownBy(() -> network("thresholds: {links: [{%s: [fra], jitter_ms: 3}]}".formatted(end)))
                    .isInstanceOfSatisfying(
                            ConfigException.class, e -> assertThat(e.findings()).hasSize(1));
        }
    }

    @Test
    void ofAMemberThatHasLeftAndOfUnknownKeysAWarningTells() throws Exception {
        NetworkConfig network = network("""
                thresholds:
                  rtt: 5
                  links:
                  - {from: rio, loss_percent: 1, reason: far}
                """);

        assertThat(network.warnings())
                .anyMatch(text -> text.contains("thresholds.rtt"))
                .anyMatch(text -> text.contains("thresholds.links[0].reason"))
                .anyMatch(text -> text.contains(
                        "config.yml:9: thresholds.links[0].from: there is no such member, so this is of no link"));
    }

    private NetworkConfig network(String thresholds) throws Exception {
        ConfigDirectory config = new ConfigDirectory(temporary);
        return config.nodeConf().network("""
                        network_id: lab
                        node_config:
                        - {node_id: fra, url: "http://fra:8000"}
                        - {node_id: nyc, url: "http://nyc:8000"}
                        - {node_id: ams, url: "http://ams:8000"}
                        """ + thresholds).readNetwork();
    }
}
