/**
 * Requests to peers over HTTP/1.1, on the event loops that answer requests too. In: signed requests of the core's
 * requester, where peers are, and how long they have. Out: answers as they came, or the stage at which there was none.
 * Called by the threads that watch peers, which wait here, and by the command {@code diagnose}.
 *
 * <pre>
 * thread of a monitor    sign ─ look up ─ begin ·············· wait ·············· verify, take
 * event loop                                └ connect or reuse ─ write ─ read ─┘
 * </pre>
 */
@NullMarked
package io.distomon.node.polls;

import org.jspecify.annotations.NullMarked;
