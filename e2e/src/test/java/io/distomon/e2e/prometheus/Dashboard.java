package io.distomon.e2e.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A dashboard of the chart, as Grafana reads it.
 *
 * @param json the whole file
 */
record Dashboard(String file, JsonNode json) {
    private static final Path DIRECTORY = Path.of("..", "charts", "distomon", "dashboards");

    /** One query of a panel. */
    record Query(String panel, String expression) {
        /** With values in the place of the variables that Grafana knows. */
        Query at(String network, String instance) {
            return new Query(
                    panel,
                    expression
                            .replace("$network", network)
                            .replace("$instance", instance)
                            .replace("$__rate_interval", "10s"));
        }
    }

    static List<Dashboard> all() {
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

    private static Dashboard read(Path file) {
        try {
            return new Dashboard(file.getFileName().toString(), new JsonMapper().readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Query> queries() {
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
