/**
 * A network of real nodes on one machine without a cluster. In: a DistomonNetwork file and commands from a person. Out:
 * the table and the verdicts that a cluster's operator would show, and what every command led to. Started by the script
 * {@code e2e/demo}.
 */
@NullMarked
package io.distomon.e2e.demo;

import org.jspecify.annotations.NullMarked;
