package io.distomon.node.http;

import io.distomon.node.config.ConfigManager;
import io.distomon.node.config.ConfigState;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Tells in readiness how the config stands. It is always up: a node whose new files are wrong goes on with the old ones,
 * and taking it out of service would only make one outage of a typing mistake.
 */
@Singleton
@Readiness
final class ConfigHealth implements HealthIndicator {
    private final ConfigManager configs;

    ConfigHealth(ConfigManager configs) {
        this.configs = configs;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        ConfigState state = configs.state();
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("loaded_at", state.loadedAt().toString());
        details.put("error", state.error());
        return Publishers.just(
                HealthResult.builder("config", HealthStatus.UP).details(details).build());
    }
}
