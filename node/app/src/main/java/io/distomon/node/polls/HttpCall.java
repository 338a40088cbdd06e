package io.distomon.node.polls;

import io.distomon.core.config.PeerUrl;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.OutgoingRequest;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request that is sent once.
 *
 * @param uri a usable url of a peer (see {@link PeerUrl}) with a path
 * @param fields all but those that tell who asks whom for how much
 * @param body not copied, nobody changes it
 * @param proxy by which it goes, not looked up; null when the peer itself is asked
 * @param headSuffices whether the answer's body does not matter: it may never end
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is passed on once, never compared
record HttpCall(
        HttpMethod method,
        URI uri,
        HttpFields fields,
        byte[] body,
        @Nullable InetSocketAddress proxy,
        boolean headSuffices) {
    private static final String USER_AGENT = "distomon";
    private static final Pattern ZONE = Pattern.compile("%[^]]*");

    static HttpCall of(OutgoingRequest request) {
        return new HttpCall(HttpMethod.POST, request.uri(), request.fields(), request.body(), null, false);
    }

    static HttpCall get(URI uri) {
        return new HttpCall(HttpMethod.GET, uri, HttpFields.of("Accept-Encoding", "identity"), new byte[0], null, true);
    }

    /** The same, by a proxy if there is one. */
    HttpCall by(Optional<InetSocketAddress> another) {
        return new HttpCall(method, uri, fields, body, another.orElse(null), headSuffices);
    }

    /** The host to which it connects. */
    String nextHost() {
        return proxy == null ? host() : proxy.getHostString();
    }

    /** The port of that. */
    int nextPort() {
        return proxy == null ? port() : proxy.getPort();
    }

    /** Whether a proxy only carries bytes, by CONNECT (RFC 9110, section 9.3.6). */
    boolean isTunnelled() {
        return proxy != null && isTls();
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
        FullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, target(), Unpooled.wrappedBuffer(body));
        request.headers().set("Host", hostField());
        request.headers().set("User-Agent", USER_AGENT);
        if (method.equals(HttpMethod.POST)) {
            request.headers().set("Content-Length", body.length);
        }
        fields.lines().forEach(line -> request.headers().add(line.name(), line.value()));
        return request;
    }

    /** To a proxy that reads it the whole url (RFC 9112, section 3.2.2). */
    private String target() {
        return proxy == null || isTls() ? uri.getRawPath() : uri.getScheme() + "://" + hostField() + uri.getRawPath();
    }

    /** Without a zone, which means nothing elsewhere. */
    private String hostField() {
        String authority = ZONE.matcher(uri.getRawAuthority()).replaceFirst("");
        return authority.endsWith(":") ? authority.substring(0, authority.length() - 1) : authority;
    }
}
