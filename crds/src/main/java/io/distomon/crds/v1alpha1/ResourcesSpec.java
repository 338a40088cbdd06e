package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/**
 * What a container requests and may use, as in a Pod.
 *
 * @param requests What is set aside for the container, by resource (cpu, memory).
 * @param limits What the container may use at most, by resource (cpu, memory).
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ResourcesSpec(
        @Size(max = 16) Map<String, Quantity> requests,
        @Size(max = 16) Map<String, Quantity> limits) {
    static final ResourcesSpec EMPTY = new ResourcesSpec(Map.of(), Map.of());

    public ResourcesSpec {
        requests = Absent.asEmpty(requests);
        limits = Absent.asEmpty(limits);
    }
}
