/**
 * The API: thin controllers over the core and the flight recorders. In: HTTP requests. Out: JSON, or problem details (RFC
 * 9457) for whatever goes wrong, also inside the framework; and for probes, how config and certificate stand. {@code /mon} is
 * between nodes and is answered in Netty's pipeline, before the framework; the rest is for people and the operator. Of what
 * is kept and checked elsewhere, views are written by the room {@code evidence} and events here; the command {@code
 * verify-evidence} reads both. Logins are the room {@code security}'s, the page is {@code ui}'s.
 */
@NullMarked
package io.distomon.node.http;

import org.jspecify.annotations.NullMarked;
