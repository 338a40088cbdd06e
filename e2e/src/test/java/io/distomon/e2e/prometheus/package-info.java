/**
 * What Prometheus and Grafana make of the nodes' metrics. In come {@code alerts.yaml} and {@code dashboards} of the chart,
 * the cases in {@code prometheus/cases.yaml} of the test resources, and the README; out comes whether promtool finds in each
 * case the alerts that it names and no other, and whether a Prometheus server that looks at running nodes has an answer to
 * each query of the dashboards. What runs promtool or the server has the tag cluster.
 */
@NullMarked
package io.distomon.e2e.prometheus;

import org.jspecify.annotations.NullMarked;
