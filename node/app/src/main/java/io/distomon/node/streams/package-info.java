/**
 * Streams of what happens in a network, to whoever listens. In: who listens, from where on and until when; what the flight
 * recorder has written, and the view. Out: to each listener what it has not heard yet, no faster than it takes that. Nothing
 * is done while nobody listens. Called by the room {@code http}, which puts it into words; ended with the node.
 */
@NullMarked
package io.distomon.node.streams;

import org.jspecify.annotations.NullMarked;
