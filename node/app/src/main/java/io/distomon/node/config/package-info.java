/**
 * Where a node's config comes from and when it changes. In: the config directory, read at start and again whenever a file
 * changes, and what the room {@code git} fetches. Out: {@link io.distomon.node.config.NodeConfig}, handed on whenever it
 * differs. Called by the process at start; tells the threads which networks to run and the API which secrets hold. What
 * the files mean is the core's.
 */
@NullMarked
package io.distomon.node.config;

import org.jspecify.annotations.NullMarked;
