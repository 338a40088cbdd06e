/**
 * The Secrets that are made once and never changed. In: a {@link io.distomon.operator.validate.Network}, randomness, and
 * Secrets as they were found. Out: new Secrets to create, and what found ones hold, or why they can't be used. Called by
 * the reconciler, which creates what is missing and overwrites nothing. Pure: no client, no clock. Private keys and
 * passwords leave this room inside of Secrets only; what it says of keys holds public halves.
 */
@NullMarked
package io.distomon.operator.keys;

import org.jspecify.annotations.NullMarked;
