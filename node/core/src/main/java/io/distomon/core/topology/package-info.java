/**
 * Who is in a network, and who polls whom in it: everybody everybody, or in a large one each member some others (its
 * failure detector's neighbours, in the words of the field). In: members and the mode, as config reads them. Out:
 * {@link io.distomon.core.topology.Observers}, the same for whoever asks, how often each member is to be heard of
 * ({@link io.distomon.core.topology.Cadences}), and what a change means for monitors. Called by config, exchange, monitor,
 * record, view, and the operator. Pure functions: no clock, no I/O.
 */
@NullMarked
package io.distomon.core.topology;

import org.jspecify.annotations.NullMarked;
