/**
 * The links between the demo's nodes, which can be cut. In: the TCP connections that nodes open to each other's
 * configured addresses. Out: the same bytes at the nodes' own ports, unless the link is cut. Called by the demo's
 * network, which gives every node one {@link io.distomon.e2e.demo.link.Forwarder}.
 */
@NullMarked
package io.distomon.e2e.demo.link;

import org.jspecify.annotations.NullMarked;
