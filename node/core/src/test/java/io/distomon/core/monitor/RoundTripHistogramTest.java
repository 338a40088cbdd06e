package io.distomon.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RoundTripHistogramTest {
    @Test
    void everyTimeUpToTheLongestIsWithinOneIn32OfItsBucketsMiddle() {
        int before = 0;
        for (int micros = 0; micros < 1 << 24; micros++) {
            int bucket = RoundTripHistogram.bucketOf(micros);
            if (bucket < before
                    || bucket > before + 1
                    || Math.abs(RoundTripHistogram.middleMicros(bucket) - micros) > micros / 32.0) {
                assertThat(RoundTripHistogram.middleMicros(bucket))
                        .as("bucket %d after %d, of %d µs", bucket, before, micros)
                        .isCloseTo((double) micros, within(micros / 32.0));
                assertThat(bucket).isBetween(before, before + 1);
            }
            before = bucket;
        }
        assertThat(before).isEqualTo(RoundTripHistogram.BUCKETS - 1);
    }

    @Test
    void timesThatNoPollTakesAreInTheOuterBuckets() {
        assertThat(RoundTripHistogram.bucketOf(-1)).isZero();
        assertThat(RoundTripHistogram.bucketOf(Long.MAX_VALUE)).isEqualTo(RoundTripHistogram.BUCKETS - 1);
        assertThat(RoundTripHistogram.bucketOf(1 << 24)).isEqualTo(RoundTripHistogram.BUCKETS - 1);
    }

    @Test
    void percentilesAreThoseOfTheTimesThemselvesToWithinTheBucketsError() {
        // Round trips of a long link: 80 ms, seldom more, very seldom much more.
        Random random = new Random(7);
        double[] millis = DoubleStream.generate(() -> 80 + Math.exp(2 * random.nextGaussian()))
                .limit(10_000)
                .toArray();
        RoundTripHistogram histogram = histogram(millis);

        Arrays.sort(millis);
        for (double share : new double[] {0.5, 0.95, 0.99, 1}) {
            double exact = millis[(int) Math.ceil(share * millis.length) - 1];
            assertThat(histogram.percentileMillis(share).orElseThrow()).isCloseTo(exact, within(exact / 32));
        }
        assertThat(histogram.total()).isEqualTo(10_000);
    }

    @Test
    void theSumOfHistogramsIsTheHistogramOfAll() {
        RoundTripHistogram near = histogram(0.2, 0.3, 0.25);
        RoundTripHistogram far = histogram(80, 81, 250, 0.3);

        assertThat(near.plus(far)).isEqualTo(histogram(0.2, 0.3, 0.25, 80, 81, 250, 0.3));
        assertThat(near.plus(RoundTripHistogram.EMPTY)).isEqualTo(near);
        assertThat(near.plus(far)).isEqualTo(far.plus(near));
    }

    /** The bounds of the node's metric. */
    @Test
    void inFewerBucketsEachCountsWhereItIsNoLongerThanTheBound() {
        RoundTripHistogram histogram = histogram(0.0, 1.0, 1.1, 25.0, 27.0, 100, 250, 500, 999.9, 1000.0, 1063, 5000);

        assertThat(histogram.countsWithin(List.of(1.0, 5.0, 25.0, 100.0, 250.0, 500.0, 1000.0)))
                .containsExactly(2L, 1L, 1L, 2L, 1L, 1L, 2L, 2L);
        assertThat(RoundTripHistogram.EMPTY.countsWithin(List.of(1.0))).containsExactly(0L, 0L);
    }

    @Test
    void itsCompactFormIsReadBack() {
        RoundTripHistogram histogram = histogram(0.005, 80, 80, 81);

        assertThat(histogram.counts()).isEqualTo(Map.of(5, 1L, 211, 3L));
        assertThat(RoundTripHistogram.of(histogram.counts())).isEqualTo(histogram);
    }

    @Test
    void aFormThatIsNoneIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RoundTripHistogram.of(Map.of(-1, 1L)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoundTripHistogram.of(Map.of(RoundTripHistogram.BUCKETS, 1L)));
        assertThatIllegalArgumentException().isThrownBy(() -> RoundTripHistogram.of(Map.of(5, -1L)));
    }

    @Test
    void ofNothingThereIsNoPercentile() {
        assertThat(RoundTripHistogram.EMPTY.percentileMillis(0.5)).isEmpty();
        assertThat(RoundTripHistogram.EMPTY.counts()).isEmpty();
    }

    private static RoundTripHistogram histogram(double... millis) {
        RoundTripHistogram.Collector collector = new RoundTripHistogram.Collector();
        Arrays.stream(millis).forEach(collector::add);
        return collector.collected();
    }
}
