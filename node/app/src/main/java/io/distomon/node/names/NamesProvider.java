package io.distomon.node.names;

import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;

/** Gives {@link Names} to the JDK, which makes one of these when it is asked for a name the first time. */
public final class NamesProvider extends InetAddressResolverProvider {
    static {
        // The JDK's own cache would hide which address is put first.
        Security.setProperty("networkaddress.cache.ttl", "0");
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new Names(configuration.builtinResolver(), System::nanoTime);
    }

    @Override
    public String name() {
        return "distomon";
    }
}
