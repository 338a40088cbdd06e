package io.distomon.operator;

import io.distomon.core.Clock;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.operator.desired.NodeAddresses;
import io.distomon.operator.metrics.MetricsHandler;
import io.distomon.operator.metrics.OperatorMetrics;
import io.distomon.operator.mirror.Inquiry;
import io.distomon.operator.page.LookedAfter;
import io.distomon.operator.page.PageServer;
import io.distomon.operator.reconcile.DistomonNetworkReconciler;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator at work. Safe for use by many threads. */
public final class RunningOperator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningOperator.class);
    private static final Duration CACHE_SYNC = Duration.ofSeconds(60);

    /** A pass waits for the API server most of its time; more of them would wait for each other there. */
    private static final int PASSES_AT_ONCE = 10;

    /** How long a namespace of several keeps the others waiting at the start. */
    private static final Duration CACHE_SYNC_OF_SEVERAL = Duration.ofSeconds(15);

    private final Operator operator;
    private final DistomonNetworkReconciler reconciler;
    private final HealthServer health;
    private final Optional<PageServer> page;

    private RunningOperator(
            Operator operator, DistomonNetworkReconciler reconciler, HealthServer health, Optional<PageServer> page) {
        this.operator = operator;
        this.reconciler = reconciler;
        this.health = health;
        this.page = page;
    }

    /** Starts in the cluster whose API the environment or the pod's service account names. */
    public static RunningOperator start(Settings settings) throws IOException {
        return start(settings, Config.autoConfigure(null), NodeAddresses::inCluster);
    }

    /**
     * Starts, and returns when everything is known that exists.
     *
     * @param cluster which API
     * @param addresses where the nodes of a network answer
     * @throws IOException when the health port is taken, or the page's
     */
    public static RunningOperator start(Settings settings, Config cluster, Function<Network, NodeAddresses> addresses)
            throws IOException {
        OperatorMetrics metrics = new OperatorMetrics();
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(cluster)
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("metrics", metrics.requests()))
                .withKubernetesSerialization(KeptFields.serialization())
                .build();
        Operator operator = new Operator(configuration -> configuration
                .withKubernetesClient(client)
                .withParseResourceVersions(true)
                .withConcurrentReconciliationThreads(PASSES_AT_ONCE)
                .withConcurrentWorkflowExecutorThreads(1) // there are no workflows
                .withCacheSyncTimeout(settings.namespaces().size() < 2 ? CACHE_SYNC : CACHE_SYNC_OF_SEVERAL)
                // One namespace that can't be read must not keep the others waiting for ever.
                .withStopOnInformerErrorDuringStartup(settings.namespaces().size() < 2)
                .checkingCRDAndValidateLocalModel(false));
        InstalledCrd crd = new InstalledCrd(client, settings.namespaces(), Clock.system());
        DistomonNetworkReconciler reconciler = new DistomonNetworkReconciler(
                settings.nodeImage(),
                settings.mirrorInterval(),
                settings.rolloutPatience(),
                addresses,
                crd,
                Clock.system(),
                metrics::passed);
        if (settings.namespaces().isEmpty()) {
            operator.register(reconciler, configuration -> configuration.watchingAllNamespaces());
        } else {
            operator.register(reconciler, configuration -> configuration.settingNamespaces(settings.namespaces()));
        }
        Watches watches =
                new Watches(operator.getRuntimeInfo(), DistomonNetworkReconciler.optionalSources(), Clock.system());
        Supplier<Optional<String>> unready = () -> unready(operator, watches, crd, reconciler);
        HealthServer health = HealthServer.start(
                settings.healthPort(),
                watches::ended,
                unready,
                new MetricsHandler(() -> metrics.of(
                        isStarted(operator) ? reconciler.knownNetworks() : List.of(),
                        unready.get().isEmpty())));
        Optional<PageServer> page = Optional.empty();
        try {
            if (settings.page().isPresent()) {
                LookedAfter networks = new Networks(operator, reconciler, unready);
                page = Optional.of(PageServer.start(settings.page().get(), networks, Clock.system()));
            }
            operator.start();
        } catch (IOException | RuntimeException e) {
            page.ifPresent(PageServer::close);
            health.close();
            reconciler.close();
            client.close();
            throw e;
        }
        LOG.info(
                "Watching DistomonNetworks in {}",
                settings.namespaces().isEmpty() ? "all namespaces" : String.join(", ", settings.namespaces()));
        return new RunningOperator(operator, reconciler, health, page);
    }

    /** Where {@code /healthz}, {@code /readyz} and {@code /metrics} answer. */
    public int healthPort() {
        return health.port();
    }

    /** Where the page is; empty when it is switched off. */
    public Optional<Integer> pagePort() {
        return page.map(PageServer::port);
    }

    /** What the page shows. */
    private record Networks(Operator operator, DistomonNetworkReconciler reconciler, Supplier<Optional<String>> unready)
            implements LookedAfter {
        @Override
        public Stream<DistomonNetwork> networks() {
            return isStarted(operator) ? reconciler.networks() : Stream.empty();
        }

        @Override
        public boolean has(String namespace, String name) {
            return isStarted(operator)
                    && reconciler.network(new ResourceID(name, namespace)).isPresent();
        }

        @Override
        public Optional<Inquiry> inquiry(String namespace, String name) {
            return isStarted(operator) ? reconciler.inquiry(new ResourceID(name, namespace)) : Optional.empty();
        }

        @Override
        public Optional<String> trouble() {
            return unready.get();
        }
    }

    @Override
    public void close() {
        page.ifPresent(PageServer::close);
        health.close();
        operator.stop();
        reconciler.close();
    }

    /** Before that there is nothing yet to read networks from. */
    private static boolean isStarted(Operator operator) {
        return operator.getRuntimeInfo().isStarted();
    }

    private static Optional<String> unready(
            Operator operator, Watches watches, InstalledCrd crd, DistomonNetworkReconciler reconciler) {
        if (!isStarted(operator)) {
            return Optional.of("starting");
        }
        return watches.broken().or(reconciler::trouble).or(crd::trouble);
    }
}
