package io.distomon.node.security;

import io.distomon.core.Clock;
import io.distomon.node.config.ApiSecrets;
import io.distomon.node.connections.Source;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Compares passwords: as often as {@link LoginLimit} allows, and so many at once that half of the cores, at least one,
 * do nothing else. Safe for use by many threads.
 */
@Singleton
public final class Login {
    /** How long an attempt waits for others to be compared before it is sent away. */
    private static final Duration MAX_QUEUE = Duration.ofSeconds(2);

    private final Supplier<ApiSecrets> secrets;
    private final Clock clock;
    private final LoginLimit limit;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder limited = new LongAdder();
    private final Semaphore comparing =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

    Login(Supplier<ApiSecrets> secrets, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
        this.limit = new LoginLimit(ApiSecrets.USERNAME, clock.monotonicNanos());
    }

    /** What became of an attempt. */
    sealed interface Outcome {
        enum Compared implements Outcome {
            RIGHT,
            WRONG
        }

        /**
         * It was not looked at.
         *
         * @param pause until it may come again
         */
        record TooMany(Duration pause) implements Outcome {}
    }

    /** What became of all attempts. */
    public LoginCounts counts() {
        return new LoginCounts(accepted.sum(), refused.sum(), limited.sum());
    }

    Outcome attempt(InetAddress from, String username, String password) throws InterruptedException {
        Outcome outcome = judge(from, username, password);
        LongAdder counter = switch (outcome) {
            case Outcome.Compared.RIGHT -> accepted;
            case Outcome.Compared.WRONG -> refused;
            case Outcome.TooMany tooMany -> limited;
        };
        counter.increment();
        return outcome;
    }

    private Outcome judge(InetAddress from, String username, String password) throws InterruptedException {
        Source source = Source.of(from);
        Duration early = limit.begin(source, username, clock.monotonicNanos());
        if (early.isPositive()) {
            return new Outcome.TooMany(early);
        }
        if (!comparing.tryAcquire(MAX_QUEUE.toNanos(), TimeUnit.NANOSECONDS)) {
            return new Outcome.TooMany(MAX_QUEUE);
        }
        try {
            if (!secrets.get().matches(username, password)) {
                return Outcome.Compared.WRONG;
            }
        } finally {
            comparing.release();
        }
        limit.succeeded(source, username);
        return Outcome.Compared.RIGHT;
    }
}
