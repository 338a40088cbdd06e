/**
 * The API: thin controllers over the core. In: HTTP requests. Out: JSON, or problem details (RFC 9457) for whatever goes
 * wrong, also inside the framework. {@code /mon} is between nodes and is answered in Netty's pipeline, before the
 * framework; the rest is for people and the operator. What of it is kept and checked elsewhere is the room's {@code
 * evidence}.
 */
@NullMarked
package io.distomon.node.http;

import org.jspecify.annotations.NullMarked;
