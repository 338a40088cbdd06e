package io.distomon.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Remembered remembered = new Remembered("u-1");

    @Test
    void itIsLookedAgainWhenTheNextNodeIsLateAndNotAfterTheLast() {
        assertThat(remembered.lateIn(PATIENCE, seconds(0))).isEmpty();

        remembered.seen("fra", false, seconds(0));
        remembered.seen("ams", false, seconds(4));
        assertThat(remembered.lateIn(PATIENCE, seconds(4))).contains(Duration.ofMillis(6_001));
        assertThat(remembered.lateIn(PATIENCE, seconds(11))).contains(Duration.ofMillis(3_001));
        assertThat(remembered.lateIn(PATIENCE, seconds(15))).isEmpty();
        assertThat(remembered.unsettledFor("ams", seconds(15))).isGreaterThan(PATIENCE);
    }

    @Test
    void whoIsAtWorkAgainIsNotLate() {
        remembered.seen("fra", false, seconds(0));
        remembered.seen("fra", true, seconds(1));

        assertThat(remembered.lateIn(PATIENCE, seconds(1))).isEmpty();
    }

    @Test
    void whoHasLeftIsNotLateAndHasOnlyJustComeWhenItComesBack() {
        remembered.seen("fra", false, seconds(0));
        remembered.restartedWhileDown("fra");
        remembered.seen("ams", false, seconds(4));

        remembered.keepNodes(Set.of("ams"));

        assertThat(remembered.lateIn(PATIENCE, seconds(4))).contains(Duration.ofMillis(10_001));
        remembered.seen("fra", false, seconds(60));
        assertThat(remembered.unsettledFor("fra", seconds(60))).isZero();
        assertThat(remembered.wasRestartedWhileDown("fra")).isFalse();
    }

    @Test
    void ofTheKeysThatTheNodesRunWithTheOldestIsKnown() {
        assertThat(remembered.oldestKey()).isNull();

        remembered.runsWith(Stream.of(made("2026-03-01T10:00:00Z"), made("2025-12-24T10:00:00Z")));
        assertThat(remembered.oldestKey()).isEqualTo("2025-12-24T10:00:00Z");

        remembered.runsWith(Stream.of());
        assertThat(remembered.oldestKey()).isNull();
    }

    private static Secret made(String time) {
        return new SecretBuilder()
                .withNewMetadata()
                .withCreationTimestamp(time)
                .endMetadata()
                .build();
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
