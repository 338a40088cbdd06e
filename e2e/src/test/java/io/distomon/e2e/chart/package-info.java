/**
 * The chart as Helm renders it. In come values, as a user writes them; out come the objects that a cluster would get,
 * read without tolerance for a field that Kubernetes does not know. Called by the tests of the chart, and by those
 * that run the operator with the rights it gives.
 */
@NullMarked
package io.distomon.e2e.chart;

import org.jspecify.annotations.NullMarked;
