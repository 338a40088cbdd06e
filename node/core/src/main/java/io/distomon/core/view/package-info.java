/**
 * What a store means: which node is down, which link, which is slow or lossy, who is cut off from whom, according to whom.
 * In: members, held entries and who asks, as one {@link io.distomon.core.view.ViewInput}. Out: a
 * {@link io.distomon.core.view.NetworkView}, the same on every node and in the operator for the same input. Called by the
 * node's HTTP endpoint, metrics and web page, and by the operator's status. A pure fold: no state, no clock, no I/O.
 */
@NullMarked
package io.distomon.core.view;

import org.jspecify.annotations.NullMarked;
