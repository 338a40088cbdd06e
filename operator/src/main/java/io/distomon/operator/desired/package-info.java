/**
 * What a network's children should be. In: a {@link io.distomon.operator.validate.Network}, its keys' public halves and
 * where its nodes answer. Out: {@link io.distomon.operator.desired.Children}, the same for the same input. Called by the
 * reconciler, which compares them with the cluster, and by the demo, which takes the config files alone. Pure: no client,
 * no clock, and no private key.
 */
@NullMarked
package io.distomon.operator.desired;

import org.jspecify.annotations.NullMarked;
