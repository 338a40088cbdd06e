package io.distomon.node.threads;

import io.distomon.core.monitor.MonitorState;
import io.distomon.core.store.PingStatus;

/**
 * What the monitor of one peer has to say.
 *
 * @param state what it is at
 * @param status what it found the peer to be
 * @param polls how its polls have ended
 */
public record PeerReport(MonitorState state, PingStatus status, PollCounts polls) {}
