/**
 * What runs by itself: for each network a thread per peer that is polled and one that publishes our entry. In: the
 * config, each time it changes. Out: polls of peers over HTTP, and entries in the stores. Called at start, at a change of
 * the config and at the end; the API, the metrics and the flight recorder look at the networks here. What is decided, and
 * when, is the core's.
 */
@NullMarked
package io.distomon.node.threads;

import org.jspecify.annotations.NullMarked;
