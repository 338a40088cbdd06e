package io.distomon.node.metrics;

import io.distomon.node.Version;
import io.distomon.node.config.ConfigState;
import io.distomon.node.config.NetworkState;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the node runs with, and whether that is what it should run with. The mistakes themselves are in {@code /info} and
 * in the log: a label is no place for them.
 */
final class ConfigMetrics {
    private static final double MILLIS_IN_SECOND = 1_000;

    private final ConfigState state;
    private final List<NetworkSnapshot> networks;

    private ConfigMetrics(ConfigState state, List<NetworkSnapshot> networks) {
        this.state = state;
        this.networks = networks;
    }

    static List<MetricSnapshot> of(ConfigState state, List<NetworkSnapshot> networks) {
        ConfigMetrics metrics = new ConfigMetrics(state, networks);
        return List.of(build(), metrics.config(), metrics.ok(), metrics.lastSuccess(), metrics.lastFetch());
    }

    private static MetricSnapshot build() {
        Series.Facts build = Series.info("distomon_build_info", "The software that the node runs.");
        build.add("version", Version.current());
        return build.built().build();
    }

    private MetricSnapshot config() {
        Series.Facts config = Series.info(
                "distomon_config_info",
                "The config of a network that is in use: which node of it this is, where it comes from (local or git),"
                        + " the git commit, and the digest, which is equal on all nodes with the same config.");
        for (NetworkSnapshot network : networks) {
            NetworkState now = state.networks().get(network.source().name());
            String commit = now == null ? null : now.commit();
            config.add(
                    "network",
                    network.id(),
                    "node",
                    network.config().nodeId(),
                    "type",
                    network.source().type().name().toLowerCase(Locale.ROOT),
                    "commit",
                    commit == null ? "" : commit,
                    "digest",
                    network.config().digest());
        }
        return config.built().build();
    }

    private MetricSnapshot ok() {
        Series.Gauge ok = Series.gauge(
                "distomon_config_ok",
                "1 when the newest config of the network is in use, 0 when there are mistakes in it or it can't be read:"
                        + " then the last good one is in use, if there is any. /info and the log tell the mistakes.");
        Set<String> running = new HashSet<>();
        Set<String> wrong = new HashSet<>();
        for (NetworkSnapshot network : networks) {
            running.add(network.source().name());
            NetworkState now = state.networks().get(network.source().name());
            if (state.nodeError() != null || now == null || now.error() != null) {
                wrong.add(network.id());
            }
        }
        // Of what does not run only the name is known, which may be the id of another: one series tells of both.
        state.networks().keySet().stream()
                .filter(name -> !running.contains(name))
                .forEach(wrong::add);
        Set<String> all = new HashSet<>(wrong);
        networks.forEach(network -> all.add(network.id()));
        all.forEach(network -> ok.add(!wrong.contains(network), "network", network));
        return ok.built().build();
    }

    private MetricSnapshot lastSuccess() {
        Map<String, @Nullable Instant> times = new HashMap<>();
        state.networks().forEach((name, network) -> times.put(name, network.goodAt()));
        return timestamps(
                "distomon_config_last_success_timestamp_seconds",
                "When the newest config of the network was last seen to be in use, seconds since the epoch.",
                times);
    }

    private MetricSnapshot lastFetch() {
        Map<String, @Nullable Instant> times = new HashMap<>();
        state.networks().forEach((name, network) -> times.put(name, network.fetchedAt()));
        return timestamps(
                "distomon_config_last_fetch_timestamp_seconds",
                "When the git repository with the network's config last answered, seconds since the epoch.",
                times);
    }

    private MetricSnapshot timestamps(String name, String help, Map<String, @Nullable Instant> times) {
        Series.Gauge timestamps = Series.gauge(name, help);
        for (NetworkSnapshot network : networks) {
            Instant time = times.get(network.source().name());
            if (time != null) {
                timestamps.add(time.toEpochMilli() / MILLIS_IN_SECOND, "network", network.id());
            }
        }
        return timestamps.built().build();
    }
}
