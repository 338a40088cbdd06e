package io.distomon.node.config;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The config in use and how it stands.
 *
 * @param config what is in use: of each network the last that was good
 * @param loadedAt when it was taken
 * @param networks how each network that {@code nodeconf.yml} lists stands, by its name
 * @param nodeError why what {@code nodeconf.yml} says now is not in use, one line for each mistake; null when it is
 */
public record ConfigState(
        NodeConfig config,
        Instant loadedAt,
        Map<String, NetworkState> networks,
        @Nullable String nodeError) {
    public ConfigState {
        networks = Collections.unmodifiableMap(new LinkedHashMap<>(networks));
    }

    /** Everything that is wrong, one line for each mistake; null when nothing is. */
    public @Nullable String error() {
        String all = Stream.concat(
                        Stream.ofNullable(nodeError),
                        networks.values().stream().map(NetworkState::error).filter(Objects::nonNull))
                .collect(Collectors.joining("\n"));
        return all.isEmpty() ? null : all;
    }

    /** The same with another state of {@code nodeconf.yml}. */
    ConfigState withNodeError(@Nullable String error) {
        return new ConfigState(config, loadedAt, networks, error);
    }
}
