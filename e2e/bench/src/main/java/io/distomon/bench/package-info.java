/**
 * How long what a node does for each exchange takes. In: nothing. Out: JMH's table. Called by hand; README.md beside the
 * pom says how.
 */
@NullMarked
package io.distomon.bench;

import org.jspecify.annotations.NullMarked;
