package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What many networks cost an operator: how soon a new one's children are there, and what it uses, and writes, when nothing
 * happens. The short form of {@code e2e/bench/operator}, which takes more of them, and whose figures are in
 * {@code e2e/bench/README.md}.
 */
class ManyNetworksTest extends OperatorBeforeApiServer {
    private static final int NETWORKS = Integer.getInteger("distomon.networks", 20);
    private static final int A_SECOND = 10;
    private static final Duration SHORT_REST = Duration.ofMinutes(2);
    private static final Duration REST =
            Duration.ofSeconds(Integer.getInteger("distomon.rest.seconds", (int) SHORT_REST.toSeconds()));
    private static final int NODES = 3;

    /** After this without a pod that is ready a Deployment has not come up, says Kubernetes, and so the operator. */
    private static final Duration GIVEN_UP = Duration.ofMinutes(10);

    private static final int LARGE = Integer.getInteger("distomon.nodes", 50);
    private static final int PASSES = Integer.getInteger("distomon.passes", 10);
    private static final Duration PASS = Duration.ofSeconds(2);

    private final Map<String, Long> appliedNanos = new ConcurrentHashMap<>();
    private final Map<String, Integer> deployments = new ConcurrentHashMap<>();
    private final Map<String, Long> completeNanos = new ConcurrentHashMap<>();

    ManyNetworksTest() {
        super("e2e-many");
    }

    @Test
    void nothingIsWrittenWhileNothingHappens(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("log");
        String operatorAccount =
                withTheRightsOfTheChart(namespace, server.url()).getImpersonateUsername();
        try (PlayedNodes nodes = PlayedNodes.start(client, namespace);
                OperatorProcess operator =
                        OperatorProcess.start(server.kubeconfig(), operatorAccount, namespace, nodes.url(), log);
                SharedIndexInformer<Deployment> watch = client.resources(Deployment.class)
                        .inNamespace(namespace)
                        .inform(new Counting())) {
            await("the operator is up")
                    .atMost(SOON.multipliedBy(2))
                    .until(() -> Files.readString(log).contains("health on port"));
            applyAll();
            await("the children of all networks")
                    .atMost(SOON.plusSeconds(NETWORKS))
                    .failFast("the operator has ended", () -> !operator.isAlive())
                    .until(() -> completeNanos.size() == NETWORKS);
            say(
                    "children of " + NETWORKS + " networks exist after, s",
                    seconds(0.5) + " (p50), " + seconds(0.95) + " (p95)");
            await("each network's mirror is fresh and its nodes are seen")
                    .atMost(SOON.plusSeconds(NETWORKS))
                    .until(() -> networks().stream()
                            .allMatch(network -> isLookedAt(network)
                                    && condition(network, "MeshHealthy").status() == ConditionStatus.True));
            quiet(operatorAccount, Duration.ofSeconds(20), REST);
            List<AuditLog.Write> atRest = rest("answering", REST, operator, operatorAccount);
            nodes.answer(PlayedNodes.Manner.SILENT);
            await("each is told to be silent")
                    .atMost(SOON.plusSeconds(NETWORKS).multipliedBy(3))
                    .until(() -> networks().stream()
                            .allMatch(
                                    network -> condition(network, "MirrorFresh").status() != ConditionStatus.True));
            quiet(operatorAccount, Duration.ofSeconds(50), REST.dividedBy(6));
            List<AuditLog.Write> inSilence = rest("silent", REST.dividedBy(6), operator, operatorAccount);

            assertThat(operator.isAlive()).isTrue();
            assertThat(watch.isRunning()).isTrue();
            assertThat(atRest)
                    .as("writes at rest")
                    .allSatisfy(write -> assertThat(write.resource()).isEqualTo("distomonnetworks/status"));
            assertThat(atRest.stream().collect(Collectors.groupingBy(AuditLog.Write::name, Collectors.counting())))
                    .as("writes at rest of each network")
                    .allSatisfy((network, writes) -> assertThat(writes).isLessThanOrEqualTo(heartbeats(REST)));
            assertThat(inSilence).as("writes in silence").isEmpty();
            assertThat(operator.threads()).as("threads").isLessThanOrEqualTo(60);
        }
    }

    @Test
    void aPassInWhichNothingIsToBeDoneWritesNothing(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("log");
        String account = withTheRightsOfTheChart(namespace, server.url()).getImpersonateUsername();
        try (PlayedNodes played = PlayedNodes.start(client, namespace);
                OperatorProcess operator =
                        OperatorProcess.start(server.kubeconfig(), account, namespace, played.url(), log)) {
            played.answer(PlayedNodes.Manner.SILENT);
            apply(
                    "large",
                    nodes(IntStream.range(0, LARGE).mapToObj(i -> "n" + i).toArray(String[]::new)));
            await("all its children are there")
                    .atMost(SOON.plusSeconds(LARGE).multipliedBy(3))
                    .until(() -> names(Deployment.class, "large").size() == LARGE);
            quiet(account, Duration.ofSeconds(20), PASS.multipliedBy(3L * PASSES));
            int before = server.writesOf(account).size();
            // By turns, as what else it does at rest becomes less with time.
            Duration passes = Duration.ZERO;
            for (int i = 0; i < PASSES; i++) {
                Duration atRest = cpu(operator, () -> {});
                passes = passes.plus(cpu(operator, () -> touch("large-n0"))).minus(atRest);
            }

            say("a pass over " + LARGE + " nodes", passes.toMillis() / PASSES + " ms of a core");
            assertThat(writes(account, before)).as("writes").isEmpty();
        } finally {
            delete("large");
        }
    }

