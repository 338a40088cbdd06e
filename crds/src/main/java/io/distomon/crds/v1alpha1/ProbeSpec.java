package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/**
 * How the nodes of a network poll each other.
 *
 * @param intervalSeconds The time from one poll of a node to the next, in seconds.
 * @param retries How many failed polls in a row are forgiven; one more means offline.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProbeSpec(
        @Default("10") @Min(1) @Max(3600) Integer intervalSeconds,
        @Default("2") @Min(0) @Max(100) Integer retries) {
    static final ProbeSpec DEFAULT = new ProbeSpec(10, 2);

    public ProbeSpec {
        intervalSeconds = Absent.as(intervalSeconds, 10);
        retries = Absent.as(retries, 2);
    }
}
