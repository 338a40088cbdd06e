/**
 * What people are told of without asking. In: the views of one network, one after the other, and what became of messages. Out:
 * messages to receivers, as bytes of what each understands, and what has to be known after a restart. Called by the node's
 * room of the same name, which sends and keeps them. No clock, no I/O: moments are given.
 *
 * <p>{@code Troubles} reads a view, {@code Alerts} lets troubles become alerts and ends them, {@code Turn} says whether it is
 * ours to tell, {@code Outbox} has what one receiver is still to be told, and {@code Dispatch} brings these together for a
 * network. {@code AlertWords} has sentences, {@code MessageBody} the formats, {@code DispatchCodec} what is kept.
 */
@NullMarked
package io.distomon.core.alert;

import org.jspecify.annotations.NullMarked;