    /** What it uses from when something is done until a pass that this brings about is over. */
    private static Duration cpu(OperatorProcess operator, Runnable action) throws InterruptedException {
        Duration before = operator.cpu();
        action.run();
        Thread.sleep(PASS);
        return operator.cpu().minus(before);
    }

    /** Has the operator look at a network of which nothing has changed that it would write. */
    private void touch(String service) {
        client.services().inNamespace(namespace).withName(service).edit(found -> {
            found.getMetadata().setAnnotations(Map.of("example.com/touched", String.valueOf(System.nanoTime())));
            return found;
        });
    }

    /** Counts the Deployments of each network as they come. */
    private final class Counting implements ResourceEventHandler<Deployment> {
        @Override
        public void onAdd(Deployment deployment) {
            String network = deployment.getMetadata().getLabels().get("distomon.io/network");
            if (deployments.merge(network, 1, Integer::sum) == NODES) {
                completeNanos.put(network, System.nanoTime());
            }
        }

        @Override
        public void onUpdate(Deployment before, Deployment after) {}

        @Override
        public void onDelete(Deployment deployment, boolean isUnknown) {}
    }

    private void applyAll() throws InterruptedException {
        long began = System.nanoTime();
        for (int i = 0; i < NETWORKS; i++) {
            long due = began + i * (1_000_000_000L / A_SECOND) - System.nanoTime();
            if (due > 0) {
                Thread.sleep(Duration.ofNanos(due));
            }
            String name = "many" + i;
            appliedNanos.put(name, System.nanoTime());
            apply(name, nodes("fra", "ams", "nyc"));
        }
    }

    private String seconds(double share) {
        List<Double> sorted = completeNanos.entrySet().stream()
                .map(complete ->
                        (complete.getValue() - Objects.requireNonNull(appliedNanos.get(complete.getKey()))) / 1e9)
                .sorted()
                .toList();
        return "%.1f".formatted(sorted.get((int) Math.ceil(share * sorted.size()) - 1));
    }

    /** Looks at it for a while; what it has written. */
    private List<AuditLog.Write> rest(String title, Duration lasting, OperatorProcess operator, String account)
            throws IOException, InterruptedException {
        int before = server.writesOf(account).size();
        Duration cpu = operator.cpu();
        long began = System.nanoTime();
        Thread.sleep(lasting);
        double cores = operator.cpu().minus(cpu).toNanos() / (double) (System.nanoTime() - began);
        List<AuditLog.Write> writes = writes(account, before);
        say(
                NETWORKS + " networks, " + title + ", " + lasting.toSeconds() + " s",
                "%.3f cores, %d MiB RSS, %d threads, %d writes"
                        .formatted(cores, operator.residentMemory(), operator.threads(), writes.size()));
        return writes;
    }

    /**
     * When each network's mirror was last fresh is written every ten minutes: never while CI looks on, as that is over
     * before the first time; in a longer rest once more than it has ten minutes.
     */
    private static long heartbeats(Duration rest) {
        return rest.compareTo(SHORT_REST) <= 0 ? 0 : 1 + rest.dividedBy(Duration.ofMinutes(10));
    }

    /**
     * Waits until nothing is written any more.
     *
     * @param lasting for how long nothing must be; what nodes said last gets too old some 40 s after they fell silent
     * @param rest how long afterwards nothing may be
     */
    private void quiet(String account, Duration lasting, Duration rest) throws IOException {
        await("Kubernetes gives up no Deployment in that time, which would be told")
                .pollInterval(Duration.ofSeconds(2))
                .atMost(GIVEN_UP.multipliedBy(2).plus(lasting).plus(rest).plusSeconds(NETWORKS))
                .until(() -> deploymentsGivenUpWithin(lasting.plus(rest)) == 0);
        try {
            await("it has written the last")
                    .during(lasting)
                    // Kubernetes' own controllers make a few pods a second.
                    .atMost(SOON.multipliedBy(4).plusSeconds(NETWORKS))
                    .until(() -> server.writesOf(account).size(), new Unchanging<>());
        } catch (ConditionTimeoutException e) {
            List<AuditLog.Write> all = server.writesOf(account);
            throw new AssertionError(
                    "it goes on writing, last " + all.subList(Math.max(0, all.size() - 50), all.size()), e);
        }
    }

    /** How many Deployments will have been on their way for so long that Kubernetes says they don't come up. */
    private long deploymentsGivenUpWithin(Duration time) {
        Instant until = Instant.now().plus(time);
        return client.resources(Deployment.class).inNamespace(namespace).list().getItems().stream()
                .flatMap(deployment -> deployment.getStatus().getConditions().stream())
                .filter(condition -> condition.getType().equals("Progressing")
                        && condition.getStatus().equals("True")
                        && Instant.parse(condition.getLastUpdateTime())
                                .plus(GIVEN_UP)
                                .isBefore(until))
                .count();
    }

    private List<AuditLog.Write> writes(String account, int before) throws IOException {
        List<AuditLog.Write> all = server.writesOf(account);
        return all.subList(before, all.size());
    }

    private static void say(String what, String figures) {
        System.out.println("measured: " + what + ": " + figures);
    }

    private List<DistomonNetwork> networks() {
        return new ArrayList<>(client.resources(DistomonNetwork.class)
                .inNamespace(namespace)
                .list()
                .getItems());
    }
}
