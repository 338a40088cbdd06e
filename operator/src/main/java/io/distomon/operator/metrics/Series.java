package io.distomon.operator.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** The series of one gauge; labels are given as names and values in turn. */
final class Series {
    private final GaugeSnapshot.Builder gauge;

    Series(String name, String help) {
        gauge = GaugeSnapshot.builder().name(name).help(help);
    }

    void add(double value, String... labels) {
        gauge.dataPoint(GaugeDataPointSnapshot.builder()
                .value(value)
                .labels(Labels.of(labels))
                .build());
    }

    MetricSnapshot built() {
        return gauge.build();
    }
}
