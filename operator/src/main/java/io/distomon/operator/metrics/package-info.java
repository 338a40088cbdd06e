/**
 * What a Prometheus server reads of the operator. In: a scrape of {@code /metrics} on the health port, and what the operator
 * knows of its networks at that moment; passes and requests to the API server as they end, which are counted. Out: series, in
 * the text format or OpenMetrics. Of a network nothing is kept here: one that was deleted has no series any more, and each has
 * as many, whatever its size. The other rooms know nothing of metrics; the Prometheus client is known here alone.
 */
@NullMarked
package io.distomon.operator.metrics;

import org.jspecify.annotations.NullMarked;
