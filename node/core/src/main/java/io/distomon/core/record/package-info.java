/**
 * What a flight recorder keeps. In: views, one after the other, and what monitors measured in a minute. Out: records of
 * what changed, each with the hash of the one before, so that whoever has them later finds what was altered, left out or
 * exchanged; what was so at a moment, and for how long; the {@code Account} that a peer tells of a time in which the
 * recorder was away ({@code Telling} makes it, {@code Gaps} finds what lacks one, {@code GapFiller} whom to ask). Called by
 * the node's recorder, its API and {@code verify-evidence}. No clock, no I/O, and no state but a {@code Recollection}'s, a
 * {@code GapFiller}'s and that of folds; where records are kept is the caller's.
 */
@NullMarked
package io.distomon.core.record;

import org.jspecify.annotations.NullMarked;
