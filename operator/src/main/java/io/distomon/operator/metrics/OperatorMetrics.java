package io.distomon.operator.metrics;

import io.distomon.operator.reconcile.KnownNetwork;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** All metrics of an operator: what it does is counted, what it knows is read when it is asked. Safe for use by many threads. */
public final class OperatorMetrics {
    /** Where which garbage collector keeps what is for who tunes one; how much there is in all is told anyway. */
    private static final String MEMORY_POOLS = "jvm_memory_pool_";

    /** What passes are told apart by, seconds: nothing to do, some writes, many, an API server in trouble. */
    private static final double[] PASS_BOUNDS = {0.01, 0.05, 0.25, 1, 5, 30};

    private static final String OK = "ok";
    private static final String FAILED = "failed";

    /** Where there was no answer. */
    private static final String NO_CODE = "none";

    private final PrometheusRegistry counted = new PrometheusRegistry();
    private final Counter passes;
    private final Histogram durations;
    private final Counter requests;

    public OperatorMetrics() {
        JvmMemoryMetrics.builder().register(counted);
        JvmGarbageCollectorMetrics.builder().register(counted);
        JvmThreadsMetrics.builder().register(counted);
        ProcessMetrics.builder().register(counted);
        passes = Counter.builder()
                .name("distomon_operator_reconciliations_total")
                .help(
                        "Passes over networks by their result: ok, or failed: in whole or in part, by what the API did not do.")
                .labelNames("result")
                .register(counted);
        passes.initLabelValues(OK);
        passes.initLabelValues(FAILED);
        durations = Histogram.builder()
                .name("distomon_operator_reconciliation_seconds")
                .help("How long passes over networks take.")
                .classicOnly()
                .classicUpperBounds(PASS_BOUNDS)
                .register(counted);
        requests = Counter.builder()
                .name("distomon_operator_api_requests_total")
                .help("Requests to the API server by the code of its answer; none: there was no answer.")
                .labelNames("code")
                .register(counted);
    }

    /** Counts a pass over a network. */
    public void passed(Duration took, boolean isWhole) {
        passes.labelValues(isWhole ? OK : FAILED).inc();
        durations.observe(took.toNanos() / 1e9);
    }

    /** Counts what the client that has it asks of the API server. */
    public Interceptor requests() {
        return new Interceptor() {
            @Override
            public void after(
                    HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
                requests.labelValues(String.valueOf(response.code())).inc();
            }

            @Override
            public void afterConnectionFailure(HttpRequest request, Throwable failure) {
                requests.labelValues(NO_CODE).inc();
            }
        };
    }

    /**
     * All of them at this moment.
     *
     * @param networks all that there are
     * @param isReady what {@code /readyz} says
     */
    public MetricSnapshots of(Collection<KnownNetwork> networks, boolean isReady) {
        List<MetricSnapshot> all = new ArrayList<>(NetworkMetrics.of(networks));
        Series known = new Series("distomon_operator_networks", "DistomonNetworks that are looked after.");
        known.add(networks.size());
        Series ready = new Series(
                "distomon_operator_ready", "1 when the operator does its work, 0 when it can't: /readyz says why.");
        ready.add(isReady ? 1 : 0);
        all.add(known.built());
        all.add(ready.built());
        counted.scrape(name -> !name.startsWith(MEMORY_POOLS)).forEach(all::add);
        return new MetricSnapshots(all);
    }
}
