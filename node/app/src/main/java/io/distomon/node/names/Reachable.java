package io.distomon.node.names;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which of a name's addresses can be connected to: a race in the manner of RFC 8305, section 5. */
public final class Reachable {
    private static final Logger LOG = LoggerFactory.getLogger(Reachable.class);

    /** From the beginning of one connection to that of the next, while none has come about or failed. */
    private static final Duration APART = Duration.ofMillis(250);

    private Reachable() {}

    /**
     * Begins to look for an address that answers while the first of the name's, which is the one that is used, does not.
     * If there is one it is {@linkplain Names#prefer used} from then on.
     *
     * @param within what is not connected by then is given up
     * @return completes within about that time; empty when the first answers, no other does, or there is only one
     */
    public static CompletableFuture<Optional<InetAddress>> insteadOfFirst(String host, int port, Duration within) {
        CompletableFuture<Optional<InetAddress>> result = new CompletableFuture<>();
        Thread race = Thread.ofVirtual().name("addresses of " + host).start(() -> {
            try {
                Optional<InetAddress> other = race(InetAddress.getAllByName(host), port, within);
                other.ifPresent(address -> Names.prefer(host, address));
                result.complete(other);
            } catch (UnknownHostException e) {
                result.complete(Optional.empty());
            } catch (InterruptedException e) {
                result.cancel(false);
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        var _ = result.whenComplete((address, failure) -> race.interrupt());
        return result;
    }

    private static Optional<InetAddress> race(InetAddress[] addresses, int port, Duration within)
            throws InterruptedException {
        if (addresses.length < 2) {
            return Optional.empty();
        }
        long beganNanos = System.nanoTime();
        CompletableFuture<InetAddress> winner = new CompletableFuture<>();
        List<CompletableFuture<Void>> failures = new ArrayList<>();
        for (int i = 0; i < addresses.length && !winner.isDone(); i++) {
            CompletableFuture<Void> failed = connect(new InetSocketAddress(addresses[i], port), within, winner);
            failures.add(failed);
            await(CompletableFuture.anyOf(winner, failed), APART);
        }
        CompletableFuture<Void> allFailed = CompletableFuture.allOf(failures.toArray(new CompletableFuture<?>[0]));
        await(CompletableFuture.anyOf(winner, allFailed), within.minusNanos(System.nanoTime() - beganNanos));
        InetAddress address = winner.getNow(addresses[0]);
        winner.complete(address); // Whoever is still under way is given up.
        return address.equals(addresses[0]) ? Optional.empty() : Optional.of(address);
    }

    /** @return completes when it has failed */
    private static CompletableFuture<Void> connect(
            InetSocketAddress address, Duration within, CompletableFuture<InetAddress> winner) {
        CompletableFuture<Void> failed = new CompletableFuture<>();
        Thread connecting = Thread.ofVirtual().name("address " + address).start(() -> {
            try (Socket socket = new Socket(Proxy.NO_PROXY)) {
                socket.connect(address, (int) Math.max(1, within.toMillis()));
                winner.complete(address.getAddress());
            } catch (IOException e) {
                LOG.debug("{} can't be connected to: {}", address, e.toString());
            } finally {
                failed.complete(null);
            }
        });
        var _ = winner.whenComplete((first, failure) -> connecting.interrupt());
        return failed;
    }

    private static void await(CompletableFuture<?> event, Duration atMost) throws InterruptedException {
        try {
            event.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.trace("Nothing within {}", atMost);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
