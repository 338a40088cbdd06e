/** What single steps of a node cost. In: nothing. Out: JMH's table. Called by e2e/bench/jmh. */
@NullMarked
package io.distomon.bench;

import org.jspecify.annotations.NullMarked;
