package io.distomon.node.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.Clock;
import io.distomon.core.crypto.PasswordHash;
import io.distomon.core.login.LoginLimit;
import io.distomon.node.config.ApiSecrets;
import io.distomon.node.security.Login.Outcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which attempts cost the time of a comparison, and which are looked at at all. */
class LoginAttemptTest {
    private static final ApiSecrets SECRETS = secrets("right");

    private final AtomicInteger comparisons = new AtomicInteger();
    private volatile ApiSecrets current = SECRETS;
    private final Login login = new Login(() -> current, Clock.system(), this::counted);

    @Test
    void whatComesTooEarlyIsNotEvenCompared() throws Exception {
        for (int i = 0; i < LoginLimit.FREE_OF_SOURCE; i++) {
            assertThat(login.attempt(address(1), "admin", "wrong " + i)).isEqualTo(Outcome.Compared.WRONG);
        }
        int before = comparisons.get();

        assertThat(login.attempt(address(1), "admin", "right")).isInstanceOf(Outcome.TooMany.class);

        assertThat(comparisons).hasValue(before);
        assertThat(login.attempt(address(2), "admin", "right")).isEqualTo(Outcome.Compared.RIGHT);
    }

    @Test
    void aNameThatNobodyHasIsComparedLikeOneThatSomebodyHas() throws Exception {
        assertThat(login.attempt(address(1), "root", "right")).isEqualTo(Outcome.Compared.WRONG);

        assertThat(comparisons).hasValue(1);
    }

    @Test
    void aProgramThatGoesOnWithAnOldPasswordLocksOutNobodyAtItsAddress() throws Exception {
        for (int i = 0; i < 10 * LoginLimit.FREE_OF_SOURCE; i++) {
            assertThat(login.attempt(address(1), "admin", "old")).isEqualTo(Outcome.Compared.WRONG);
        }

        assertThat(comparisons).hasValue(1);
        assertThat(login.attempt(address(1), "admin", "right")).isEqualTo(Outcome.Compared.RIGHT);
    }

    @Test
    void howeverManyFailElsewhereARightPasswordIsTaken() throws Exception {
        Login quick =
                new Login(() -> current, Clock.system(), (secrets, username, password) -> password.equals("right"));
        for (int i = 0; i < 1_000; i++) {
            InetAddress elsewhere = InetAddress.getByAddress(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
            assertThat(quick.attempt(elsewhere, "admin", "guess " + i)).isEqualTo(Outcome.Compared.WRONG);
        }

        assertThat(quick.attempt(address(1), "admin", "right")).isEqualTo(Outcome.Compared.RIGHT);
    }

    @Test
    void whatWasRightOnceWaitsForNoComparisonOfOthers() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        Login busy = new Login(() -> current, Clock.system(), (secrets, username, password) -> {
            begun.incrementAndGet();
            return password.equals("right") || awaitEnd(end);
        });
        assertThat(busy.attempt(address(1), "admin", "right")).isEqualTo(Outcome.Compared.RIGHT);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 10 * atOnce(); i++) {
                InetAddress from = address(10 + i);
                threads.execute(() -> attemptQuietly(busy, from));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> begun.get() == 1 + atOnce());

            assertThat(busy.attempt(address(2), "admin", "right")).isEqualTo(Outcome.Compared.RIGHT);

            assertThat(begun).hasValue(1 + atOnce());
            end.countDown();
        } finally {
            end.countDown();
        }
    }

    /** An IPv6 customer has thousands of sources. */
    @Test
    void beforeThePasswordIsKnownANeighbourhoodDoesNotFillTheQueueForAllOthers() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Login busy = new Login(() -> current, Clock.system(), (secrets, username, password) -> {
            comparisons.incrementAndGet();
            return awaitEnd(end) && password.equals("right");
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Outcome>> guesses = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                InetAddress from = InetAddress.getByName("2001:db8:1:%x::1".formatted(i));
                guesses.add(threads.submit(() -> busy.attempt(from, "admin", "guess")));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> finished(guesses) >= 200 - 8);
            assertThat(guesses.stream().filter(Future::isDone))
                    .allSatisfy(guess -> assertThat(guess.resultNow()).isInstanceOf(Outcome.TooMany.class));

            Future<Outcome> right =
                    threads.submit(() -> busy.attempt(InetAddress.getByName("2001:db8:2::1"), "admin", "right"));
            end.countDown();

            assertThat(right.get(1, TimeUnit.MINUTES)).isEqualTo(Outcome.Compared.RIGHT);
        } finally {
            end.countDown();
        }
    }

    @Test
    void whatIsKnownOfPasswordsIsForgottenWithTheSecrets() throws Exception {
        assertThat(login.attempt(address(1), "admin", "right")).isEqualTo(Outcome.Compared.RIGHT);
        assertThat(login.attempt(address(1), "admin", "next")).isEqualTo(Outcome.Compared.WRONG);

        current = secrets("next");

        assertThat(login.attempt(address(1), "admin", "next")).isEqualTo(Outcome.Compared.RIGHT);
        assertThat(login.attempt(address(2), "admin", "right")).isEqualTo(Outcome.Compared.WRONG);
    }

    @Test
    void halfOfTheCoresCompareAndTheTimeInTheQueueCountsForNobody() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Login slow = new Login(() -> current, Clock.system(), (secrets, username, password) -> {
            comparisons.incrementAndGet();
            return awaitEnd(end) && password.equals("right");
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < atOnce(); i++) {
                InetAddress from = address(10 + i);
                threads.execute(() -> attemptQuietly(slow, from));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> comparisons.get() == atOnce());
            List<Future<Outcome>> sentAway = new ArrayList<>();
            for (int i = 0; i < 2 * LoginLimit.FREE_OF_SOURCE; i++) {
                sentAway.add(threads.submit(() -> slow.attempt(address(1), "admin", "right")));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> finished(sentAway) == sentAway.size());
            assertThat(sentAway)
                    .allSatisfy(attempt -> assertThat(attempt.resultNow()).isInstanceOf(Outcome.TooMany.class));
            assertThat(comparisons).hasValue(atOnce());
            end.countDown();

            assertThat(slow.attempt(address(1), "admin", "right")).isEqualTo(Outcome.Compared.RIGHT);
        } finally {
            end.countDown();
        }
    }

    private boolean counted(ApiSecrets secrets, String username, String password) {
        comparisons.incrementAndGet();
        return secrets.matches(username, password);
    }

    private static boolean awaitEnd(CountDownLatch end) {
        try {
            return end.await(2, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a comparison", e);
        }
    }

    private static void attemptQuietly(Login login, InetAddress from) {
        try {
            login.attempt(from, "admin", "guess");
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts an attempt", e);
        }
    }

    private static int atOnce() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    private static ApiSecrets secrets(String password) {
        return new ApiSecrets(PasswordHash.make(password, new SecureRandom()), new byte[ApiSecrets.MIN_JWT_KEY_BYTES]);
    }

    private static long finished(List<Future<Outcome>> attempts) {
        return attempts.stream().filter(Future::isDone).count();
    }

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    }
}
