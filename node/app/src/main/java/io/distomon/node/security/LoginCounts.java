package io.distomon.node.security;

/**
 * What became of the passwords that were given, since the start.
 *
 * @param accepted they were right, and a token was given
 * @param refused name or password was wrong
 * @param limited they were not compared, since others before them were wrong, or there are too many at once
 */
public record LoginCounts(long accepted, long refused, long limited) {}
