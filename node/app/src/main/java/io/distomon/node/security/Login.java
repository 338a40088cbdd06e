package io.distomon.node.security;

import io.distomon.core.Clock;
import io.distomon.core.login.LoginLimit;
import io.distomon.core.login.SourceAddress;
import io.distomon.node.config.ApiSecrets;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Compares passwords: as often as {@link LoginLimit} allows, and so many at once that half of the cores, at least one,
 * do nothing else. What was right once is recognised, and waits for no comparison of others; what was wrong from the same
 * source too, so that a program that goes on with an old password uses up nobody's attempts. Of one neighbourhood
 * {@value #MAX_OF_NEIGHBOURHOOD} attempts wait at most. Safe for use by many threads.
 */
@Singleton
public final class Login {
    /** How long an attempt waits for others to be compared before it is sent away. */
    private static final Duration MAX_QUEUE = Duration.ofSeconds(5);

    /** Before the first right password since the start all wait in one queue, of which nobody must have more than a part. */
    private static final int MAX_OF_NEIGHBOURHOOD = 8;

    private static final Duration NEIGHBOURHOOD_BUSY = Duration.ofSeconds(1);

    private final Supplier<ApiSecrets> secrets;
    private final Clock clock;
    private final Comparison comparison;
    private final Map<SourceAddress, Integer> attempting = new ConcurrentHashMap<>();
    private final LoginLimit limit;
    private final KnownPasswords known = new KnownPasswords(new SecureRandom());
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder limited = new LongAdder();
    private final Semaphore comparing =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

    @Inject
    Login(Supplier<ApiSecrets> secrets, Clock clock) {
        this(secrets, clock, ApiSecrets::matches);
    }

    Login(Supplier<ApiSecrets> secrets, Clock clock, Comparison comparison) {
        this.secrets = secrets;
        this.clock = clock;
        this.comparison = comparison;
        this.limit = new LoginLimit();
    }

    /** Whether name and password are right, at the cost of 0.1 s of a core, or 1.6 s with a hash of cost 14. */
    @FunctionalInterface
    interface Comparison {
        boolean matches(ApiSecrets secrets, String username, String password);
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
        SourceAddress source = SourceAddress.of(from);
        ApiSecrets current = secrets.get();
        String digest = known.digest(current, username, password);
        Duration early = limit.early(source, clock.monotonicNanos());
        if (early.isPositive()) {
            return new Outcome.TooMany(early);
        }
        if (known.isRight(digest)) {
            limit.succeeded(source);
            return Outcome.Compared.RIGHT;
        }
        if (limit.wasWrong(source, digest)) {
            return Outcome.Compared.WRONG;
        }
        SourceAddress neighbourhood = SourceAddress.neighbourhood(from);
        try {
            return attempting.merge(neighbourhood, 1, Integer::sum) > MAX_OF_NEIGHBOURHOOD
                    ? new Outcome.TooMany(NEIGHBOURHOOD_BUSY)
                    : compare(source, current, username, password, digest);
        } finally {
            attempting.computeIfPresent(neighbourhood, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    private Outcome compare(SourceAddress source, ApiSecrets current, String username, String password, String digest)
            throws InterruptedException {
        if (!comparing.tryAcquire(MAX_QUEUE.toNanos(), TimeUnit.NANOSECONDS)) {
            return new Outcome.TooMany(MAX_QUEUE);
        }
        try {
            // Counted only now: what is not looked at is no guess.
            Duration stillEarly = limit.begin(source, clock.monotonicNanos());
            if (stillEarly.isPositive()) {
                return new Outcome.TooMany(stillEarly);
            }
            if (!comparison.matches(current, username, password)) {
                limit.failed(source, digest);
                return Outcome.Compared.WRONG;
            }
        } finally {
            comparing.release();
        }
        known.right(digest);
        limit.succeeded(source);
        return Outcome.Compared.RIGHT;
    }
}
