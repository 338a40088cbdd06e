package io.distomon.core.record;

import static io.distomon.core.record.TellingTest.span;
import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.Absence;
import java.util.List;
import org.junit.jupiter.api.Test;

/** fra was away from second 0 to 100. */
class GapFillerTest {
    private static final int SECOND = 1_000_000;

    private final GapFiller filler = new GapFiller(List.of(gap(0, 100)));

    @Test
    void onePeerIsAskedOfAllUntilItTells() {
        assertThat(filler.wantedOf("ams")).contains(span(0, 100));
        assertThat(filler.wantedOf("nyc")).isEmpty();
        assertThat(filler.told(account("ams", 0, 100))).isTrue();

        assertThat(filler.wantedOf("ams")).isEmpty();
        assertThat(filler.wantedOf("nyc")).isEmpty();
        assertThat(filler.isOver()).isTrue();
    }

    @Test
    void whoDoesNotKnowTheBeginningLeavesItToOthers() {
        filler.wantedOf("ams");
        filler.told(account("ams", 40, 100));

        assertThat(filler.wantedOf("ams")).isEmpty();
        assertThat(filler.wantedOf("nyc")).contains(span(0, 40));
    }

    @Test
    void whoHasMoreToTellThanFitsIsAskedForTheRest() {
        filler.wantedOf("ams");
        filler.told(account("ams", 0, 60));

        assertThat(filler.wantedOf("ams")).contains(span(60, 100));
    }

    @Test
    void whoTellsNothingInFiveRequestsIsNotAskedAgain() {
        for (int i = 0; i < 5; i++) {
            assertThat(filler.wantedOf("ams")).contains(span(0, 100));
        }

        assertThat(filler.wantedOf("ams")).isEmpty();
        assertThat(filler.wantedOf("ams")).isEmpty();
        assertThat(filler.wantedOf("nyc")).contains(span(0, 100));
    }

    @Test
    void whoIsAskedNothingAnyMoreIsNotWaitedFor() {
        filler.wantedOf("ams");
        for (int i = 0; i < 6; i++) {
            assertThat(filler.wantedOf("nyc")).isEmpty();
        }

        assertThat(filler.wantedOf("nyc")).contains(span(0, 100));
    }

    @Test
    void nobodyTellsUnaskedNorOfAnotherTimeThanWasAsked() {
        assertThat(filler.told(account("ams", 0, 100))).isFalse();
        filler.wantedOf("ams");
        assertThat(filler.told(account("nyc", 0, 100))).isFalse();
        assertThat(filler.told(account("ams", 50, 101))).isFalse();
        assertThat(filler.told(account("ams", -1, 50))).isFalse();
        assertThat(filler.told(account("ams", 0, 100))).isTrue();
        assertThat(filler.told(account("ams", 0, 100))).as("a second time").isFalse();
    }

    @Test
    void afterSixteenAccountsItIsOverWhateverIsLeft() {
        for (int i = 0; i < 16; i++) {
            assertThat(filler.wantedOf("ams")).isPresent();
            assertThat(filler.told(account("ams", 2 * i, 2 * i + 2))).isTrue();
        }

        assertThat(filler.isOver()).isTrue();
        assertThat(filler.wantedOf("ams")).isEmpty();
    }

    @Test
    void whatSomebodyToldBeforeIsNotAskedForAgain() {
        GapFiller rest = new GapFiller(
                List.of(new Gaps.Gap(span(0, 100), Situation.NOTHING, SECOND, List.of(span(0, 30), span(50, 90)))));

        assertThat(rest.wantedOf("ams")).contains(span(30, 50));
        assertThat(rest.wantedOf("nyc")).contains(span(90, 100));
    }

    private static Gaps.Gap gap(int from, int to) {
        return new Gaps.Gap(span(from, to), Situation.NOTHING, SECOND, List.of());
    }

    private static Account account(String teller, int from, int to) {
        Absence span = span(from, to);
        return new Account("lab", teller, span, Situation.NOTHING, List.of());
    }
}
