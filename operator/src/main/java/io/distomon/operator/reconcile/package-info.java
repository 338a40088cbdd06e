/**
 * The control loop: on events about {@code DistomonNetwork}s, their children and their mirrors, the observed state is
 * brought to the desired one, keys first, nodes one after the other, and the status is written. Called by
 * java-operator-sdk, one thread at a time for each network; what should be, and what the status says, is decided in the
 * pure rooms.
 */
@NullMarked
package io.distomon.operator.reconcile;

import org.jspecify.annotations.NullMarked;
