package io.distomon.node.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The DNS of this process's tests: what they say, and the system's for all else, below {@link Names} as in a node. */
public final class FakeNames extends InetAddressResolverProvider {
    private static final Map<String, List<InetAddress>> SAID = new ConcurrentHashMap<>();
    private static final Set<String> SILENT = ConcurrentHashMap.newKeySet();
    private static final AtomicLong PASSED = new AtomicLong();

    /** {@code host} has these addresses from now on, which {@link #pass} may have to make known. */
    public static void say(String host, String... addresses) {
        SAID.put(host, Stream.of(addresses).map(InetAddress::ofLiteral).toList());
    }

    /** Whoever asks for {@code host} waits, for longer than anybody does. */
    public static void saysNothing(String host) {
        SILENT.add(host);
    }

    /** What was kept has become so much older. */
    static void pass(long nanos) {
        PASSED.addAndGet(nanos);
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        // As in a node: with its provider comes that the JDK keeps nothing.
        InetAddressResolver system = configuration.builtinResolver();
        new NamesProvider();
        return new Names(new Said(system), () -> System.nanoTime() + PASSED.get());
    }

    @Override
    public String name() {
        return "fake";
    }

    private record Said(InetAddressResolver system) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            if (SILENT.contains(host)) {
                LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(2));
                throw new UnknownHostException(host);
            }
            List<InetAddress> said = SAID.get(host);
            return said == null ? system.lookupByName(host, policy) : said.stream();
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            return system.lookupByAddress(address);
        }
    }
}
