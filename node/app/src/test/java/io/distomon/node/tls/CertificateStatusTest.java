package io.distomon.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CertificateStatusTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aWeekBeforeItsEndItIsLate() {
        CertificateStatus status = lasting(Duration.ofDays(90));

        assertThat(status.warnings(FROM.minusSeconds(1)))
                .containsExactly("the certificate for CN=fra is valid from 2026-01-01T00:00:00Z on");
        assertThat(status.warnings(FROM.plus(Duration.ofDays(83)))).isEmpty();
        assertThat(status.warnings(FROM.plus(Duration.ofDays(83)).plusSeconds(1)))
                .containsExactly("the certificate for CN=fra expires on 2026-04-01T00:00:00Z");
        assertThat(status.warnings(FROM.plus(Duration.ofDays(91))))
                .containsExactly(
                        "the certificate for CN=fra expired on 2026-04-01T00:00:00Z: nobody takes it any more");
    }

    @Test
    void oneOfADayIsLateInItsLastHours() {
        CertificateStatus status = lasting(Duration.ofDays(1));

        assertThat(status.warnings(FROM.plus(Duration.ofHours(20)))).isEmpty();
        assertThat(status.warnings(FROM.plus(Duration.ofHours(21)))).hasSize(1);
    }

    @Test
    void whatCantBeUsedIsToldBesides() {
        CertificateStatus status = new CertificateStatus("CN=fra", FROM, FROM.plusSeconds(1), "tls.key: found no file");

        assertThat(status.warnings(FROM.plusSeconds(2)))
                .hasSize(2)
                .first()
                .isEqualTo("the certificate is not usable, the last good one stays: tls.key: found no file");
    }

    private static CertificateStatus lasting(Duration time) {
        return new CertificateStatus("CN=fra", FROM, FROM.plus(time), null);
    }
}
