/**
 * Nodes as processes on loopback, for the tests that look at them from outside: out comes where they answer. No cluster, no
 * operator.
 */
@NullMarked
package io.distomon.e2e.nodes;

import org.jspecify.annotations.NullMarked;
