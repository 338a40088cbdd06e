/**
 * The repository of a network whose members a repository names, played. In: the network's files, whenever they change. Out:
 * commits, which nodes fetch by http on loopback, as does any git. Called by the demo's network.
 */
@NullMarked
package io.distomon.e2e.demo.git;

import org.jspecify.annotations.NullMarked;
