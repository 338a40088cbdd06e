/**
 * What {@code distomon-node.jar} does on the command line besides running. In: arguments and the config directory. Out:
 * text for a person, and an exit code. Called by the process when it is given arguments; starts no node.
 */
@NullMarked
package io.distomon.node.command;

import org.jspecify.annotations.NullMarked;
