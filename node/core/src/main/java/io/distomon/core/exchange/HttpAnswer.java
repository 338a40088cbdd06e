package io.distomon.core.exchange;

/**
 * A whole answer. Framing fields ({@code Content-Length} and the like) are the transport's.
 *
 * @param body its bytes; not copied, nobody changes them
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is passed on once, never compared
public record HttpAnswer(int status, HttpFields fields, byte[] body) {}
