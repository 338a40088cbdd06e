/**
 * How many connections there may be, how long each may take to say something, how much, and how often, so that hostile
 * ones don't stop honest ones, whoever they are of. In: connections, as Netty accepts them, and whose they have proven to
 * be. Out: those that have to go are closed, those of who asks too much are read more slowly, and how many are. Called by
 * Netty and Micronaut, by {@code /mon} with whose a connection is, and for the counts by the metrics.
 */
@NullMarked
package io.distomon.node.connections;

import org.jspecify.annotations.NullMarked;
