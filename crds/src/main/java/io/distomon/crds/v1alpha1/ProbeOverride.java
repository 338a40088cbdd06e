package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * How one node is polled, where that differs from its network.
 *
 * @param intervalSeconds The time from one poll of this node to the next, in seconds; absent means the network's.
 * @param retries How many failed polls of this node in a row are forgiven; absent means the network's.
 * @param retryIntervalSeconds The time from a failed poll of this node to the next one, in seconds, at most the
 *     intervalSeconds that hold for it; absent means the network's.
 */
@ValidationRule(
        value = "!has(self.retryIntervalSeconds) || !has(self.intervalSeconds)"
                + " || self.retryIntervalSeconds <= self.intervalSeconds",
        message = ProbeSpec.RETRIED_TOO_LATE,
        fieldPath = ".retryIntervalSeconds")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProbeOverride(
        @Min(1) @Max(3600) @Nullable Integer intervalSeconds,
        @Min(0) @Max(100) @Nullable Integer retries,
        @Min(1) @Max(3600) @Nullable Integer retryIntervalSeconds) {}
