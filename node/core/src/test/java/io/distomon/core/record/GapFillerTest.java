package io.distomon.core.record;

import static io.distomon.core.record.TellingTest.span;
import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.Absence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** fra was away from second 0 to 100. */
class GapFillerTest {
    private static final int SECOND = 1_000_000;

    private static final Duration POLL_RATE = Duration.ofSeconds(10);
    private static final long SECOND_NANOS = 1_000_000_000;

    private final GapFiller filler = new GapFiller(List.of(gap(0, 100)));
    private long now = 7 * SECOND_NANOS;

    @Test
    void onePeerIsAskedOfAllUntilItTells() {
        assertThat(wantedOf("ams")).contains(span(0, 100));
        assertThat(wantedOf("nyc")).isEmpty();
        assertThat(filler.told("ams", account("ams", 0, 100))).isTrue();

        assertThat(wantedOf("ams")).isEmpty();
        assertThat(wantedOf("nyc")).isEmpty();
        assertThat(filler.isOver()).isTrue();
    }

    @Test
    void whoDoesNotKnowTheBeginningLeavesItToOthers() {
        wantedOf("ams");
        filler.told("ams", account("ams", 40, 100));

        assertThat(wantedOf("ams")).isEmpty();
        assertThat(wantedOf("nyc")).contains(span(0, 40));
    }

    @Test
    void whoHasMoreToTellThanFitsIsAskedForTheRest() {
        wantedOf("ams");
        filler.told("ams", account("ams", 0, 60));

        assertThat(wantedOf("ams")).contains(span(60, 100));
    }

    @Test
    void whoTellsNothingInFiveAnswersIsPassedOverForTenMinutes() {
        for (int i = 0; i < 5; i++) {
            assertThat(wantedOf("ams")).contains(span(0, 100));
            filler.toldNothing("ams", now);
        }

        assertThat(wantedOf("ams")).isEmpty();
        assertThat(wantedOf("nyc")).contains(span(0, 100));
        for (int i = 0; i < 5; i++) {
            filler.toldNothing("nyc", now);
        }
        assertThat(wantedOf("nyc")).isEmpty();
        now += Duration.ofMinutes(10).toNanos();
        assertThat(wantedOf("ams")).contains(span(0, 100));
    }

    @Test
    void whoDoesNotAnswerForAMinuteAndThreePollsIsPassedOverAndRequestsThatNeverCameCountForNothing() {
        for (int i = 0; i < 89; i++) {
            assertThat(wantedOf("ams")).isPresent();
            assertThat(wantedOf("nyc")).isEmpty();
            now += SECOND_NANOS;
        }
        now += SECOND_NANOS;

        assertThat(wantedOf("nyc")).contains(span(0, 100));
        assertThat(wantedOf("ams")).isEmpty();
    }

    @Test
    void whatCanNotBeRecordedIsNotAskedForWithoutEnd() {
        int told = 0;
        for (int i = 0; i < 100; i++) {
            String peer = "peer" + i % 50;
            if (wantedOf(peer).isPresent()) {
                assertThat(filler.told(peer, account(peer, 0, 100))).isTrue();
                filler.lost(peer, account(peer, 0, 100));
                told++;
            }
        }

        assertThat(told).isEqualTo(16);
        assertThat(filler.isOver()).isTrue();
    }

    @Test
    void whoIsPolledSeldomHasTheTimeOfThreePolls() {
        filler.wantedOf("ams", Duration.ofMinutes(3), now);
        now += Duration.ofMinutes(9).toNanos();

        assertThat(filler.wantedOf("nyc", Duration.ofMinutes(3), now)).isEmpty();
        assertThat(filler.wantedOf("ams", Duration.ofMinutes(3), now)).isPresent();
    }

    @Test
    void aPeerMayTellWhatAnotherHadToldIt() {
        wantedOf("ams");

        assertThat(filler.told("ams", account("nyc", 0, 40))).isTrue();
        assertThat(wantedOf("ams")).contains(span(40, 100));
    }

    @Test
    void afterAnHourNobodyIsAskedAnyMore() {
        for (int round = 0; round < 6; round++) {
            assertThat(wantedOf("ams")).isPresent();
            now += Duration.ofMinutes(10).toNanos();
        }

        assertThat(wantedOf("ams")).isEmpty();
    }

    @Test
    void whatCouldNotBeRecordedSomebodyElseIsAskedFor() {
        wantedOf("ams");
        Account account = account("ams", 0, 100);
        filler.told("ams", account);
        filler.lost("ams", account);

        assertThat(wantedOf("ams")).isEmpty();
        assertThat(wantedOf("nyc")).contains(span(0, 100));
    }

    @Test
    void nobodyTellsUnaskedNorOfAnotherTimeThanWasAsked() {
        assertThat(filler.told("ams", account("ams", 0, 100))).isFalse();
        wantedOf("ams");
        assertThat(filler.told("nyc", account("nyc", 0, 100))).isFalse();
        assertThat(filler.told("ams", account("ams", 50, 101))).isFalse();
        assertThat(filler.told("ams", account("ams", -1, 50))).isFalse();
        assertThat(filler.told("ams", account("ams", 0, 100))).isTrue();
        assertThat(filler.told("ams", account("ams", 0, 100)))
                .as("a second time")
                .isFalse();
    }

    @Test
    void afterSixteenAccountsItIsOverWhateverIsLeftAndOfOnePeerAfterEight() {
        for (int i = 0; i < 16; i++) {
            String peer = i < 8 ? "ams" : "nyc";
            assertThat(wantedOf(peer)).isPresent();
            assertThat(filler.told(peer, account(peer, 2 * i, 2 * i + 2))).isTrue();
            assertThat(wantedOf("ams").isPresent()).isEqualTo(i < 7);
        }

        assertThat(filler.isOver()).isTrue();
        assertThat(wantedOf("rio")).isEmpty();
    }

    @Test
    void whatSomebodyToldBeforeIsNotAskedForAgain() {
        GapFiller rest = new GapFiller(
                List.of(new Gaps.Gap(span(0, 100), Situation.NOTHING, SECOND, List.of(span(0, 30), span(50, 90)))));

        assertThat(rest.wantedOf("ams", POLL_RATE, 0)).contains(span(30, 50));
        assertThat(rest.wantedOf("nyc", POLL_RATE, 0)).contains(span(90, 100));
    }

    private Optional<Absence> wantedOf(String peer) {
        return filler.wantedOf(peer, POLL_RATE, now);
    }

    private static Gaps.Gap gap(int from, int to) {
        return new Gaps.Gap(span(from, to), Situation.NOTHING, SECOND, List.of());
    }

    private static Account account(String teller, int from, int to) {
        Absence span = span(from, to);
        return new Account("lab", teller, span, Situation.NOTHING, List.of());
    }
}
