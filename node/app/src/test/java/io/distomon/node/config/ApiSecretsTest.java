package io.distomon.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.Secret;
import io.distomon.core.crypto.PasswordHash;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class ApiSecretsTest {
    private static final byte[] JWT_KEY = new byte[ApiSecrets.MIN_JWT_KEY_BYTES];

    @Test
    void itCostsAsMuchToRefuseAnotherNameAsAWrongPassword() {
        ApiSecrets secrets = new ApiSecrets(PasswordHash.make("right", new SecureRandom()), JWT_KEY);

        long wrongPassword =
                cost(() -> assertThat(secrets.matches("admin", "wrong")).isFalse());
        long wrongName = cost(() -> assertThat(secrets.matches("root", "right")).isFalse());

        // Not to compare at all would take a ten-thousandth of it.
        assertThat(wrongName).isGreaterThan(wrongPassword / 4);
        assertThat(wrongPassword).isGreaterThan(wrongName / 4);
    }

    @Test
    void theHashOfAPasswordIsMadeOnceHoweverOftenTheConfigIsRead() {
        RememberedHash remembered = new RememberedHash(new SecureRandom());

        PasswordHash first = remembered.of(new Secret("one"));

        assertThat(remembered.of(new Secret("one"))).isSameAs(first);
        assertThat(new ApiSecrets(remembered.of(new Secret("one")), JWT_KEY)).isEqualTo(new ApiSecrets(first, JWT_KEY));
        assertThat(remembered.of(new Secret("other")).matches("one")).isFalse();
        assertThat(remembered.of(new Secret("one")).matches("one")).isTrue();
    }

    /** Nanoseconds of this thread's processor time, whatever else the machine does. */
    private static long cost(Runnable work) {
        work.run();
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    }
}
