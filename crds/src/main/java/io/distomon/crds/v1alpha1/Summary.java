package io.distomon.crds.v1alpha1;

import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * A network in numbers.
 *
 * @param nodes How many members the network has.
 * @param managed How many of them the operator runs: without sidecars.
 * @param available How many of the managed ones have an available pod.
 * @param online How many members are online.
 * @param onlineOfNodes Members online and members in all, as in 2/3.
 * @param linksDown How many links are broken.
 */
public record Summary(
        @Required @Min(0) Integer nodes,
        @Required @Min(0) Integer managed,
        @Required @Min(0) Integer available,
        @Required @Min(0) Integer online,
        @Required @Size(max = 16) String onlineOfNodes,
        @Required @Min(0) Integer linksDown) {}
