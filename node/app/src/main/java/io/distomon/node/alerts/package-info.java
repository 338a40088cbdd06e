/**
 * Tells people what is wrong without being asked. In: the view of each running network, looked at once a second, and who is to
 * be told, from the node's own file. Out: messages by HTTP to receivers, and what became of them, for metrics and the log.
 * What an alert is, whose turn it is to tell and what a message says is core's room of the same name; here are the thread, the
 * connections, and what is kept over a restart, in the flight recorder's file. Monitoring never waits for it.
 *
 * <p>{@code Alerting} has the looking thread and the counts, {@code NetworkAlerts} is one network's, {@code Post} sends.
 */
@NullMarked
package io.distomon.node.alerts;

import org.jspecify.annotations.NullMarked;
