package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One aspect of a network's state, with the rules of Kubernetes' metav1.Condition.
 *
 * @param type What this is about.
 * @param status Whether it holds.
 * @param reason Why, as one word for programs.
 * @param message Why, as a sentence for people.
 * @param lastTransitionTime When the status last changed.
 * @param observedGeneration The generation of the spec that this speaks of.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        @Required @Size(min = 1, max = 316) @Pattern("^[A-Z][A-Za-z0-9]*$")
        String type,

        @Required ConditionStatus status,

        @Required @Size(min = 1, max = 128) @Pattern("^[A-Z][A-Za-z0-9]*$")
        String reason,

        @Required @Size(max = 4096) String message,
        @Required Instant lastTransitionTime,
        @Min(0) @Nullable Long observedGeneration) {}
