package io.distomon.e2e.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A dashboard of the chart, as Grafana reads it.
 *
 * @param json the whole file
 */
public record Dashboard(String file, JsonNode json) {
    private static final Path DIRECTORY = Path.of("..", "charts", "distomon", "dashboards");

    /** They count what differs from what another panel counts by a word or a number alone. */
    private static final Set<String> EMPTY_WHEN_ALL_IS_WELL = Set.of("Offline", "Degraded", "Spec ahead of status");

    /** One query of a panel. */
    public record Query(String panel, String expression) {
        /** With values in the place of the variables that Grafana knows. */
        public Query at(String network, String instance) {
            return new Query(
                    panel,
                    expression
                            .replace("$network", network)
                            .replace("$instance", instance)
                            .replace("$__rate_interval", "10s"));
        }

        /** What it asks for: a number for want of an answer would hide that there is none. */
        public String withoutDefault() {
            return EMPTY_WHEN_ALL_IS_WELL.contains(panel) ? expression : expression.replace(" or vector(0)", "");
        }
    }

    public static List<Dashboard> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            List<Dashboard> all = files.sorted().map(Dashboard::read).toList();
            if (all.isEmpty()) {
                throw new IllegalStateException("no dashboard in " + DIRECTORY);
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That of the operator, which only one has the series of. */
    public boolean isOfTheOperator() {
        return file.equals("operator.json");
    }

    private static Dashboard read(Path file) {
        try {
            return new Dashboard(file.getFileName().toString(), new JsonMapper().readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : json.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(
                        panel.path("title").asText(), target.path("expr").asText()));
            }
        }
        return queries;
    }
}
