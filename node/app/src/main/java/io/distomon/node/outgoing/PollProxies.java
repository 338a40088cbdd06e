package io.distomon.node.outgoing;

import io.distomon.core.config.PeerUrl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxies of polls: those that the environment names, but none to this machine itself, which one elsewhere does not
 * reach. One that can't be used, or that speaks SOCKS, which polls don't, is told once, and peers are asked without. Safe
 * for use by many threads.
 */
public final class PollProxies {
    private static final Logger LOG = LoggerFactory.getLogger(PollProxies.class);
    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "::1");

    private final ProxySetting setting;
    private final boolean isNone;
    private final AtomicBoolean told = new AtomicBoolean();

    public PollProxies(ProxySetting setting) {
        this.setting = setting;
        this.isNone = setting.isNone();
    }

    /** The proxy by which a peer's url is asked, not looked up; empty when it is asked itself. */
    public Optional<InetSocketAddress> of(URI uri) {
        if (isNone || HERE.contains(PeerUrl.hostOf(uri).toLowerCase(Locale.ROOT))) {
            return Optional.empty();
        }
        try {
            Proxy proxy = setting.of(uri.toURL(), Proxy.NO_PROXY);
            if (proxy.type() == Proxy.Type.SOCKS) {
                throw new IOException(
                        "found a proxy of the kind SOCKS in the environment, expected an HTTP proxy for polls");
            }
            return proxy.address() instanceof InetSocketAddress address
                    ? Optional.of(InetSocketAddress.createUnresolved(address.getHostString(), address.getPort()))
                    : Optional.empty();
        } catch (IOException e) {
            if (!told.getAndSet(true)) {
                LOG.warn("Peers are asked without a proxy: {}", e.getMessage());
            }
            return Optional.empty();
        }
    }
}
