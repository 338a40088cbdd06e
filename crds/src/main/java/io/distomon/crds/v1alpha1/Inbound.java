package io.distomon.crds.v1alpha1;

import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/**
 * The links towards a node, counted.
 *
 * @param up How many nodes reach it.
 * @param down How many nodes poll it and don't reach it.
 */
public record Inbound(
        @Required @Min(0) Integer up, @Required @Min(0) Integer down) {}
