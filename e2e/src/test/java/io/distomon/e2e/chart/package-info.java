/**
 * The chart as Helm renders it. In come values, as a user writes them; out come the objects that a cluster would get,
 * read without tolerance for a field that Kubernetes does not know. Called by the tests alone.
 */
@NullMarked
package io.distomon.e2e.chart;

import org.jspecify.annotations.NullMarked;
