/**
 * The replicated store of everybody's signed view. In: entries from own polls, from peers' messages and from nodes'
 * {@code /store}, JSON text. Out: the newest valid entry of each member, and what a peer lacks. Called by exchange,
 * monitor, view, and the operator's mirror. Nothing enters without a valid signature. No I/O.
 */
@NullMarked
package io.distomon.core.store;

import org.jspecify.annotations.NullMarked;
