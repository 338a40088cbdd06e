package io.distomon.node.outgoing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that the environment names, as curl and git read it: {@code https_proxy} and {@code http_proxy} by the URL's
 * scheme, else {@code all_proxy}; {@code no_proxy} lists hosts that are reached without, with all names below them, or is
 * {@code *}. Upper case counts too.
 */
public final class ProxySetting {
    private static final int DEFAULT_PORT = 1080;
    private static final int MAX_PORT = 65_535;

    private final Environment environment;

    /** Where a variable's value comes from. */
    @FunctionalInterface
    public interface Environment {
        /** The value; null when there is none. */
        @Nullable
        String get(String name);
    }

    /** @param environment where the variables are */
    public ProxySetting(Environment environment) {
        this.environment = environment;
    }

    /**
     * The proxy for a URL.
     *
     * @param fallback when the environment names none
     * @throws IOException when it names one that can't be used
     */
    public Proxy of(URL url, Proxy fallback) throws IOException {
        String scheme = url.getProtocol().toLowerCase(Locale.ROOT);
        String key = scheme + "_proxy";
        String value = value(key);
        if (value == null) {
            key = "all_proxy";
            value = value(key);
        }
        return value == null || isExempt(url.getHost()) ? fallback : proxy(key, value);
    }

    /** Whether it names none, for any URL. */
    public boolean isNone() {
        return Stream.of("https_proxy", "http_proxy", "all_proxy").allMatch(key -> value(key) == null);
    }

    private @Nullable String value(String key) {
        return Stream.of(key, key.toUpperCase(Locale.ROOT))
                .map(environment::get)
                .filter(each -> each != null && !each.isBlank())
                .findFirst()
                .orElse(null);
    }

    private boolean isExempt(String host) {
        String list = value("no_proxy");
        String name = plain(host);
        return list != null
                && Stream.of(list.split("[,\\s]+", -1))
                        .map(ProxySetting::plain)
                        .filter(each -> !each.isEmpty())
                        .anyMatch(each -> each.equals("*") || name.equals(each) || name.endsWith("." + each));
    }

    private static String plain(String host) {
        return host.strip().toLowerCase(Locale.ROOT).replaceFirst("^\\.", "").replaceFirst("^\\[(.*)]$", "$1");
    }

    /** Never shows the value: it may hold a password. */
    private static Proxy proxy(String key, String value) throws IOException {
        URI uri;
        try {
            uri = URI.create(value.contains("://") ? value.strip() : "http://" + value.strip());
        } catch (IllegalArgumentException e) {
            throw unusable(key, "no URL");
        }
        if (uri.getRawUserInfo() != null) {
            throw unusable(key, "a user");
        }
        int port = uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
        if (uri.getHost() == null || port < 1 || port > MAX_PORT) {
            throw unusable(key, "no host and port");
        }
        return new Proxy(type(key, uri.getScheme()), new InetSocketAddress(plain(uri.getHost()), port));
    }

    private static Proxy.Type type(String key, String scheme) throws IOException {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "http" -> Proxy.Type.HTTP;
            case "socks", "socks5", "socks5h" -> Proxy.Type.SOCKS;
            default -> throw unusable(key, "the scheme " + scheme);
        };
    }

    private static IOException unusable(String key, String found) {
        return new IOException(
                "found %s in the environment's %s, expected a proxy such as http://proxy.example.com:3128,"
                                .formatted(found, key)
                        + " or socks5, that asks for no password");
    }
}
