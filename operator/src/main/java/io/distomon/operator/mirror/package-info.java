/**
 * The nodes' own monitoring, read from outside: the nodes of a {@link io.distomon.operator.mirror.MirrorTarget} are
 * asked for their stores, every signature is verified by the node's own code, and a
 * {@link io.distomon.operator.mirror.MirrorState} is handed over whenever something changed. Called by the reconciler,
 * and by the demo, which has no cluster; runs on threads of its own, so that a node that hangs or lies holds up nobody.
 */
@NullMarked
package io.distomon.operator.mirror;

import org.jspecify.annotations.NullMarked;
