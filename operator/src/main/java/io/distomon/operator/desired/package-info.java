/**
 * The desired state of a network's children: a class for each kind, listed in
 * {@link io.distomon.operator.desired.ChildKinds}, makes them from a {@link io.distomon.operator.desired.Blueprint},
 * and says how they are written, rolled out and pruned. Called by the reconciler, which compares it with the observed
 * state, and by the demo, which takes the config files alone; pure: no client, no clock, and of private keys the copies for
 * sidecars alone, inside of a Secret, as what receivers of alerts are reached by is.
 */
@NullMarked
package io.distomon.operator.desired;

import org.jspecify.annotations.NullMarked;
