/**
 * Threads that don't die silently. In: what such a thread does. Out: that it goes on, or that the log tells why it began
 * anew. Called by every room that has threads of its own.
 */
@NullMarked
package io.distomon.node.supervised;

import org.jspecify.annotations.NullMarked;
