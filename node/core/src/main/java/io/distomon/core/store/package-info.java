/**
 * The replicated store of everybody's signed view. In: entries from own polls, from peers' messages and from nodes'
 * {@code /store}, JSON text. Out: the newest valid entry of each member, and what a peer lacks. Called by exchange,
 * monitor, view, record, and the operator's mirror. Nothing enters without a valid signature. No I/O.
 *
 * <p>In the field's words: each entry is a register that only its signer writes, the last write wins by its date, and the
 * merge is that of a state-based CRDT; {@code have} and what is {@code newerThan} it are the digest and the delta of
 * anti-entropy. What the seed's StoreManager does, keeping the store of each network, {@code node.threads} does, which has
 * it in each running network.
 */
@NullMarked
package io.distomon.core.store;

import org.jspecify.annotations.NullMarked;
