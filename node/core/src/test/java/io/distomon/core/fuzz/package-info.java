/**
 * What may come from outside, in any bytes: files, keys, messages. In: bytes. Out: nothing, or a failure where they are
 * neither taken nor refused in our own words. Called by {@link io.distomon.core.fuzz.CorpusTest} with the corpora below
 * {@code src/test/resources}, and, under the profile {@code fuzz}, by Jazzer, which makes up more.
 */
@NullMarked
package io.distomon.core.fuzz;

import org.jspecify.annotations.NullMarked;
