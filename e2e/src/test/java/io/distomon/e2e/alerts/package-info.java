/**
 * The alerts that Prometheus makes of the nodes' metrics. In come {@code charts/distomon/alerts.yaml}, the cases in
 * {@code alerts/cases.yaml} of the test resources, and the README; out comes whether promtool finds in each case the
 * alerts that it names and no other. No node, cluster or Prometheus runs.
 */
@NullMarked
package io.distomon.e2e.alerts;

import org.jspecify.annotations.NullMarked;
