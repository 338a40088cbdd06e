package io.distomon.node.metrics;

import io.distomon.core.exchange.Receiver;
import io.distomon.node.alerts.Alerting;
import io.distomon.node.config.ConfigManager;
import io.distomon.node.connections.ConnectionLimits;
import io.distomon.node.security.Login;
import io.distomon.node.streams.Streams;
import io.distomon.node.threads.MonitorManager;
import io.distomon.node.tls.CertificateWatch;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** All metrics of a node, as of one moment. Made with the first scrape; safe for use by many threads. */
@Singleton
final class NodeMetrics {
    /** Where which garbage collector keeps what is for who tunes one; how much there is in all is told anyway. */
    private static final String MEMORY_POOLS = "jvm_memory_pool_";

    private final ConfigManager configs;
    private final MonitorManager monitors;
    private final Receiver receiver;
    private final ConnectionLimits connections;
    private final Login login;
    private final Streams streams;
    private final CertificateWatch certificates;
    private final Alerting alerting;
    private final PrometheusRegistry process = new PrometheusRegistry();

    NodeMetrics(
            ConfigManager configs,
            MonitorManager monitors,
            Receiver receiver,
            ConnectionLimits connections,
            Login login,
            Streams streams,
            CertificateWatch certificates,
            Alerting alerting) {
        this.configs = configs;
        this.monitors = monitors;
        this.receiver = receiver;
        this.connections = connections;
        this.login = login;
        this.streams = streams;
        this.certificates = certificates;
        this.alerting = alerting;
        JvmMemoryMetrics.builder().register(process);
        JvmGarbageCollectorMetrics.builder().register(process);
        JvmThreadsMetrics.builder().register(process);
        ProcessMetrics.builder().register(process);
    }

    MetricSnapshots scrape() {
        List<NetworkSnapshot> networks =
                monitors.networks().stream().map(NetworkSnapshot::of).toList();
        List<MetricSnapshot> all = new ArrayList<>();
        all.addAll(ConfigMetrics.of(configs.state(), networks));
        all.addAll(ExchangeMetrics.of(receiver, networks));
        all.addAll(ViewMetrics.of(networks));
        all.addAll(AccessMetrics.of(connections.counts(), login.counts(), streams.count()));
        all.addAll(AlertMetrics.of(alerting));
        all.addAll(TlsMetrics.of(certificates.status()));
        process.scrape(name -> !name.startsWith(MEMORY_POOLS)).forEach(all::add);
        return new MetricSnapshots(all);
    }
}
