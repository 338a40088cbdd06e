/**
 * Watching one peer: when to poll it, what its answers and silences mean, whether its link is slow or lossy by the network's
 * thresholds, and what this node says of all its peers. In: config, the clock, how polls ended. Out: effects that a caller
 * carries out, and the content of this node's next entry. Called by the node's threads and by simulations, which drive
 * {@link io.distomon.core.monitor.Monitor} alike. No threads, no I/O.
 *
 * <p>In the field's words: monitors are an unreliable failure detector; a first failure that is told is a suspicion, which
 * others confirm by probes of their own and the suspected one refutes, as in SWIM.
 */
@NullMarked
package io.distomon.core.monitor;

import org.jspecify.annotations.NullMarked;
