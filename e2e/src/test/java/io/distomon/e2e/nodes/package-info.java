/**
 * Nodes as processes on loopback, for the tests that look at them from outside. In: their ids, and the node's jar, built
 * before. Out: where they answer. Called by the tests of openapi and prometheus. No cluster, no operator.
 */
@NullMarked
package io.distomon.e2e.nodes;

import org.jspecify.annotations.NullMarked;
