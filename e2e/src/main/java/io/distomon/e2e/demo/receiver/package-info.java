/**
 * Those whom a network's alerts tell, played: one server on loopback in the place of all receivers of a file. In: what nodes
 * send. Out: {@link io.distomon.e2e.demo.receiver.Told}, what is in it, once its signature is right. Called by the demo's
 * network.
 */
@NullMarked
package io.distomon.e2e.demo.receiver;

import org.jspecify.annotations.NullMarked;
