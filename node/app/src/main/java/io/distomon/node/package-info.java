/** The node as a process: starts everything, stops it in order, and turns a failure to start into an exit code. */
@NullMarked
package io.distomon.node;

import org.jspecify.annotations.NullMarked;
