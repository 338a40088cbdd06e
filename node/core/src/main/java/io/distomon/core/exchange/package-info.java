/**
 * The signed exchange between two nodes: what a request and its answer look like, the checks in their order, what is
 * sent because the other lacks it. In: HTTP messages as plain values, config, the store. Out: HTTP messages and
 * {@link io.distomon.core.exchange.PollResult}. What members tell each other of the past rides along, made and taken by
 * whoever gives {@link io.distomon.core.exchange.Accounts}. Called by the node's HTTP endpoint and its peer client. No I/O.
 *
 * <p>In the field's words: a poll is a probe and a round of push-pull gossip in one.
 */
@NullMarked
package io.distomon.core.exchange;

import org.jspecify.annotations.NullMarked;
