/**
 * By which way what a node asks leaves it. In: the environment, and whom it asks. Out: the proxy to ask by, if any. Called by
 * git, the polls and the alerts; what stands in front of a node is another room's, {@code proxies}.
 */
@NullMarked
package io.distomon.node.outgoing;

import org.jspecify.annotations.NullMarked;
