package io.distomon.node.tls;

import io.distomon.node.proxies.Proxies;
import io.micronaut.context.annotation.Context;
import io.micronaut.http.server.HttpServerConfiguration;
import jakarta.annotation.PostConstruct;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of a login that others can read: one by http, off loopback, and not behind a proxy that makes https of it. */
@Context
public final class ClearText {
    private static final Logger LOG = LoggerFactory.getLogger(ClearText.class);

    private static final String WARNING = "the API is served by http: whoever is on the way can read the login and its"
            + " tokens. Serve it by https (DISTOMON_TLS_DIRECTORY), name the proxy that does (DISTOMON_TRUSTED_PROXIES), or"
            + " listen on loopback alone (MICRONAUT_SERVER_HOST)";

    private final boolean isOffered;

    ClearText(CertificateWatch certificates, Proxies proxies, HttpServerConfiguration server) {
        this.isOffered = certificates.status() == null
                && !proxies.trustsAny()
                && !server.getHost().map(ClearText::isLoopback).orElse(false);
    }

    @PostConstruct
    void tell() {
        warnings().forEach(LOG::warn);
    }

    /** One, or none. */
    public List<String> warnings() {
        return isOffered ? List.of(WARNING) : List.of();
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            // The server can't listen there, and says so.
            return false;
        }
    }
}
