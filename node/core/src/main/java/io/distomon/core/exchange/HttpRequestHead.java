package io.distomon.core.exchange;

/**
 * What is known of a request before its body.
 *
 * @param path the request target's path, as sent, without a query
 */
public record HttpRequestHead(String method, String path, HttpFields fields) {}
