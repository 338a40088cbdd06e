package io.distomon.node.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.Clock;
import io.distomon.core.crypto.PasswordHash;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Which attempts cost the time of a comparison. Each that does takes the secrets once. */
class LoginAttemptTest {
    private static final ApiSecrets SECRETS =
            new ApiSecrets(PasswordHash.make("right", new SecureRandom()), new byte[ApiSecrets.MIN_JWT_KEY_BYTES]);

    private final AtomicInteger comparisons = new AtomicInteger();

    @Test
    void whatComesTooEarlyIsNotEvenCompared() throws Exception {
        Login login = new Login(this::counted, Clock.system());
        for (int i = 0; i < LoginLimit.FREE_OF_SOURCE; i++) {
            assertThat(login.attempt(address(1), "admin", "wrong")).isEqualTo(Outcome.Compared.WRONG);
        }
        int before = comparisons.get();

        assertThat(login.attempt(address(1), "admin", "right")).isInstanceOf(Outcome.TooMany.class);

        assertThat(comparisons).hasValue(before);
        assertThat(login.attempt(address(2), "admin", "right")).isEqualTo(Outcome.Compared.RIGHT);
    }

    @Test
    void aNameThatNobodyHasIsComparedLikeOneThatSomebodyHas() throws Exception {
        Login login = new Login(this::counted, Clock.system());

        assertThat(login.attempt(address(1), "root", "right")).isEqualTo(Outcome.Compared.WRONG);

        assertThat(comparisons).hasValue(1);
    }

    @Test
    void halfOfTheCoresCompareAndWhoWaitsTooLongIsSentAway() throws Exception {
        int atOnce = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        CountDownLatch end = new CountDownLatch(1);
        Supplier<ApiSecrets> slow = () -> {
            comparisons.incrementAndGet();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts a comparison", e);
            }
            return SECRETS;
        };
        Login login = new Login(slow, Clock.system());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Outcome>> attempts = new ArrayList<>();
            for (int i = 0; i < atOnce + 10; i++) {
                InetAddress from = address(i);
                attempts.add(threads.submit(() -> login.attempt(from, "admin", "right")));
            }

            await().atMost(Duration.ofSeconds(30)).until(() -> finished(attempts) == 10);
            assertThat(comparisons).hasValue(atOnce);
            end.countDown();

            await().atMost(Duration.ofSeconds(30)).until(() -> finished(attempts) == attempts.size());
            assertThat(attempts.stream().map(Future::resultNow).filter(Outcome.Compared.RIGHT::equals))
                    .hasSize(atOnce);
        } finally {
            end.countDown();
        }
    }

    private ApiSecrets counted() {
        comparisons.incrementAndGet();
        return SECRETS;
    }

    private static long finished(List<Future<Outcome>> attempts) {
        return attempts.stream().filter(Future::isDone).count();
    }

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    }
}
