package io.distomon.node.proxies;

import io.distomon.core.config.AddressRange;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;

/**
 * Whom a request is from. Only proxies that the settings name are believed, each as to whom it got the request from: that
 * is, from the end of the list, up to the first that is no such proxy. Without any, the lists are not looked at.
 */
@Singleton
public final class Proxies {
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED = "Forwarded";

    private final List<AddressRange> trusted;

    Proxies(ProxyProperties properties) {
        this.trusted = properties.trusted();
    }

    /** Whether it is a proxy that is believed. */
    public boolean trusts(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    /** Whether there are such proxies. */
    public boolean trustsAny() {
        return !trusted.isEmpty();
    }

    /** The address of who asks. */
    public InetAddress client(HttpRequest<?> request) {
        return client(
                request.getRemoteAddress().getAddress(),
                name -> request.getHeaders().getAll(name));
    }

    /**
     * The address of who asks.
     *
     * @param from the other end of the connection
     * @param fields the lines of a header by its name, in their order
     */
    public InetAddress client(InetAddress from, Function<String, List<String>> fields) {
        if (!trusts(from)) {
            return from;
        }
        List<String> forwardedFor = fields.apply(FORWARDED_FOR);
        List<String> forwarded = fields.apply(FORWARDED);
        if (forwarded.isEmpty()) {
            return client(from, Hops.ofForwardedFor(forwardedFor));
        }
        InetAddress client = client(from, Hops.ofForwarded(forwarded));
        if (forwardedFor.isEmpty() || client.equals(client(from, Hops.ofForwardedFor(forwardedFor)))) {
            return client;
        }
        // A proxy writes one of them and hands the other on as it comes: which one is not known, so neither counts.
        return from;
    }

    private InetAddress client(InetAddress from, List<InetAddress> latestFirst) {
        InetAddress client = from;
        for (InetAddress hop : latestFirst) {
            client = hop;
            if (!trusts(hop)) {
                break;
            }
        }
        return client;
    }
}
