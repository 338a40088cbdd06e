/**
 * The private keys of the nodes that run here and their rotation: from a {@link io.distomon.operator.validate.Network},
 * randomness, the Secrets that were found, those that users give, and what the members report comes what each node signs
 * with, what is published of it, and which Secrets are made and deleted. Called by the reconciler, which creates what is
 * missing and overwrites nothing, and by the demo; pure: no client, no clock, and a private key leaves it inside of a Secret
 * only.
 */
@NullMarked
package io.distomon.operator.keys;

import org.jspecify.annotations.NullMarked;
