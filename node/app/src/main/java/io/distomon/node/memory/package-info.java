/**
 * That a node gives back memory that it does not use. In: how much heap the JVM holds. Out: a full collection now and then.
 * Called by the framework, at start and end.
 */
@NullMarked
package io.distomon.node.memory;

import org.jspecify.annotations.NullMarked;
