package io.distomon.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.PollResult;
import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.wire.SetClock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A link that is polled every ten seconds, some of whose polls are lost, each by itself; two failures are forgiven. */
class LossTest {
    private static final int TWENTY_DAYS = 20 * 8_640;
    private static final PollResult ANSWER = new PollResult.Answered(20, 10, null);

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final Random random = new Random(5);
    private final Driven nyc = new Driven(Driven.peer(Duration.ofSeconds(10), 2), clock);

    @ParameterizedTest
    @CsvSource({
        "0.3, 0.18",
        "0.1, 0.06",
        "0.05, 0.03",
        "0.05, 0.025",
        "0.03, 0.018",
        "0.03, 0.015",
        "0.01, 0.006",
        "0.01, 0.005",
        "0.002, 0.001"
    })
    void aLinkThatLosesClearlyLessThanItMayIsWell(double limit, double loss) {
        holdAgainst(limit);

        assertThat(lossyOf(TWENTY_DAYS, loss)).isLessThan(TWENTY_DAYS / 1_000);
    }

    @ParameterizedTest
    @CsvSource({"0.12, 0.24", "0.1, 0.2", "0.05, 0.1", "0.03, 0.06", "0.01, 0.02", "0.002, 0.004"})
    void aLinkThatLosesTwiceAsMuchAsItMayIsFoundAndStaysFound(double limit, double loss) {
        for (int i = 0; i < 20; i++) {
            holdAgainst(limit);
            int bound = (int) (40 / limit);

            assertThat(pollsUntil(true, loss, bound)).as("time %s", i).isLessThan(bound);
            assertThat(lossyOf(bound, loss)).as("time %s", i).isGreaterThan(bound * 8 / 10);

            holdAgainst(LinkLimits.OFF);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0.05", "0.05, 0.025", "0.03, 0.015", "0.01, 0.005", "0.05, 0", "0.05, 0.045", "0.01, 0.009"})
    void whatIsWithinTheLimitAgainIsOver(double limit, double loss) {
        holdAgainst(limit);
        int bound = (int) (200 / limit);
        assertThat(pollsUntil(true, 4 * limit, bound)).isLessThan(bound);

        assertThat(pollsUntil(false, loss, bound)).isLessThan(bound);
    }

    @Test
    void theShareIsThatOfThePollsThatShowItAndLaterOfTheLast() {
        holdAgainst(0.05);
        for (int i = 0; i < 200 && breaches().isEmpty(); i++) {
            nyc.poll(i % 5 == 4 ? Driven.SILENCE : ANSWER);
        }
        assertThat(breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.figure()).isEqualTo(Figure.LOSS);
            assertThat(breach.value()).isBetween(0.2, 0.21);
            assertThat(breach.limit()).isEqualTo(0.05);
            assertThat(breach.polls()).isBetween(70, 80);
            assertThat(breach.spanSeconds()).isBetween(500.0, 800.0);
            assertThat(breach.sinceMicros()).isEqualTo(clock.wallMicros());
        });
        for (int i = 0; i < 2_000; i++) {
            nyc.poll(i % 10 == 9 ? Driven.SILENCE : ANSWER);
        }

        assertThat(breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.value()).isBetween(0.09, 0.11);
            assertThat(breach.polls()).isBetween(100, 201);
        });
    }

    @Test
    void aRestartGoesOnWithTheLossThatWasSaidBefore() {
        Breach before = new Breach(Figure.LOSS, 0.2, 0.1, 80, 700, clock.wallMicros() - 5_000_000);
        holdAgainst(0.05);
        nyc.poll(ANSWER);

        nyc.monitor.recall(
                new PingData(PingStatus.ONLINE, 10, 20, 3L, null, 0.2, 1.0, List.of(before)), clock.wallMicros());
        assertThat(breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.limit()).as("that there is now").isEqualTo(0.05);
            assertThat(breach.value()).isEqualTo(0.2);
        });
        nyc.poll(ANSWER);
        assertThat(breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.value()).isBetween(0.19, 0.2);
            assertThat(breach.polls()).isEqualTo(81);
            assertThat(breach.sinceMicros()).isEqualTo(before.sinceMicros());
        });

        assertThat(pollsUntil(false, 0, 200)).isLessThan(105);
    }

    @Test
    void anotherLimitOfRoundTripsLeavesWhatIsKnownOfLosses() {
        holdAgainst(0.05);
        assertThat(pollsUntil(true, 0.2, 400)).isLessThan(400);

        nyc.monitor.holdAgainst(new LinkLimits(500, 0.05, LinkLimits.OFF));

        assertThat(breaches()).hasSize(1);
        nyc.monitor.holdAgainst(new LinkLimits(500, 0.6, LinkLimits.OFF));
        assertThat(breaches()).isEmpty();
    }

    private void holdAgainst(double limit) {
        nyc.monitor.holdAgainst(new LinkLimits(LinkLimits.OFF, limit, LinkLimits.OFF));
    }

    /** For how many of these polls the link was lossy. */
    private int lossyOf(int polls, double loss) {
        int lossy = 0;
        for (int i = 0; i < polls; i++) {
            poll(loss);
            lossy += breaches().isEmpty() ? 0 : 1;
        }
        return lossy;
    }

    private int pollsUntil(boolean lossy, double loss, int most) {
        int polls = 0;
        while (breaches().isEmpty() == lossy && polls < most) {
            poll(loss);
            polls++;
        }
        return polls;
    }

    private void poll(double loss) {
        nyc.poll(random.nextDouble() < loss ? Driven.SILENCE : ANSWER);
    }

    private List<Breach> breaches() {
        return nyc.monitor.ping().breaches();
    }
}
