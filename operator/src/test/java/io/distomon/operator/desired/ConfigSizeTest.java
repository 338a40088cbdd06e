package io.distomon.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.Secret;
import io.distomon.operator.Networks;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.validate.Finding;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.Validation;
import io.distomon.operator.validate.Validator;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the files of all nodes fit into the one Secret in which they are. */
class ConfigSizeTest {
    /** As much as the API server takes, in bytes of all entries. */
    private static final int MAX_BYTES = 1_048_576;

    private static final String LONG_NAME = "r".repeat(62);
    private static final Map<String, NodeKeys> KEYS =
            Networks.keys(Networks.network("nodes: [%s]".formatted(here(500))));

    @ParameterizedTest
    @ValueSource(strings = {"a", "\\\"", "\u00e9", "\u20ac", "\\u2028", "\\uFEFF", "\ud83d\udcbe"})
    void theMostThatASpecMaySayOfAlertsFitsOrIsRefusedWithASentence(String character) {
        for (int chars : List.of(200, 100, 85, 80, 60, 40)) {
            String reason = character.repeat(character.equals("\ud83d\udcbe") ? chars / 2 : chars);
            switch (Validator.validate(Networks.resource(spec(reason, here(500))), Networks.IMAGE)) {
                case Validation.Accepted(Network network) -> {
                    assertThat(bytes(Made.telling(network, KEYS, files()).config()))
                            .as("%s times %s", chars, character)
                            .isLessThan(MAX_BYTES);
                    return;
                }
                case Validation.Refused(List<Finding> findings) ->
                    assertThat(findings)
                            .singleElement()
                            .satisfies(finding -> assertThat(finding.text())
                                    .startsWith("spec.alerts.silences: found reasons of ")
                                    .endsWith(" bytes in all, expected at most 16384"));
            }
        }
        assertThat(character).as("a reason of 40 characters is refused").isEmpty();
    }

    @Test
    void filesThatNoApiServerTakesAreRefusedWithASentence() {
        String external = Networks.external("Nyc");
        String nodes = IntStream.range(0, 492)
                .mapToObj(i -> external.replace("Nyc.example.com/", "nyc.example.com/" + "u".repeat(990))
                        .replace("id: Nyc", "id: %s%03d".formatted("N".repeat(60), i)))
                .collect(Collectors.joining(", "));
        Network few = Networks.network(spec("\\\"".repeat(200), here(8)));
        Network many = Networks.network(spec("\\\"".repeat(200), here(8) + ", " + nodes));

        assertThat(ConfigSecret.excess(Made.telling(few, KEYS, files()).config()))
                .isEmpty();
        assertThat(ConfigSecret.excess(Made.telling(many, KEYS, files()).config()))
                .hasValueSatisfying(message -> assertThat(message)
                        .startsWith("the files of all nodes, Secret monitoring/lab-config, would have 1")
                        .contains(" bytes, expected at most 1048576: fewer nodes"));
    }

    private static String here(int nodes) {
        return IntStream.range(0, nodes)
                .mapToObj("{id: node-of-twenty-c-%03d}"::formatted)
                .collect(Collectors.joining(", "));
    }

    private static String spec(String reason, String nodes) {
        String receivers = IntStream.range(0, 8)
                .mapToObj(i -> "{name: %s%d, type: Webhook, urlSecretRef: {name: a}, signingSecretRef: {name: a}}"
                        .formatted(LONG_NAME, i))
                .collect(Collectors.joining(", "));
        String silences = IntStream.range(0, 64)
                .mapToObj(i -> ("{nodes: [%1$s, %1$s, %1$s, %1$s], from: '2026-12-01T22:00:00.123456789+01:00',"
                                + " until: '2026-12-02T22:00:00.123456789+01:00', reason: \"%2$s\"}")
                        .formatted("n".repeat(63), reason))
                .collect(Collectors.joining(", "));
        return "networkId: %s\nnodes: [%s]\nalerts: {receivers: [%s], silences: [%s]}"
                .formatted("l".repeat(63), nodes, receivers, silences);
    }

    private static Map<String, Secret> files() {
        Map<String, Secret> files = new HashMap<>();
        for (int i = 0; i < 8; i++) {
            files.put("alert-webhook-%s%d.url".formatted(LONG_NAME, i), new Secret("u".repeat(2048)));
            files.put("alert-webhook-%s%d.key".formatted(LONG_NAME, i), new Secret("\u20ac".repeat(4096)));
        }
        return files;
    }

    private static int bytes(io.fabric8.kubernetes.api.model.Secret secret) {
        return secret.getData().values().stream()
                .mapToInt(base64 -> Base64.getDecoder().decode(base64).length)
                .sum();
    }
}
