/**
 * The observed state of a network's children: the objects in the cluster by type and name, read once a pass, and what
 * they tell of the nodes' availability, config and keys, whosever pods these run in. Called by the reconciler; pure: no client, no clock.
 */
@NullMarked
package io.distomon.operator.observed;

import org.jspecify.annotations.NullMarked;
