/**
 * The addresses of peers' names. In: every name that this process asks for, and who reports that an address does not
 * answer. Out: addresses, the one that answers first; a changed answer of the DNS within 20 seconds. Called by the JDK for
 * all that connects, and by the threads that poll.
 */
@NullMarked
package io.distomon.node.names;

import org.jspecify.annotations.NullMarked;
