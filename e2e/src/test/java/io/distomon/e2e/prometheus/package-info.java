/**
 * What Prometheus and Grafana make of the metrics of nodes and operator. In come {@code alerts.yaml} and {@code dashboards} of
 * the chart, the cases in {@code prometheus/cases.yaml} of the test resources, and the READMEs; out comes whether promtool
 * finds in each case the alerts that it names and no other, and whether a Prometheus server that looks at running nodes has an
 * answer to each query of the dashboards; the operator's is asked beside an API server, by the tests of that. What runs
 * promtool or the server has the tag cluster.
 */
@NullMarked
package io.distomon.e2e.prometheus;

import org.jspecify.annotations.NullMarked;
