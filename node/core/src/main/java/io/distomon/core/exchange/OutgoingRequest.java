package io.distomon.core.exchange;

import io.distomon.core.crypto.MessageSignature;
import java.net.URI;

/**
 * A signed request, ready to be sent once. Send {@link #body} as a POST to {@link #uri} with exactly {@link #fields}
 * besides the transport's own, follow no redirect, and hand the whole answer to {@link Requester#conclude}. Immutable.
 */
public final class OutgoingRequest {
    private final String peer;
    private final URI uri;
    private final HttpFields fields;
    private final byte[] body;
    final MessageSignature.OfRequest signature;
    final Moment sent;

    OutgoingRequest(
            String peer, URI uri, HttpFields fields, byte[] body, MessageSignature.OfRequest signature, Moment sent) {
        this.peer = peer;
        this.uri = uri;
        this.fields = fields;
        this.body = body;
        this.signature = signature;
        this.sent = sent;
    }

    /** The same with other fields and another body, which mean the same. */
    OutgoingRequest as(HttpFields otherFields, byte[] otherBody) {
        return new OutgoingRequest(peer, uri, otherFields, otherBody, signature, sent);
    }

    /** Which node is asked. */
    public String peer() {
        return peer;
    }

    public URI uri() {
        return uri;
    }

    public HttpFields fields() {
        return fields;
    }

    /** Its bytes; not copied, nobody changes them. */
    public byte[] body() {
        return body;
    }
}
