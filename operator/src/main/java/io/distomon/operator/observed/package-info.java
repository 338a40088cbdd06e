/**
 * What a network's children are. In: the objects that the cluster has of one network. Out: these by kind and name, read
 * once for a pass, and what they tell of the nodes that run. Called by the reconciler. Pure: no client and no clock.
 */
@NullMarked
package io.distomon.operator.observed;

import org.jspecify.annotations.NullMarked;
