/**
 * How many connections there may be, and how long each may take to say something and how much, so that hostile ones don't
 * stop honest ones. In: connections, as Netty accepts them, and which of them carried a request of somebody known. Out:
 * those that have to go are closed, and how many are. Called by Netty and Micronaut only, but for the counts and
 * {@link io.distomon.node.connections.Source}.
 */
@NullMarked
package io.distomon.node.connections;

import org.jspecify.annotations.NullMarked;
