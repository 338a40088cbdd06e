/**
 * The files of a node: {@code nodeconf.yml} and a network's directory. In: a directory. Out:
 * {@link io.distomon.core.config.NetworkConfig} with warnings, or errors that name file, line, key, what was found and
 * what was expected; and the reverse, records written as these files. Called by the node at start and reload, and by the
 * operator, which writes what nodes read. No I/O beyond reading a directory.
 */
@NullMarked
package io.distomon.core.config;

import org.jspecify.annotations.NullMarked;
