package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * How the nodes of a network poll each other.
 *
 * @param intervalSeconds The time from one poll of a node to the next, in seconds.
 * @param retries How many failed polls in a row are forgiven; one more means offline.
 * @param retryIntervalSeconds The time from a failed poll to the next one, in seconds, at most intervalSeconds; absent
 *     means an eighth of intervalSeconds, but at least one second. For a node with a shorter intervalSeconds of its own it
 *     is that. Nodes that run elsewhere need the same in their config.yml, as retry_interval.
 */
@ValidationRule(
        value = "!has(self.retryIntervalSeconds) || self.retryIntervalSeconds <= self.intervalSeconds",
        message = ProbeSpec.RETRIED_TOO_LATE,
        fieldPath = ".retryIntervalSeconds")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProbeSpec(
        @Default("10") @Min(1) @Max(3600) Integer intervalSeconds,
        @Default("2") @Min(0) @Max(100) Integer retries,
        @Min(1) @Max(3600) @Nullable Integer retryIntervalSeconds) {
    /** Without the numbers: as text they cost more, by an API server's estimate, than it lets a CRD's rules cost. */
    static final String RETRIED_TOO_LATE = "expected at most intervalSeconds, the time from one poll to the next";

    /** What a network has that says nothing. */
    public static final ProbeSpec DEFAULT = new ProbeSpec(10, 2, null);

    public ProbeSpec {
        intervalSeconds = Absent.as(intervalSeconds, 10);
        retries = Absent.as(retries, 2);
    }
}
