package io.distomon.node.polls;

import io.distomon.core.config.PeerUrl;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.OutgoingRequest;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;

/**
 * A request that is sent once.
 *
 * @param uri a usable url of a peer (see {@link PeerUrl}) with a path
 * @param fields all but those that tell who asks whom for how much
 * @param body not copied, nobody changes it
 * @param headSuffices whether the answer's body does not matter: it may never end
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is passed on once, never compared
record HttpCall(HttpMethod method, URI uri, HttpFields fields, byte[] body, boolean headSuffices) {
    private static final String USER_AGENT = "distomon";

    static HttpCall of(OutgoingRequest request) {
        return new HttpCall(HttpMethod.POST, request.uri(), request.fields(), request.body(), false);
    }

    static HttpCall get(URI uri) {
        return new HttpCall(HttpMethod.GET, uri, HttpFields.of("Accept-Encoding", "identity"), new byte[0], true);
    }

    boolean isTls() {
        return uri.getScheme().equalsIgnoreCase("https");
    }

    String host() {
        return PeerUrl.hostOf(uri);
    }

    int port() {
        return PeerUrl.portOf(uri);
    }

    FullHttpRequest toNetty() {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, method, uri.getRawPath(), Unpooled.wrappedBuffer(body));
        request.headers().set("Host", hostField());
        request.headers().set("User-Agent", USER_AGENT);
        if (method.equals(HttpMethod.POST)) {
            request.headers().set("Content-Length", body.length);
        }
        fields.lines().forEach(line -> request.headers().add(line.name(), line.value()));
        return request;
    }

    /** Without a zone, which means nothing elsewhere. */
    private String hostField() {
        String authority = uri.getRawAuthority().replaceFirst("%[^]]*", "");
        return authority.endsWith(":") ? authority.substring(0, authority.length() - 1) : authority;
    }
}
