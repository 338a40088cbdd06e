/**
 * A node as a process on this machine. In: Secrets, and which node is meant. Out: the node's config directory as a kubelet
 * would mount it, the process, its log, and what it says of itself. Called by the demo's network. No process outlives the
 * demo by more than five seconds: each holds the end of a pipe and stops when that closes.
 */
@NullMarked
package io.distomon.e2e.demo.node;

import org.jspecify.annotations.NullMarked;
