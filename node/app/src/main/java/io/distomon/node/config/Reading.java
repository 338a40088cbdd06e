package io.distomon.node.config;

import io.distomon.core.config.Finding;
import io.distomon.core.config.LoadedNetwork;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one look at everything found.
 *
 * @param config what is to run
 * @param networks what was found of each network that is listed, by its name
 */
record Reading(NodeConfig config, Map<String, NetworkReading> networks) {
    /** The networks that run, by their names. */
    static Map<String, LoadedNetwork> running(ConfigState state) {
        return state.config().networks().stream()
                .collect(Collectors.toMap(network -> network.source().name(), network -> network));
    }

    List<Finding> findings() {
        return networks.values().stream()
                .flatMap(network -> network.findings().stream())
                .toList();
    }

    /** Why a network is not as its files or its repository say, by its name. */
    Map<String, String> errors() {
        Map<String, String> errors = new LinkedHashMap<>();
        networks.forEach((name, network) -> {
            if (!network.findings().isEmpty()) {
                errors.put(name, network.error());
            }
        });
        return errors;
    }

    boolean isSame(NodeConfig other) {
        return config.secrets().equals(other.secrets())
                && config.alerts().equals(other.alerts())
                && config.warnings().equals(other.warnings())
                && contents(config).equals(contents(other));
    }

    void acceptCommits() {
        networks.values().forEach(NetworkReading::acceptCommit);
    }

    ConfigState state(@Nullable ConfigState before) {
        Instant now = Instant.now();
        Map<String, NetworkState> states = new LinkedHashMap<>();
        Map<String, LoadedNetwork> old = before == null ? Map.of() : running(before);
        networks.forEach((name, network) -> states.put(
                name, network.state(before == null ? null : before.networks().get(name), old.get(name), now)));
        return before != null && isSame(before.config())
                ? new ConfigState(before.config(), before.loadedAt(), states, null)
                : new ConfigState(config, now, states, null);
    }

    private static List<Object> contents(NodeConfig config) {
        return config.networks().stream().map(NetworkReading::content).toList();
    }
}
