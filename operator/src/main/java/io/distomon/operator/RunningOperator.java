package io.distomon.operator;

import io.distomon.core.Clock;
import io.distomon.operator.desired.NodeAddresses;
import io.distomon.operator.reconcile.DistomonNetworkReconciler;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
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

    private RunningOperator(Operator operator, DistomonNetworkReconciler reconciler, HealthServer health) {
        this.operator = operator;
        this.reconciler = reconciler;
        this.health = health;
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
     * @throws IOException when the health port is taken
     */
    public static RunningOperator start(Settings settings, Config cluster, Function<Network, NodeAddresses> addresses)
            throws IOException {
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(cluster)
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
                Clock.system());
        if (settings.namespaces().isEmpty()) {
            operator.register(reconciler, configuration -> configuration.watchingAllNamespaces());
        } else {
            operator.register(reconciler, configuration -> configuration.settingNamespaces(settings.namespaces()));
        }
        Watches watches =
                new Watches(operator.getRuntimeInfo(), DistomonNetworkReconciler.optionalSources(), Clock.system());
        HealthServer health = HealthServer.start(
                settings.healthPort(), watches::ended, () -> unready(operator, watches, crd, reconciler));
        try {
            operator.start();
        } catch (RuntimeException e) {
            health.close();
            reconciler.close();
            client.close();
            throw e;
        }
        LOG.info(
                "Watching DistomonNetworks in {}",
                settings.namespaces().isEmpty() ? "all namespaces" : String.join(", ", settings.namespaces()));
        return new RunningOperator(operator, reconciler, health);
    }

    /** Where {@code /healthz} and {@code /readyz} answer. */
    public int healthPort() {
        return health.port();
    }

    @Override
    public void close() {
        health.close();
        operator.stop();
        reconciler.close();
    }

    private static Optional<String> unready(
            Operator operator, Watches watches, InstalledCrd crd, DistomonNetworkReconciler reconciler) {
        if (!operator.getRuntimeInfo().isStarted()) {
            return Optional.of("starting");
        }
        return watches.broken().or(reconciler::trouble).or(crd::trouble);
    }
}
