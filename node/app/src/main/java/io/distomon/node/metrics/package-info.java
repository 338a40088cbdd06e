/**
 * What a Prometheus server reads of a node. In: a scrape of {@code /metrics} on the management port; for each, the state
 * of the config, the networks at work, their views and what became of messages, connections, logins and the certificate,
 * read once. Out: series, in the text format or OpenMetrics. Nothing is kept here between scrapes: what left the config
 * has no series any more, and labels are names in the config or words of ours, never what somebody sent. The other rooms
 * know nothing of metrics; the Prometheus client is known here alone.
 */
@NullMarked
package io.distomon.node.metrics;

import org.jspecify.annotations.NullMarked;
