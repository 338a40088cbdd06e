package io.distomon.node.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Names as the system resolves them (search domains included), each answer kept for {@link #KEPT}, and the address that is
 * known to answer put first: who polls tries no other at first. Safe for use by many threads.
 */
public final class Names implements InetAddressResolver {
    /** How long an answer is used. A peer that moves is found within half a minute, a poll included. */
    static final Duration KEPT = Duration.ofSeconds(20);

    /** Names come from configs, of which there are few; what is more is asked for anew. */
    private static final int MAX_KEPT = 4096;

    /** By name; of the process, as the resolver is. */
    private static final Map<String, InetAddress> ANSWERING = new ConcurrentHashMap<>();

    private final InetAddressResolver system;
    private final LongSupplier nanos;
    private final Map<Question, Answer> kept = new ConcurrentHashMap<>();

    private record Question(String host, int policy) {}

    private record Answer(List<InetAddress> addresses, long sinceNanos) {}

    /**
     * Names over a resolver.
     *
     * @param nanos a clock that only goes on
     */
    public Names(InetAddressResolver system, LongSupplier nanos) {
        this.system = system;
        this.nanos = nanos;
    }

    /** Puts {@code address} first of the addresses of {@code host}, as long as it is one of them. */
    public static void prefer(String host, InetAddress address) {
        if (ANSWERING.size() >= MAX_KEPT) {
            ANSWERING.clear();
        }
        ANSWERING.put(host, address);
    }

    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
        Question question = new Question(host, policy.characteristics());
        Answer answer = kept.get(question);
        if (answer == null || nanos.getAsLong() - answer.sinceNanos() > KEPT.toNanos()) {
            // Not within the map's lock: a name server that hangs must not stop other names.
            answer = new Answer(system.lookupByName(host, policy).toList(), nanos.getAsLong());
            if (kept.size() >= MAX_KEPT) {
                kept.clear();
            }
            kept.put(question, answer);
        }
        List<InetAddress> addresses = answer.addresses();
        InetAddress first = ANSWERING.get(host);
        return first == null || !addresses.contains(first)
                ? addresses.stream()
                : Stream.concat(Stream.of(first), addresses.stream().filter(address -> !address.equals(first)));
    }

    @Override
    public String lookupByAddress(byte[] address) throws UnknownHostException {
        return system.lookupByAddress(address);
    }
}
