package io.distomon.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Argo CD's own code makes of a network by the chart's script, and kstatus' own code (Flux, Helm) without one. */
@Tag("cluster")
class HealthScriptTest {
    private static final Path ARGOCD = Path.of("..", "charts", "distomon", "argocd");

    /** What kstatus calls each of Argo CD's words. It knows no pause: what is paused runs. */
    private static final Map<String, String> KSTATUS =
            Map.of("Progressing", "InProgress", "Healthy", "Current", "Degraded", "Failed", "Suspended", "Current");

    /** A first time compiles Argo CD. */
    private static final Duration FIRST_TIME = Duration.ofMinutes(15);

    @Test
    void argoCdAndKstatusJudgeEveryCaseAsWritten() throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("argocd", "judge", ARGOCD.resolve("health.lua").toString()));
        List<String> expected = new ArrayList<>();
        for (JsonNode test : new YAMLMapper()
                .readTree(ARGOCD.resolve("health_test.yaml").toFile())
                .path("tests")) {
            Path input = ARGOCD.resolve(test.path("inputPath").asText());
            String health = test.at("/healthStatus/status").asText();
            arguments.add(input.toString());
            expected.add(String.join(
                    "\t",
                    input.getFileName().toString(),
                    health,
                    test.at("/healthStatus/message").asText(),
                    KSTATUS.get(health)));
        }

        Stream<String> judged = Command.script("cluster", arguments.toArray(String[]::new))
                .taking(FIRST_TIME)
                .output()
                .lines();

        assertThat(expected).isNotEmpty();
        assertThat(judged).containsExactlyElementsOf(expected);
    }
}
