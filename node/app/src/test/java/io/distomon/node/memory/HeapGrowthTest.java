package io.distomon.node.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapGrowthTest {
    private static final long MIB = 1L << 20;

    private final HeapGrowth growth = new HeapGrowth();

    @Test
    void whatAStartLeftIsTooMuch() {
        assertThat(growth.isTooMuch(40 * MIB)).isTrue();
    }

    @Test
    void aSmallHeapMayGrowByEightMebibytes() {
        growth.collected(10 * MIB);

        assertThat(growth.isTooMuch(18 * MIB)).isFalse();
        assertThat(growth.isTooMuch(18 * MIB + 1)).isTrue();
    }

    @Test
    void aLargeHeapMayGrowByAHalf() {
        growth.collected(100 * MIB);

        assertThat(growth.isTooMuch(150 * MIB)).isFalse();
        assertThat(growth.isTooMuch(150 * MIB + 1)).isTrue();
    }

    @Test
    void whatIsAliveIsNotCollectedAgainAndAgain() {
        assertThat(growth.isTooMuch(160 * MIB)).isTrue();
        growth.collected(150 * MIB);

        assertThat(growth.isTooMuch(160 * MIB)).isFalse();
    }

    @Test
    void aHeapThatShrankByItselfCountsFromThereOn() {
        growth.collected(60 * MIB);

        assertThat(growth.isTooMuch(30 * MIB)).isFalse();
        assertThat(growth.isTooMuch(50 * MIB)).isTrue();
    }
}
