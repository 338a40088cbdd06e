/**
 * What stands between a node and who asks it: reverse proxies, load balancers, ingresses. In: whom the settings trust,
 * below which path the node is, and each request as it came. Out: the address of who asked, and the path without that
 * prefix. Called by Netty, and by the rooms that judge people by where they are. By which proxies a node asks others is
 * another room's, {@code outgoing}.
 */
@NullMarked
package io.distomon.node.proxies;

import org.jspecify.annotations.NullMarked;
