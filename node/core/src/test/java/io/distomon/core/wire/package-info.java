/** What the tests of the wire share: the vectors of an independent implementation, and a clock that is set by hand. */
@NullMarked
package io.distomon.core.wire;

import org.jspecify.annotations.NullMarked;
