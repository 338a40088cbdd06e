package io.distomon.node.polls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The addresses of a peer's host. */
final class Addresses {
    private Addresses() {}

    /**
     * All of them, the one to be asked first.
     *
     * @throws UnknownHostException when there is none
     * @throws SocketTimeoutException when nobody says so in time
     */
    static List<InetAddress> of(String host, Duration within) throws IOException, InterruptedException {
        Optional<InetAddress> literal = literal(host);
        return literal.isPresent() ? List.of(literal.get()) : lookUp(host, within);
    }

    /** Whether it is an address itself. */
    static boolean isLiteral(String host) {
        return literal(host).isPresent();
    }

    private static Optional<InetAddress> literal(String host) {
        boolean mayBe = host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
        try {
            return mayBe ? Optional.of(InetAddress.ofLiteral(host)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            // Of no interface of ours, or no address at all: whoever looks it up will say so.
            return Optional.empty();
        }
    }

    /** On a thread of its own, as the system's resolver blocks for as long as it likes. */
    private static List<InetAddress> lookUp(String host, Duration within) throws IOException, InterruptedException {
        FutureTask<List<InetAddress>> lookup = new FutureTask<>(() -> List.of(InetAddress.getAllByName(host)));
        Thread.ofVirtual().name("lookup").start(lookup);
        try {
            return lookup.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            SocketTimeoutException late = new SocketTimeoutException("no address of " + host);
            late.initCause(e);
            throw late;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException unknown -> throw unknown;
                case RuntimeException bug -> throw bug;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
