/**
 * What the nodes of a network see, asked from outside. In: where the nodes answer, their public keys, and the secret that
 * tokens are signed with. Out: a {@link io.distomon.operator.mirror.MirrorState}, anew whenever something changed. Every
 * entry's signature is verified by the node's own code. Called by the reconciler, and by the demo, which has no cluster.
 * Runs on threads of its own: a node that hangs or lies holds up nobody. What it hands over is data, which keys and status
 * are judged by.
 */
@NullMarked
package io.distomon.operator.mirror;

import org.jspecify.annotations.NullMarked;
