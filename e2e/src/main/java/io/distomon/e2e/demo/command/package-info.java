/**
 * What one can do to the network. In: lines that a person types. Out: what was done, what the network concluded from it, and
 * how long that took. Called by the demo's main class with one line after the other.
 */
@NullMarked
package io.distomon.e2e.demo.command;

import org.jspecify.annotations.NullMarked;
