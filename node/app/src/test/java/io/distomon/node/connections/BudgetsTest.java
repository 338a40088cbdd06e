package io.distomon.node.connections;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BudgetsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Owner FRA = new Owner.Member("lab", "fra");
    private static final Owner AMS = new Owner.Member("lab", "ams");

    private final Budgets budgets = new Budgets();

    @Test
    void whoAsksTooOftenWaitsAndNobodyElseDoes() {
        for (int i = 0; i < Budgets.IN_A_ROW; i++) {
            assertThat(budgets.isUsedUp(FRA, 0)).isFalse();
            budgets.request(FRA, 0);
        }

        assertThat(budgets.isUsedUp(FRA, 0)).isTrue();
        assertThat(budgets.isUsedUp(AMS, 0)).isFalse();
        assertThat(budgets.isUsedUp(FRA, SECOND)).isFalse();
    }

    @Test
    void bytesCountLikeRequestsAndNobodyWaitsLongerThanTwoSeconds() {
        budgets.bytes(FRA, Long.MAX_VALUE, 0);

        assertThat(budgets.isUsedUp(FRA, 2 * SECOND)).isTrue();
        assertThat(budgets.isUsedUp(FRA, 2 * SECOND + 1)).isFalse();
    }

    @Test
    void aMemberThatAsksAsMuchAsTheCoreTakesNeverWaits() {
        for (int second = 0; second < 1_000; second++) {
            long now = second * SECOND;
            for (int i = 0; i < 20; i++) {
                assertThat(budgets.isUsedUp(FRA, now)).isFalse();
                budgets.request(FRA, now);
            }
            budgets.bytes(FRA, 1024 * 1024, now);
        }
    }
}
