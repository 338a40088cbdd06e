/** What puts the figures of {@code e2e/bench} together. In: the scripts of the checkout. Out: nothing. */
@NullMarked
package io.distomon.e2e.bench;

import org.jspecify.annotations.NullMarked;
