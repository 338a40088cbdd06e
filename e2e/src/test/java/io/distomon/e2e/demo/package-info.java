/** The demo as people use it: as a process, with and without a terminal. In: the node's jar, built before. */
@NullMarked
package io.distomon.e2e.demo;

import org.jspecify.annotations.NullMarked;
