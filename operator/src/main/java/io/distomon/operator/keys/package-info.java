/**
 * The private keys of managed nodes, and how a node comes from one to the next. In: a {@link
 * io.distomon.operator.validate.Network}, randomness, Secrets as they were found, and what the members report of config and
 * keys. Out: new Secrets to create, what found ones hold, or why they can't be used, and for each node what signs, what is
 * published and what is to be deleted. Called by the reconciler, which creates what is missing and overwrites nothing, and
 * by the demo. Pure: no client, no clock. Private keys leave this room inside of Secrets only; what it says of keys holds
 * public halves.
 */
@NullMarked
package io.distomon.operator.keys;

import org.jspecify.annotations.NullMarked;
