package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A broken link.
 *
 * @param from The node that polls.
 * @param to The node that is polled.
 * @param state Down when polls get no answer, Refused when the answer refuses them.
 * @param since Since when.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LinkStatus(
        @Required @Size(max = 63) String from,
        @Required @Size(max = 63) String to,
        @Required LinkState state,
        @Nullable Instant since) {}
