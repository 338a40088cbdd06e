package io.distomon.node.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/** Builds the series of one metric; labels are given as names and values in turn. */
final class Series {
    private Series() {}

    static Gauge gauge(String name, String help) {
        return new Gauge(GaugeSnapshot.builder().name(name).help(help));
    }

    /** @param name ends in {@code _total} */
    static Counter counter(String name, String help) {
        return new Counter(CounterSnapshot.builder().name(name).help(help));
    }

    /** @param name ends in {@code _info} */
    static Facts info(String name, String help) {
        return new Facts(InfoSnapshot.builder().name(name).help(help));
    }

    record Gauge(GaugeSnapshot.Builder built) {
        void add(double value, String... labels) {
            built.dataPoint(GaugeDataPointSnapshot.builder()
                    .value(value)
                    .labels(Labels.of(labels))
                    .build());
        }

        void add(boolean value, String... labels) {
            add(value ? 1 : 0, labels);
        }
    }

    record Counter(CounterSnapshot.Builder built) {
        void add(long value, String... labels) {
            built.dataPoint(CounterDataPointSnapshot.builder()
                    .value((double) value)
                    .labels(Labels.of(labels))
                    .build());
        }
    }

    record Facts(InfoSnapshot.Builder built) {
        void add(String... labels) {
            built.dataPoint(
                    InfoDataPointSnapshot.builder().labels(Labels.of(labels)).build());
        }
    }
}
