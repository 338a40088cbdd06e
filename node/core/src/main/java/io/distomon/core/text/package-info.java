/**
 * Text from somebody who is not trusted. In: what a file, a peer, a server or a caller wrote. Out: the same as it may stand in
 * a line of a log, a message or a status. Called by whoever tells people what others wrote: config, the node, the operator
 * and the demo. No I/O.
 */
@NullMarked
package io.distomon.core.text;

import org.jspecify.annotations.NullMarked;
