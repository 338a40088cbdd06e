package io.distomon.core.exchange;

/**
 * How far a peer's clock is ahead of ours, measured as NTP does (RFC 5905 section 8).
 *
 * @param millis the estimate; negative when the peer's clock is behind
 * @param errorMillis half the round trip: the truth is no farther from the estimate
 */
public record ClockOffset(double millis, double errorMillis) {}
