package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.crds.v1alpha1.Summary;
import io.distomon.e2e.cluster.Command;
import io.distomon.operator.RunningOperator;
import io.distomon.operator.Settings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The operator before a real API server: what it creates, puts back, keeps and leaves alone. No pods run there, so nodes
 * answer only where a test plays them; what real ones see is the cluster tests' part. The operator has the rights that the
 * chart gives it, no more. Each test has a network of its own name.
 */
class OperatorTest extends OperatorBeforeApiServer {
    /** Somebody's certificate, until 2126. */
    private static final String AUTHORITY = """
            -----BEGIN CERTIFICATE-----
            MIIBqDCCAS2gAwIBAgIJALG20QQwj4LgMAoGCCqGSM49BAMDMBoxGDAWBgNVBAMT
            D2dpdC5leGFtcGxlLmNvbTAgFw0yNjExMjUwNzQxMTRaGA8yMTI2MTEwMTA3NDEx
            NFowGjEYMBYGA1UEAxMPZ2l0LmV4YW1wbGUuY29tMHYwEAYHKoZIzj0CAQYFK4EE
            ACIDYgAEs7YTA2r4GJeNj6onBKPbIJXjt/5lS5JbkvMuYYiA4D3UpUhzIz/P4rnY
            vFxcBzjkT5765kNIOt+W9nky1q66KrJG8PwPOhJEBZE3KOxN4LbJ8YGKEeVCRO+2
            /mYBuzHzoz0wOzAdBgNVHQ4EFgQURN2MEwtO6uURmAHmNtdictMmlpQwGgYDVR0R
            BBMwEYIPZ2l0LmV4YW1wbGUuY29tMAoGCCqGSM49BAMDA2kAMGYCMQC9ftzTC9bl
            loIvonZGaT8fkHMZJcLpDuofvYwoAOItGq/RO4XsIcmGqVlT17EFOtsCMQDbXJA2
            7IvRFL3pjb7ZcViIv/+n+itp+NA0JfRqjwtjQwD+wpJ2tvqhiexz26jDZ1g=
            -----END CERTIFICATE-----
            """;

    private static final Duration TO_DOWNLOAD = Duration.ofMinutes(5);

    /** In which a watch that the API server has ended is found to be broken. */
    private static final Duration A_WHILE = Duration.ofSeconds(5);

    /** A first time compiles it. */
    private static final Duration TO_BUILD_HELM = Duration.ofMinutes(15);

    private final RunningOperator operator;

    OperatorTest() {
        super("e2e-operator");
        this.operator = startOperator(namespace);
    }

    @AfterAll
    void stop() {
        operator.close();
    }

    @BesideOthers
    void makesEverythingThatTheNetworkNeeds() {
        apply("all", nodes("fra", "ams"));

        DistomonNetwork network = untilSaid("all", "KeysReady", ConditionStatus.True, "AllReady");

        assertThat(names(Secret.class, "all"))
                .containsExactlyInAnyOrder("all-ams-key-1", "all-config", "all-fra-key-1", "all-jwt", "all-login");
        assertThat(names(Deployment.class, "all")).containsExactlyInAnyOrder("all-ams", "all-fra");
        assertThat(names(Service.class, "all")).containsExactlyInAnyOrder("all-ams", "all-fra");
        assertThat(names(PodDisruptionBudget.class, "all")).containsExactly("all-nodes");
        assertThat(children("all")
                        .filter(child -> !child.getMetadata().getName().contains("-key-")))
                .allSatisfy(child -> assertThat(child.getMetadata().getOwnerReferences())
                        .singleElement()
                        .satisfies(owner -> {
                            assertThat(owner.getUid())
                                    .isEqualTo(network.getMetadata().getUid());
                            assertThat(owner.getController()).isTrue();
                        }));
        assertThat(secret("all-fra-key-1").getImmutable()).isTrue();
        assertThat(secret("all-fra-key-1").getMetadata().getOwnerReferences()).isEmpty();
        assertThat(status(network).observedGeneration()).isEqualTo(1);
        assertThat(status(network).networkId()).isEqualTo("all");
        assertThat(status(network).conditions())
                .extracting(Condition::type)
                .containsExactly("Accepted", "KeysReady", "NodesAvailable", "MirrorFresh", "MeshHealthy", "Ready");
        assertThat(status(network).nodes()).extracting(NodeStatus::id).containsExactly("fra", "ams");
        assertThat(config("all").get("fra.pub"))
                .isEqualTo(status(network).nodes().getFirst().publicKeys().getFirst());
    }

    @BesideOthers
    void isReadyOnceItsPodsAreWhateverTheMeshSays() {
        apply("ready", nodes("fra", "ams"));
        untilSaid("ready", "NodesAvailable", ConditionStatus.Unknown, "Starting");

        Stream.of("fra", "ams").forEach(node -> becomesReady("ready", node));

        DistomonNetwork network = untilSaid("ready", "Ready", ConditionStatus.True, "Ready");
        assertThat(condition(network, "MeshHealthy").status()).isEqualTo(ConditionStatus.Unknown);
        assertThat(condition(untilReason(namespace, "ready", "MirrorFresh", "Unreachable"), "MirrorFresh")
                        .status())
                .isEqualTo(ConditionStatus.False);
        assertThat(Objects.requireNonNull(status(network).summary()).available())
                .isEqualTo(2);
    }

    @BesideOthers
    void anotherImageRestartsOneNodeAfterTheOtherAndTheNetworkIsNotReadyBeforeTheLast() {
        apply("roll", "{image: 'distomon-node:1', nodes: [{id: fra}, {id: ams}, {id: nyc}]}");
        untilSaid("roll", "MirrorFresh", ConditionStatus.Unknown, "Starting");
        List<String> nodes = List.of("fra", "ams", "nyc");
        nodes.forEach(node -> becomesReady("roll", node));
        untilSaid("roll", "Ready", ConditionStatus.True, "Ready");

        apply("roll", "{image: 'distomon-node:2', nodes: [{id: fra}, {id: ams}, {id: nyc}]}");

        for (int restarted = 1; restarted <= nodes.size(); restarted++) {
            int expected = restarted;
            await().atMost(SOON)
                    .until(() -> withImage("roll", "distomon-node:2").size() == expected);
            await().during(Duration.ofSeconds(2))
                    .atMost(SOON)
                    .until(() -> withImage("roll", "distomon-node:2").size() == expected && !isReady(network("roll")));
            String reason = expected < nodes.size() ? "RollingOut" : "Starting";
            assertThat(condition(untilSaid("roll", "NodesAvailable", ConditionStatus.Unknown, reason), "Ready")
                            .reason())
                    .isEqualTo(reason);
            withImage("roll", "distomon-node:2").forEach(node -> becomesReady("roll", node));
        }
        untilSaid("roll", "Ready", ConditionStatus.True, "Ready");
    }

    @BesideOthers
    void aNodeThatIsDownHoldsARolloutForABoundedTimeAndIsNamed() {
        apply("stuck", "{image: 'distomon-node:1', nodes: [{id: fra}, {id: ams}, {id: nyc}]}");
        untilSaid("stuck", "MirrorFresh", ConditionStatus.Unknown, "Starting");
        Stream.of("fra", "ams").forEach(node -> becomesReady("stuck", node));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                condition(network("stuck"), "NodesAvailable").message())
                        .startsWith("2 of 3"));

        apply("stuck", "{image: 'distomon-node:2', nodes: [{id: fra}, {id: ams}, {id: nyc}]}");

        // The one that is down loses nothing by it. Then each of the others, one at a time, without the first one.
        await().atMost(SOON).until(() -> withImage("stuck", "distomon-node:2").contains("nyc"));
        await().atMost(SOON.plus(PATIENCE))
                .until(() -> withImage("stuck", "distomon-node:2").size() == 2);
        await().during(Duration.ofSeconds(2))
                .atMost(SOON)
                .until(() -> withImage("stuck", "distomon-node:2").size() == 2);
        withImage("stuck", "distomon-node:2").stream()
                .filter(node -> !node.equals("nyc"))
                .forEach(node -> becomesReady("stuck", node));
        await().atMost(SOON.plus(PATIENCE))
                .until(() -> withImage("stuck", "distomon-node:2").size() == 3);
        await().atMost(SOON.plus(PATIENCE))
                .untilAsserted(() -> assertThat(
                                condition(network("stuck"), "NodesAvailable").message())
                        .contains("nyc", "so long that the others don't wait for it"));
    }

    @BesideOthers
    void anOperatorThatBringsAnotherImageRestartsOneNodeAfterTheOtherToo() {
        String namespace = namespace("upgrade");
        List<String> nodes = List.of("fra", "ams", "nyc");
        try {
            try (RunningOperator before = startOperator(namespace, "distomon-node:1")) {
                client.resource(yaml(namespace, "up", nodes("fra", "ams", "nyc")))
                        .serverSideApply();
                untilReason(namespace, "up", "MirrorFresh", "Starting");
                nodes.forEach(node -> becomesReady(namespace, "up", node));
                untilReason(namespace, "up", "Ready", "Ready");
                assertThat(readiness(before)).isEqualTo("ok\n");
            }
            try (RunningOperator after = startOperator(namespace, "distomon-node:2")) {
                await().atMost(SOON)
                        .until(() ->
                                withImage(namespace, "up", "distomon-node:2").size() == 1);
                await().during(Duration.ofSeconds(3))
                        .atMost(SOON)
                        .until(() ->
                                withImage(namespace, "up", "distomon-node:2").size() == 1);
                assertThat(readiness(after)).isEqualTo("ok\n");
            }
        } finally {
            client.namespaces().withName(namespace).delete();
        }
    }

    @BesideOthers
    void afterARestartNothingStandsAsSeenThoughTheSpecIsRefusedOrAKeyIsGone() {
        String namespace = namespace("restart");
        try {
            try (RunningOperator before = startOperator(namespace)) {
                for (String name : List.of("refused", "keyless")) {
                    client.resource(yaml(namespace, name, nodes("fra", "ams"))).serverSideApply();
                    untilReason(namespace, name, "MirrorFresh", "Starting");
                }
                assertThat(readiness(before)).isEqualTo("ok\n");
            }
            client.resource(yaml(namespace, "refused", "{nodes: [{id: fra}, " + unusable("out") + "]}"))
                    .serverSideApply();
            client.secrets()
                    .inNamespace(namespace)
                    .withName("keyless-fra-key-1")
                    .delete();
            for (String name : List.of("refused", "keyless")) {
                client.resource(seenHealthy(network(namespace, name))).updateStatus();
            }

            try (RunningOperator after = startOperator(namespace)) {
                for (String name : List.of("refused", "keyless")) {
                    untilReason(namespace, name, "MirrorFresh", "Starting");
                    assertThat(condition(network(namespace, name), "MeshHealthy")
                                    .status())
                            .isEqualTo(ConditionStatus.Unknown);
                    assertThat(status(network(namespace, name)).nodes())
                            .extracting(NodeStatus::id, NodeStatus::state)
                            .containsExactly(tuple("fra", NodeState.Unknown), tuple("ams", NodeState.Unknown));
                }
                assertThat(condition(network(namespace, "refused"), "Accepted").reason())
                        .isEqualTo("InvalidSpec");
                assertThat(condition(network(namespace, "keyless"), "KeysReady").reason())
                        .isEqualTo("KeyMissing");
                assertThat(readiness(after)).isEqualTo("ok\n");
            }
        } finally {
            client.namespaces().withName(namespace).delete();
        }
    }

    @BesideOthers
    void anOperatorThatStartsAmidTroubleSeesWhoIsDeadAndWhoLives() throws IOException {
        String namespace = namespace("amid");
        List<String> many = IntStream.range(0, 30).mapToObj(i -> "n" + i).toList();
        try (PlayedNodes nodes = PlayedNodes.start(client, namespace)) {
            try (RunningOperator before = startOperator(namespace)) {
                for (String name : List.of("refused", "full")) {
                    client.resource(yaml(namespace, name, nodes("fra", "ams", "nyc")))
                            .serverSideApply();
                    untilReason(namespace, name, "KeysReady", "AllReady");
                    nodes.die(name, "nyc");
                }
                assertThat(readiness(before)).isEqualTo("ok\n");
            }
            client.resource(yaml(namespace, "refused", "{nodes: [{id: fra}, " + unusable("out") + "]}"))
                    .serverSideApply();
            quota(namespace, "deployments.apps", 1);
            client.resources(Deployment.class)
                    .inNamespace(namespace)
                    .withName("full-fra")
                    .delete();
            Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);

            try (RunningOperator after = startOperator(
                    namespace,
                    "distomon-node:test",
                    server.url(),
                    network -> PlayedNodes.addresses(nodes.url(), network))) {
                untilReason(namespace, "refused", "Accepted", "InvalidSpec");
                assertThat(condition(untilReason(namespace, "full", "Accepted", "ApiError"), "Accepted")
                                .message())
                        .contains("quota");
                for (String name : List.of("refused", "full")) {
                    DistomonNetwork network = untilReason(namespace, name, "MeshHealthy", "NodesOffline");
                    assertThat(condition(network, "MirrorFresh").status()).isEqualTo(ConditionStatus.True);
                    assertThat(status(network).nodes())
                            .extracting(NodeStatus::id, NodeStatus::state)
                            .contains(tuple("fra", NodeState.Online), tuple("nyc", NodeState.Offline));
                    assertThat(status(network).mirroredAt()).isAfterOrEqualTo(start);
                }

                client.resourceQuotas().inNamespace(namespace).withName("full").delete();
                many.stream().filter(node -> !node.equals("n20")).forEach(node -> nodes.die("large", node));
                client.resource(yaml(namespace, "large", nodes(many.toArray(String[]::new))))
                        .serverSideApply();

                await().atMost(COLLECTED)
                        .untilAsserted(() -> assertThat(Optional.ofNullable(
                                                network(namespace, "large").getStatus())
                                        .map(DistomonNetworkStatus::summary)
                                        .map(Summary::onlineOfNodes))
                                .contains("1/30"));
                assertThat(status(network(namespace, "large")).nodes())
                        .filteredOn(node -> node.state() == NodeState.Offline)
                        .hasSize(29);
                assertThat(readiness(after)).isEqualTo("ok\n");
            }
        } finally {
            client.namespaces().withName(namespace).delete();
        }
    }

    /** The last word of an operator that saw all well. */
    private static DistomonNetwork seenHealthy(DistomonNetwork network) {
        DistomonNetworkStatus before = status(network);
        DistomonNetwork healthy = new DistomonNetwork();
        healthy.setMetadata(network.getMetadata());
        healthy.setSpec(network.getSpec());
        healthy.setStatus(new DistomonNetworkStatus(
                before.observedGeneration(),
                before.networkId(),
                before.conditions().stream()
                        .map(condition -> new Condition(
                                condition.type(),
                                ConditionStatus.True,
                                "AllWell",
                                "all is well",
                                condition.lastTransitionTime(),
                                condition.observedGeneration()))
                        .toList(),
                Instant.parse("2026-01-01T00:00:00Z"),
                before.summary(),
                before.nodes().stream()
                        .map(node -> new NodeStatus(
                                node.id(),
                                NodeState.Online,
                                Instant.parse("2026-01-01T00:00:00Z"),
                                null,
                                null,
                                node.publicKeys(),
                                node.keyFingerprint(),
                                node.keyGeneration(),
                                node.commit(),
                                node.version()))
                        .toList(),
                before.links(),
                before.partitions()));
        return healthy;
    }

    @BesideOthers
    void whatFailsForOneNodeLeavesTheOthersChangesGoing() {
        apply("part", "{image: 'distomon-node:1', nodes: [{id: fra}, {id: ams}]}");
        untilSaid("part", "KeysReady", ConditionStatus.True, "AllReady");
        String published = Objects.requireNonNull(config("part").get("fra.pub"));
        secrets("part-fra-key-1").delete();
        untilSaid("part", "KeysReady", ConditionStatus.False, "KeyMissing");

        apply("part", "{image: 'distomon-node:2', nodes: [{id: fra}, {id: ams}, {id: nyc}]}");
        deployments("part-ams").delete();

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(withImage("part", "distomon-node:2")).containsExactlyInAnyOrder("ams", "nyc"));
        assertThat(withImage("part", "distomon-node:1")).containsExactly("fra");
        assertThat(config("part")).containsEntry("fra.pub", published).containsKey("nyc.pub");
    }

    @BesideOthers
    void aNetworkThatIsMadeAgainAndAgainNeverGetsTheStatusOfItsPredecessor() {
        for (int i = 0; i < 20; i++) {
            apply("swift", "{networkId: swift-%d, keys: {deletionPolicy: Delete}, nodes: [{id: fra}]}".formatted(i));
            if (i < 19) {
                delete("swift");
            }
        }

        await().atMost(COLLECTED)
                .until(
                        () -> network("swift"),
                        network -> isLookedAt(network)
                                && Set.of("AllReady", "KeysPending")
                                        .contains(
                                                condition(network, "KeysReady").reason()));
        DistomonNetwork last = untilSaid("swift", "Accepted", ConditionStatus.True, "Valid");
        assertThat(status(last).networkId()).isEqualTo("swift-19");
    }

    @BesideOthers
    void aStatusForAnotherVersionOrAnotherResourceIsRefused() {
        apply("stale", nodes("fra"));
        DistomonNetwork read = untilSaid("stale", "KeysReady", ConditionStatus.True, "AllReady");
        apply("stale", nodes("fra", "ams"));

        assertThat(codeOfStatus(read)).isEqualTo(409);
        delete("stale");
        await().atMost(SOON)
                .until(() -> client.resources(DistomonNetwork.class)
                                .inNamespace(namespace)
                                .withName("stale")
                                .get()
                        == null);
        apply("stale", nodes("fra"));
        assertThat(codeOfStatus(read)).isEqualTo(409);
    }

    /** What the API server answers to a status that is sent as the operator sends it. */
    private int codeOfStatus(DistomonNetwork read) {
        DistomonNetwork written = new DistomonNetwork();
        written.getMetadata().setNamespace(read.getMetadata().getNamespace());
        written.getMetadata().setName(read.getMetadata().getName());
        written.getMetadata().setUid(read.getMetadata().getUid());
        written.getMetadata().setResourceVersion(read.getMetadata().getResourceVersion());
        written.setStatus(read.getStatus());
        try {
            client.resource(written)
                    .subresource("status")
                    .patch(new PatchContext.Builder()
                            .withPatchType(PatchType.SERVER_SIDE_APPLY)
                            .withFieldManager("distomon-operator")
                            .withForce(true)
                            .build());
            return 200;
        } catch (KubernetesClientException e) {
            return e.getCode();
        }
    }

    @BesideOthers
    void aConfigThatSomebodyFrozeIsMadeAnew() {
        apply("frozen", nodes("fra"));
        untilSaid("frozen", "KeysReady", ConditionStatus.True, "AllReady");
        secrets("frozen-config")
                .edit(found -> new SecretBuilder(found).withImmutable(true).build());

        apply("frozen", nodes("fra", "ams"));

        await().atMost(SOON).untilAsserted(() -> assertThat(config("frozen")).containsKey("ams.pub"));
        untilSaid("frozen", "Accepted", ConditionStatus.True, "Valid");
    }

    @BesideOthers
    void aStatusIsWrittenAFewTimesOnlyWhilePodsComeAndGo() {
        apply("flap", nodes("fra", "ams"));
        untilSaid("flap", "MirrorFresh", ConditionStatus.Unknown, "Starting");
        Set<String> versions = new HashSet<>();
        int[] pods = {0};
        long began = System.nanoTime();

        await().atMost(Duration.ofSeconds(60)).until(() -> {
            cantBeScheduled("flap", "fra", "for the reason " + pods[0]++);
            versions.add(network("flap").getMetadata().getResourceVersion());
            return pods[0] > 20
                    && System.nanoTime() - began > Duration.ofSeconds(12).toNanos();
        });

        assertThat(condition(network("flap"), "NodesAvailable").message()).contains("for the reason");
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        assertThat(versions).as("statuses in %d s", seconds).hasSizeBetween(2, (int) (seconds / 5) + 2);
    }

    private void cantBeScheduled(String network, String node, String why) {
        Pod pod = pod(network, node);
        Pod status = new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage(why)
                .endCondition()
                .endStatus()
                .build();
        client.resource(status).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), status);
    }

    @Test
    @ResourceLock(BesideOthers.CRD)
    void aCrdThatIsOlderThanTheOperatorIsNamedAndEverythingElseIsWritten() {
        String namespace = namespace("older");
        server.editCrd(OperatorTest::makeOlder);
        try (LogLines log = LogLines.listen();
                RunningOperator other = startOperator(namespace)) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(readiness(other)).contains("status.mirroredAt, status.networkId"));
            assertThat(liveness(other)).isEqualTo("ok\n");
            assertThat(log.troubles())
                    .filteredOn(line -> line.contains("older than this operator"))
                    .singleElement()
                    .asString()
                    .contains("status.mirroredAt, status.networkId");
            assertThat(client.events()
                            .v1()
                            .events()
                            .inNamespace(namespace)
                            .list()
                            .getItems())
                    .filteredOn(event -> event.getReason().equals("OlderCrd"))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.getType()).isEqualTo("Warning");
                        assertThat(event.getNote()).contains("status.mirroredAt, status.networkId", "crds.managed");
                        assertThat(event.getRegarding().getName()).isEqualTo("distomonnetworks.distomon.io");
                    });
            client.resource(yaml(namespace, "lab", nodes("fra"))).serverSideApply();
            untilReason(namespace, "lab", "KeysReady", "AllReady");

            server.applyCrd();

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(readiness(other)).isEqualTo("ok\n"));
        } finally {
            server.applyCrd();
            client.namespaces().withName(namespace).delete();
        }
    }

    @Test
    @ResourceLock(BesideOthers.CRD)
    void aChartThatManagesTheCrdTakesOverAnOlderOneUpgradesItAndLeavesItWithAllNetworksWhenItIsUninstalled() {
        String namespace = namespace("managed");
        try {
            server.editCrd(OperatorTest::makeOlder);
            client.resource(yaml(namespace, "lab", nodes("fra"))).serverSideApply();
            String uid = network(namespace, "lab").getMetadata().getUid();

            bringsTheCrdAlong(namespace, "install", "--skip-crds", "--set=crds.managed=true", "--take-ownership");
            server.editCrd(OperatorTest::makeOlder);
            bringsTheCrdAlong(namespace, "upgrade", "--reuse-values");
            helm("uninstall", namespace);

            try (RunningOperator other = startOperator(namespace)) {
                untilReason(namespace, "lab", "KeysReady", "AllReady");
                assertThat(readiness(other)).isEqualTo("ok\n");
            }
            assertThat(network(namespace, "lab").getMetadata().getUid()).isEqualTo(uid);
        } finally {
            server.applyCrd();
            client.namespaces().withName(namespace).delete();
        }
    }

    @Test
    @ResourceLock(BesideOthers.CRD)
    void aRouteOfAGatewayIsMadeOnceTheClusterHasTheApiForItAndAClusterThatLosesItIsNoTrouble() throws Exception {
        String namespace = namespace("routes");
        CustomResourceDefinition gatewayApi = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .load(Path.of(
                                Command.script("cluster", "gateway-api")
                                        .taking(TO_DOWNLOAD)
                                        .output()
                                        .strip(),
                                "gateway.networking.k8s.io_httproutes.yaml")
                        .toFile())
                .item();
        server.remove(gatewayApi);
        String account = withTheRightsOfTheChart(namespace, server.url()).getImpersonateUsername();
        try (RunningOperator other = startOperator(namespace)) {
            client.resource(yaml(namespace, "lab", """
                            {nodes: [{id: ams}, {id: fra, url: 'https://fra.example.com',
                              expose: {type: HTTPRoute, gateway: {name: public, sectionName: https}}}]}
                            """)).serverSideApply();
            untilReason(namespace, "lab", "Accepted", "ApiMissing");
            assertThat(condition(network(namespace, "lab"), "Accepted").message())
                    .contains("HTTPRoute lab-fra can't be made: this cluster has no HTTPRoute of"
                            + " gateway.networking.k8s.io/v1");
            untilReason(namespace, "lab", "KeysReady", "AllReady");
            assertThat(client.services()
                            .inNamespace(namespace)
                            .withName("lab-fra")
                            .get())
                    .as("all else is made")
                    .isNotNull();

            client.resource(gatewayApi).serverSideApply();

            Resource<HTTPRoute> route =
                    client.resources(HTTPRoute.class).inNamespace(namespace).withName("lab-fra");
            await().atMost(SOON).ignoreExceptions().until(() -> route.get() != null);
            untilReason(namespace, "lab", "Accepted", "Valid");
            HTTPRoute made = route.require();
            assertThat(made.getSpec().getHostnames()).containsExactly("fra.example.com");
            // The API server has filled in what it says by itself; nobody writes because of that.
            assertThat(made.getSpec().getParentRefs().getFirst().getKind()).isEqualTo("Gateway");
            edit(route, found -> found.getSpec().setHostnames(List.of("eve.example.com")));
            await().atMost(SOON)
                    .until(() -> route.require().getSpec().getHostnames().equals(List.of("fra.example.com")));
            client.services().inNamespace(namespace).withName("lab-fra").delete();
            await("a pass, and more")
                    .atMost(SOON)
                    .until(() -> client.services()
                                    .inNamespace(namespace)
                                    .withName("lab-fra")
                                    .get()
                            != null);
            assertThat(server.writesOf(account, namespace))
                    .filteredOn(write -> write.resource().equals("httproutes"))
                    .as("made, and put back")
                    .hasSize(2);

            client.resource(yaml(namespace, "lab", nodes("ams", "fra"))).serverSideApply();
            await().atMost(SOON).until(() -> route.get() == null);
            server.remove(gatewayApi);
            await("it stays ready")
                    .during(A_WHILE)
                    .atMost(SOON)
                    .until(() -> readiness(other).equals("ok\n"));
        } finally {
            server.remove(gatewayApi);
            client.namespaces().withName(namespace).delete();
        }
    }

    @BesideOthers
    void whoMayMakeNoIngressSaysSoToWhomWantsOneAndAllElseIsMadeAndItTooOnceItMay() throws Exception {
        String closed = namespace("closed");
        Config account = withTheRightsOfTheChart(closed, server.url(), "expose: {ingresses: false, httpRoutes: false}");
        try (RunningOperator other = RunningOperator.start(
                new Settings(Set.of(closed), "distomon-node:test", Duration.ofSeconds(1), PATIENCE, 0),
                account,
                network -> node -> NOBODY)) {
            client.resource(yaml(
                            closed,
                            "lab",
                            "{nodes: [{id: ams}, {id: fra, url: 'https://fra.example.com', expose: {type: Ingress}}]}"))
                    .serverSideApply();

            untilReason(closed, "lab", "Accepted", "ApiMissing");
            assertThat(condition(network(closed, "lab"), "Accepted").message())
                    .contains("Ingress lab-fra can't be made")
                    .contains("or the operator may not list them");
            untilReason(closed, "lab", "KeysReady", "AllReady");
            assertThat(deploymentNames(closed)).containsExactlyInAnyOrder("lab-ams", "lab-fra");
            assertThat(readiness(other)).isEqualTo("ok\n");

            withTheRightsOfTheChart(closed, server.url());

            untilReason(closed, "lab", "Accepted", "Valid");
            assertThat(client.network()
                            .v1()
                            .ingresses()
                            .inNamespace(closed)
                            .withName("lab-fra")
                            .get())
                    .isNotNull();
        } finally {
            client.namespaces().withName(closed).delete();
        }
    }

    private List<String> deploymentNames(String namespace) {
        return client.resources(Deployment.class).inNamespace(namespace).list().getItems().stream()
                .map(deployment -> deployment.getMetadata().getName())
                .toList();
    }

    private void bringsTheCrdAlong(String namespace, String what, String... flags) {
        try (RunningOperator other = startOperator(namespace)) {
            untilReadiness(other, "status.mirroredAt, status.networkId");
            helm(what, namespace, flags);
            untilReadiness(other, "ok\n");
        }
    }

    /** Has the program do something with a release of the chart, of which no pod runs here. */
    private void helm(String what, String namespace, String... flags) {
        List<String> words = new ArrayList<>(List.of(
                Command.script("cluster", "helm").taking(TO_BUILD_HELM).output().strip(),
                what,
                "distomon",
                "--kubeconfig=" + server.kubeconfig(),
                "--namespace=" + namespace));
        if (!what.equals("uninstall")) {
            words.add(Path.of("..", "charts", "distomon").toString());
        }
        words.addAll(List.of(flags));
        Command.of(words.toArray(String[]::new)).output();
    }

    private static void untilReadiness(RunningOperator operator, String part) {
        await().atMost(SOON).untilAsserted(() -> assertThat(readiness(operator)).contains(part));
    }

    /** The CRD as one version before the operator's. */
    private static void makeOlder(CustomResourceDefinition crd) {
        Map<String, JSONSchemaProps> status = properties(crd.getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties()
                .get("status"));
        status.remove("mirroredAt");
        status.remove("networkId");
    }

    private static Map<String, JSONSchemaProps> properties(@Nullable JSONSchemaProps schema) {
        return Objects.requireNonNull(schema).getProperties();
    }

    @BesideOthers
    void aNamespaceThatCantBeReadOrIsDeletedIsNamedAndTheOthersGoOn() throws Exception {
        String good = namespace("good");
        String forbidden = namespace("forbidden");
        try (ApiDoor door = new ApiDoor(server.url());
                RunningOperator other = RunningOperator.start(
                        new Settings(Set.of(good, forbidden), "distomon-node:test", Duration.ofSeconds(1), PATIENCE, 0),
                        withTheRightsOfTheChart(good, door.url()),
                        network -> node -> NOBODY)) {
            client.resource(yaml(good, "lab", nodes("fra"))).serverSideApply();
            untilReason(good, "lab", "KeysReady", "AllReady");
            assertThat(readiness(other)).contains("namespace " + forbidden).doesNotContain("namespace " + good);
            assertThat(liveness(other)).isEqualTo("ok\n");

            isPickedUp(forbidden, other);

            client.namespaces().withName(forbidden).delete();
            await().atMost(COLLECTED)
                    .until(() -> client.namespaces().withName(forbidden).get() == null);
            try (LogLines log = LogLines.listen()) {
                // A watch is refused when it is begun anew, as each is within the hour.
                door.shut();
                door.open();

                await().atMost(SOON.multipliedBy(2))
                        .untilAsserted(() -> assertThat(readiness(other))
                                .contains("namespace " + forbidden)
                                .doesNotContain("namespace " + good));
                assertThat(liveness(other)).isEqualTo("ok\n");
                assertThat(log.troubles()).anyMatch(line -> line.contains("namespace " + forbidden));
            }
            client.resource(yaml(good, "lab", nodes("fra", "ams"))).serverSideApply();
            await("the others take a change")
                    .atMost(SOON)
                    .until(() -> all(good, Deployment.class, "lab").size() == 2);

            namespace("forbidden");
            isPickedUp(forbidden, other);
        } finally {
            client.namespaces().withName(good).delete();
            client.namespaces().withName(forbidden).delete();
        }
    }

    /** A namespace that gets its rights is watched. */
    private void isPickedUp(String namespace, RunningOperator operator) {
        client.resource(yaml(namespace, "lab", nodes("fra"))).serverSideApply();
        withTheRightsOfTheChart(namespace, server.url());
        untilReason(namespace, "lab", "KeysReady", "AllReady");
        await().atMost(SOON).untilAsserted(() -> assertThat(readiness(operator)).isEqualTo("ok\n"));
    }

    @BesideOthers
    void writesNothingOfTheResourceButItsStatus() {
        apply("mine", nodes("fra"));

        DistomonNetwork network = untilSaid("mine", "KeysReady", ConditionStatus.True, "AllReady");

        assertThat(network.getMetadata().getManagedFields())
                .filteredOn(entry -> entry.getManager().equals("distomon-operator"))
                .isNotEmpty()
                .extracting(ManagedFieldsEntry::getSubresource)
                .containsOnly("status");
        assertThat(network.getMetadata().getFinalizers()).isEmpty();
    }

    @BesideOthers
    void writesNothingAtRest() {
        apply("rest", nodes("fra", "ams"));
        untilSaid("rest", "KeysReady", ConditionStatus.True, "AllReady");
        untilSaid("rest", "MirrorFresh", ConditionStatus.Unknown, "Starting");

        // Ten rounds of the mirror, each of which could write; the deployment controller has its say first.
        await().during(Duration.ofSeconds(10))
                .atMost(Duration.ofSeconds(40))
                .until(() -> versions("rest"), new Unchanging<>());
    }

    @BesideOthers
    void putsBackWhatIsItsOwnAndLeavesTheRest() {
        apply("drift", nodes("fra"));
        untilSaid("drift", "KeysReady", ConditionStatus.True, "AllReady");
        Deployment good = deployment("drift-fra");

        edit("drift-fra", found -> {
            found.getMetadata().getAnnotations().put("example.com/note", "somebody's own");
            found.getSpec().setReplicas(3);
            found.getSpec()
                    .getTemplate()
                    .getSpec()
                    .getContainers()
                    .add(new ContainerBuilder()
                            .withName("foreign")
                            .withImage("foreign:1")
                            .build());
        });

        await().atMost(SOON).untilAsserted(() -> {
            Deployment mended = deployment("drift-fra");
            assertThat(mended.getSpec()).isEqualTo(good.getSpec());
            assertThat(mended.getMetadata().getLabels())
                    .isEqualTo(good.getMetadata().getLabels());
        });
    }

    @BesideOthers
    void leavesForeignAnnotationsOfADeployment() {
        apply("notes", nodes("fra"));
        untilSaid("notes", "KeysReady", ConditionStatus.True, "AllReady");

        edit("notes-fra", found -> {
            found.getMetadata().getAnnotations().put("example.com/note", "somebody's own");
            found.getSpec().setReplicas(0);
        });

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(deployment("notes-fra").getSpec().getReplicas())
                                .isEqualTo(1));
        assertThat(deployment("notes-fra").getMetadata().getAnnotations())
                .containsEntry("example.com/note", "somebody's own");
    }

    @BesideOthers
    void noForeignEntryStaysInTheConfig() {
        apply("config", nodes("fra"));
        untilSaid("config", "KeysReady", ConditionStatus.True, "AllReady");
        Map<String, String> good = config("config");

        secrets("config-config")
                .edit(found -> new SecretBuilder(found)
                        .addToData(
                                "evil.pub", Base64.getEncoder().encodeToString("evil".getBytes(StandardCharsets.UTF_8)))
                        .build());

        await().atMost(SOON).untilAsserted(() -> assertThat(config("config")).isEqualTo(good));
    }

    @BesideOthers
    void aTopologyChangesTheConfigOfARunningNetworkAndRestartsNobody() {
        apply("mesh", nodes("fra", "ams"));
        untilSaid("mesh", "KeysReady", ConditionStatus.True, "AllReady");
        List<String> nodes = List.of("fra", "ams");
        nodes.forEach(node -> becomesReady("mesh", node));
        untilSaid("mesh", "Ready", ConditionStatus.True, "Ready");
        Map<String, String> good = config("mesh");
        List<String> digests =
                nodes.stream().map(node -> configDigest("mesh", node)).toList();
        List<String> templates = nodes.stream()
                .map(node -> deployment("mesh-" + node).getSpec().toString())
                .toList();

        apply("mesh", "{topology: {mode: Sparse, degree: 5}, nodes: [{id: fra}, {id: ams}]}");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(config("mesh").get("config.yml"))
                        .isEqualTo(Objects.requireNonNull(good.get("config.yml"))
                                .replace("node_config:", "topology: sparse\ndegree: 5\nnode_config:")));
        // The annotation makes the kubelet bring the files; by the digest in it the operator knows who has read them.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(nodes).noneMatch(node -> digests.contains(configDigest("mesh", node))));
        untilSaid("mesh", "Ready", ConditionStatus.True, "Ready");
        assertThat(nodes.stream()
                        .map(node -> deployment("mesh-" + node).getSpec().toString()))
                .isEqualTo(templates);

        apply("mesh", nodes("fra", "ams"));

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(config("mesh")).isEqualTo(good);
            assertThat(nodes.stream().map(node -> configDigest("mesh", node))).isEqualTo(digests);
        });
    }

    @BesideOthers
    void thresholdsReachNodesHereAndElsewhereAndRestartNobody() {
        String nodes = "nodes: [{id: fra}, {id: ams, url: 'https://ams.example.com'}]";
        apply("strict", "{%s}".formatted(nodes));
        untilSaid("strict", "KeysReady", ConditionStatus.True, "AllReady");
        List<String> ids = List.of("fra", "ams");
        ids.forEach(node -> becomesReady("strict", node));
        untilSaid("strict", "Ready", ConditionStatus.True, "Ready");
        Map<String, String> good = config("strict");
        String mounted = mountedSecrets("strict", "fra");
        List<String> digests =
                ids.stream().map(node -> configDigest("strict", node)).toList();
        List<String> templates = ids.stream()
                .map(node -> deployment("strict-" + node).getSpec().toString())
                .toList();

        String thresholds = "thresholds: {roundTripMs: 120, lossPercent: 0.7, links: [%s]}";
        apply("strict", "{%s, %s}".formatted(nodes, thresholds.formatted("{to: ams, unlimited: [Loss]}")));

        String written = """
                thresholds:
                  round_trip_ms: 120
                  loss_percent: 0.7
                  links:
                  - {to: "ams", loss_percent: off}
                """;
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(config("strict").get("config.yml"))
                        .isEqualTo(Objects.requireNonNull(good.get("config.yml"))
                                .replace("node_config:", written + "node_config:")));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(client.configMaps()
                                .inNamespace(namespace)
                                .withName("strict-network")
                                .require()
                                .getData()
                                .get("config.yml"))
                        .contains(written));
        // The annotation makes the kubelet bring the files.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(mountedSecrets("strict", "fra")).isNotEqualTo(mounted));
        untilSaid("strict", "Ready", ConditionStatus.True, "Ready");

        // Who leaves out a node leaves out what is said of its links.
        apply("strict", "{%s, %s}".formatted(nodes, thresholds.formatted("{to: rio, unlimited: [Loss]}")));
        DistomonNetwork network = untilSaid("strict", "Accepted", ConditionStatus.False, "InvalidSpec");
        assertThat(condition(network, "Accepted").message())
                .contains("spec.thresholds.links[0].to: found \"rio\", expected the id of one of spec.nodes");
        assertThat(config("strict").get("config.yml")).contains(written);

        apply("strict", "{%s}".formatted(nodes));
        await().atMost(SOON).untilAsserted(() -> assertThat(config("strict")).isEqualTo(good));
        untilSaid("strict", "Ready", ConditionStatus.True, "Ready");
        assertThat(ids.stream().map(node -> configDigest("strict", node))).isEqualTo(digests);
        assertThat(ids.stream()
                        .map(node -> deployment("strict-" + node).getSpec().toString()))
                .isEqualTo(templates);
    }

    @BesideOthers
    void certificatesAreMountedAndWhomTheNodesTrustRestartsNobody() {
        String nodes = "nodes: [{id: fra}, {id: ams, tls: {secretName: ams-tls}}]";
        apply("https", "{tls: {secretName: common-tls}, %s}".formatted(nodes));
        untilSaid("https", "KeysReady", ConditionStatus.True, "AllReady");
        untilSaid("https", "MirrorFresh", ConditionStatus.Unknown, "Starting");

        assertThat(certificateOf("https-fra")).isEqualTo("common-tls");
        assertThat(certificateOf("https-ams")).isEqualTo("ams-tls");
        List<String> templates = Stream.of("https-fra", "https-ams")
                .map(name -> deployment(name).getSpec().toString())
                .toList();

        apply(
                "https",
                "{tls: {secretName: common-tls, caCertificates: \"%s\"}, %s}"
                        .formatted(AUTHORITY.replace("\n", "\\n"), nodes));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(config("https").get("ca.crt")).isEqualTo(AUTHORITY));
        assertThat(config("https").get("nodeconf-fra.yml")).contains("ca_file: \"networks/https/ca.crt\"");
        assertThat(Stream.of("https-fra", "https-ams")
                        .map(name -> deployment(name).getSpec().toString()))
                .containsExactlyElementsOf(templates);
    }

    private String certificateOf(String deployment) {
        return deployment(deployment).getSpec().getTemplate().getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals("tls"))
                .findFirst()
                .orElseThrow()
                .getSecret()
                .getSecretName();
    }

    @BesideOthers
    void aChildWhoseLabelsSomebodyTookAwayIsMendedWithThem() {
        apply("bare", nodes("fra"));
        untilSaid("bare", "KeysReady", ConditionStatus.True, "AllReady");
        secrets("bare-config")
                .edit(found -> new SecretBuilder(found)
                        .editMetadata()
                        .withLabels(Map.of())
                        .endMetadata()
                        .build());

        apply("bare", nodes("fra", "ams"));

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(config("bare")).containsKey("ams.pub");
            assertThat(secret("bare-config").getMetadata().getLabels()).containsEntry("distomon.io/network", "bare");
        });
    }

    @BesideOthers
    void aPasswordThatLostItsLabelsOrItsOwnerGetsThemBackAndStays() {
        apply("marks", nodes("fra"));
        untilSaid("marks", "KeysReady", ConditionStatus.True, "AllReady");
        List<String> names = List.of("marks-login", "marks-jwt");
        List<Secret> good = names.stream().map(this::secret).toList();

        names.forEach(name -> secrets(name)
                .edit(found -> new SecretBuilder(found)
                        .editMetadata()
                        .withLabels(Map.of("example.com/team", "us"))
                        .endMetadata()
                        .build()));
        untilMarkedAs(good);
        assertThat(secret("marks-login").getMetadata().getLabels()).containsEntry("example.com/team", "us");

        names.forEach(name -> secrets(name)
                .edit(found -> new SecretBuilder(found)
                        .editMetadata()
                        .removeFromLabels("distomon.io/network")
                        .endMetadata()
                        .build()));
        untilMarkedAs(good);

        names.forEach(name -> secrets(name)
                .edit(found -> new SecretBuilder(found)
                        .editMetadata()
                        .withOwnerReferences()
                        .endMetadata()
                        .build()));
        untilMarkedAs(good);
        untilSaid("marks", "Accepted", ConditionStatus.True, "Valid");
    }

    private void untilMarkedAs(List<Secret> good) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(good).allSatisfy(before -> {
                    Secret now = secret(before.getMetadata().getName());
                    assertThat(now.getMetadata().getLabels())
                            .containsAllEntriesOf(before.getMetadata().getLabels());
                    assertThat(now.getMetadata().getOwnerReferences())
                            .isEqualTo(before.getMetadata().getOwnerReferences());
                    assertThat(now.getMetadata().getUid())
                            .isEqualTo(before.getMetadata().getUid());
                    assertThat(now.getData()).isEqualTo(before.getData());
                }));
    }

    @BesideOthers
    void aChildThatLostItsOwnerIsStillItsNetworks() {
        apply("orphan", nodes("fra"));
        DistomonNetwork network = untilSaid("orphan", "KeysReady", ConditionStatus.True, "AllReady");

        Stream.of(
                        secrets("orphan-config"),
                        deployments("orphan-fra"),
                        client.services().inNamespace(namespace).withName("orphan-fra"))
                .forEach(child -> client.resource(child.require())
                        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\": {\"ownerReferences\": null}}"));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(children("orphan")
                                .filter(child -> !child.getMetadata().getName().contains("-key-")))
                        .hasSize(5)
                        .allSatisfy(child -> assertThat(child.getMetadata().getOwnerReferences())
                                .extracting(OwnerReference::getUid)
                                .containsExactly(network.getMetadata().getUid())));
        untilSaid("orphan", "Accepted", ConditionStatus.True, "Valid");
    }

    @BesideOthers
    void deletedChildrenComeBackWithTheSameKey() {
        apply("back", nodes("fra"));
        untilSaid("back", "KeysReady", ConditionStatus.True, "AllReady");
        String key = uid(Secret.class, "back-fra-key-1");
        Map<String, String> good = config("back");
        Map<String, String> before = uids("back");

        secrets("back-config").delete();
        secrets("back-login").delete();
        deployments("back-fra").delete();
        client.services().inNamespace(namespace).withName("back-fra").delete();

        await().atMost(SOON)
                .until(
                        () -> uids("back"),
                        uids -> uids.keySet().equals(before.keySet())
                                && Stream.of(
                                                "Secret/back-config",
                                                "Secret/back-login",
                                                "Deployment/back-fra",
                                                "Service/back-fra")
                                        .noneMatch(name -> Objects.equals(uids.get(name), before.get(name))));
        assertThat(config("back")).isEqualTo(good);
        assertThat(uid(Secret.class, "back-fra-key-1")).isEqualTo(key);
    }

    @BesideOthers
    void membersElsewhereFindTheNetworksFilesWithTheAddressesThatManagedNodesHaveThere() {
        apply("outside", "{nodes: [{id: fra, url: 'https://fra.example.com/mesh'}, {id: ams}]}");
        untilSaid("outside", "KeysReady", ConditionStatus.True, "AllReady");

        Resource<ConfigMap> files = client.configMaps().inNamespace(namespace).withName("outside-network");
        Map<String, String> data = files.require().getData();
        assertThat(data).containsOnlyKeys("config.yml", "fra.pub", "ams.pub");
        String inside = Objects.requireNonNull(config("outside").get("config.yml"));
        assertThat(inside).doesNotContain("fra.example.com");
        assertThat(data.get("config.yml"))
                .isEqualTo(inside.replaceFirst("url: \"[^\"]+\"", "url: \"https://fra.example.com/mesh\""));

        // Nothing that somebody puts in stays, and there is none when nobody needs it.
        edit(files, found -> found.getData().put("eve.pub", data.get("fra.pub")));
        await().atMost(SOON).until(() -> files.require().getData().equals(data));
        apply("outside", nodes("fra", "ams"));
        await().atMost(SOON).until(() -> files.get() == null);
    }

    @BesideOthers
    void aNodeIsReachedFromOutsideAsItsSpecSaysAndNothingOfThatIsLeftAfterwards() {
        apply(
                "ways",
                "{nodes: [{id: fra, url: 'https://fra.example.com', expose: {type: Ingress, tlsSecretName: fra-tls}},"
                        + " {id: ams, expose: {type: NodePort, annotations: {example.com/a: b}}}]}");
        untilSaid("ways", "KeysReady", ConditionStatus.True, "AllReady");
        Resource<Ingress> ingress =
                client.resources(Ingress.class).inNamespace(namespace).withName("ways-fra");
        Resource<Service> ams = client.services().inNamespace(namespace).withName("ways-ams");

        assertThat(ingress.require().getSpec().getRules())
                .singleElement()
                .satisfies(rule -> assertThat(rule.getHost()).isEqualTo("fra.example.com"));
        Service byPort = ams.require();
        assertThat(byPort.getSpec().getType()).isEqualTo("NodePort");
        assertThat(byPort.getSpec().getPorts().getFirst().getNodePort()).isPositive();
        assertThat(byPort.getMetadata().getAnnotations()).containsEntry("example.com/a", "b");
        assertThat(network("ways").getSpec().nodes()).hasSize(2);

        // What the API server has filled in is no difference to anybody.
        becomesReady("ways", "fra");
        becomesReady("ways", "ams");
        untilSaid("ways", "Ready", ConditionStatus.True, "Ready");
        assertThat(ams.require().getMetadata().getResourceVersion())
                .isEqualTo(byPort.getMetadata().getResourceVersion());

        apply("ways", nodes("fra", "ams"));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(ingress.get()).isNull();
            assertThat(ams.require().getSpec().getType()).isEqualTo("ClusterIP");
            assertThat(ams.require().getSpec().getPorts().getFirst().getNodePort())
                    .isNull();
            assertThat(ams.require().getMetadata().getAnnotations()).isNullOrEmpty();
        });
        assertThat(ams.require().getSpec().getClusterIP())
                .isEqualTo(byPort.getSpec().getClusterIP());
    }

    @BesideOthers
    void aRemovedNodeLeavesWithItsPublicKeyAndItsPrivateKeyStays() {
        apply("fewer", nodes("fra", "ams", "nyc"));
        untilSaid("fewer", "KeysReady", ConditionStatus.True, "AllReady");
        assertThat(config("fewer")).containsKeys("nyc.pub", "nodeconf-nyc.yml");

        apply("fewer", nodes("fra", "ams"));

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(names(Deployment.class, "fewer")).containsExactlyInAnyOrder("fewer-fra", "fewer-ams");
            assertThat(names(Service.class, "fewer")).containsExactlyInAnyOrder("fewer-fra", "fewer-ams");
        });
        assertThat(config("fewer")).doesNotContainKeys("nyc.pub", "nodeconf-nyc.yml");
        assertThat(config("fewer").get("config.yml")).doesNotContain("nyc");
        assertThat(names(Secret.class, "fewer")).contains("fewer-nyc-key-1");
        assertThat(names(PodDisruptionBudget.class, "fewer")).containsExactly("fewer-nodes");

        // The API server takes no budget with both limits, so ours would not come back beside this one.
        edit(budget("fewer-nodes"), found -> {
            found.getSpec().setMaxUnavailable(null);
            found.getSpec().setMinAvailable(new IntOrString(2));
        });
        await().atMost(SOON)
                .until(() -> new IntOrString(1)
                        .equals(budget("fewer-nodes").require().getSpec().getMaxUnavailable()));

        apply("fewer", nodes("fra"));

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(names(PodDisruptionBudget.class, "fewer")).isEmpty());
    }

    @BesideOthers
    void keysOutliveTheirNetworkAndAreTakenUpAgain() {
        apply("keep", nodes("fra"));
        String key = fingerprint(untilSaid("keep", "KeysReady", ConditionStatus.True, "AllReady"), "fra");

        delete("keep");
        await().atMost(COLLECTED)
                .untilAsserted(() -> assertThat(uids("keep")).containsOnlyKeys("Secret/keep-fra-key-1"));

        apply("keep", nodes("fra"));
        assertThat(fingerprint(untilSaid("keep", "KeysReady", ConditionStatus.True, "AllReady"), "fra"))
                .isEqualTo(key);
    }

    @BesideOthers
    void aNetworkMadeAgainAtOnceWaitsForItsPredecessorsChildren() {
        apply("again", nodes("fra"));
        untilSaid("again", "KeysReady", ConditionStatus.True, "AllReady");

        delete("again");
        apply("again", nodes("fra"));

        DistomonNetwork network = untilSaid("again", "KeysReady", ConditionStatus.True, "AllReady");
        await().atMost(COLLECTED).untilAsserted(() -> {
            List<HasMetadata> owned = children("again")
                    .filter(child -> !child.getMetadata().getName().contains("-key-"))
                    .toList();
            assertThat(owned)
                    .hasSize(5)
                    .allSatisfy(child -> assertThat(child.getMetadata()
                                    .getOwnerReferences()
                                    .getFirst()
                                    .getUid())
                            .isEqualTo(network.getMetadata().getUid()));
        });
        assertThat(condition(network("again"), "Accepted").status()).isEqualTo(ConditionStatus.True);
    }

    @BesideOthers
    void withDeletionPolicyDeleteTheKeysGoToo() {
        apply("gone", "{keys: {deletionPolicy: Delete}, nodes: [{id: fra}]}");
        untilSaid("gone", "KeysReady", ConditionStatus.True, "AllReady");

        delete("gone");

        await().atMost(COLLECTED).until(() -> uids("gone").isEmpty());
    }

    @BesideOthers
    void aChangedDeletionPolicyHoldsForTheKeysThatExist() {
        apply("policy", nodes("fra", "ams"));
        DistomonNetwork network = untilSaid("policy", "KeysReady", ConditionStatus.True, "AllReady");
        Secret good = secret("policy-fra-key-1");
        apply("policy", nodes("fra"));
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(names(Deployment.class, "policy")).containsExactly("policy-fra"));

        apply("policy", "{keys: {deletionPolicy: Delete}, nodes: [{id: fra}]}");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                secret("policy-fra-key-1").getMetadata().getOwnerReferences())
                        .extracting(OwnerReference::getUid)
                        .containsExactly(network.getMetadata().getUid()));
        assertThat(secret("policy-fra-key-1").getData()).isEqualTo(good.getData());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(names(Secret.class, "policy")).doesNotContain("policy-ams-key-1"));

        apply("policy", nodes("fra"));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                secret("policy-fra-key-1").getMetadata().getOwnerReferences())
                        .isEmpty());
        delete("policy");
        await().atMost(COLLECTED)
                .untilAsserted(() -> assertThat(uids("policy")).containsOnlyKeys("Secret/policy-fra-key-1"));
    }

    @BesideOthers
    void aNetworkMadeAgainAtOnceDoesNotTakeUpKeysThatGoWithItsPredecessor() {
        String spec = "{keys: {deletionPolicy: Delete}, nodes: [{id: fra}]}";
        apply("anew", spec);
        untilSaid("anew", "KeysReady", ConditionStatus.True, "AllReady");
        String old = uid(Secret.class, "anew-fra-key-1");
        List<Resource<? extends HasMetadata>> held = List.of(secrets("anew-fra-key-1"), deployments("anew-fra"));
        held.forEach(child -> setFinalizers(child, "[\"example.com/holds-it-here\"]"));

        try {
            delete("anew");
            apply("anew", spec);
            untilSaid("anew", "KeysReady", ConditionStatus.False, "KeysPending");
            await().atMost(COLLECTED)
                    .untilAsserted(() -> assertThat(condition(network("anew"), "Accepted"))
                            .satisfies(accepted -> {
                                assertThat(accepted.reason()).isEqualTo("PredecessorLeaving");
                                assertThat(accepted.message()).contains("anew-fra-key-1", "example.com/holds-it-here");
                            }));
            setFinalizers(held.getFirst(), "null");
            await().atMost(COLLECTED).until(() -> held.getFirst().get() == null);
            await().during(Duration.ofSeconds(2))
                    .atMost(SOON)
                    .until(() ->
                            condition(network("anew"), "KeysReady").reason().equals("KeysPending"));
        } finally {
            held.stream().filter(child -> child.get() != null).forEach(child -> setFinalizers(child, "null"));
        }

        await().atMost(COLLECTED)
                .untilAsserted(
                        () -> assertThat(condition(network("anew"), "KeysReady").reason())
                                .isEqualTo("AllReady"));
        assertThat(uid(Secret.class, "anew-fra-key-1")).isNotEqualTo(old);
    }

    private static void setFinalizers(Resource<? extends HasMetadata> child, String json) {
        child.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\": {\"finalizers\": " + json + "}}");
    }

    @BesideOthers
    void aForeignObjectWithTheNameOfAChildIsNotTouched() {
        Secret foreign = client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("taken-config")
                        .endMetadata()
                        .addToStringData("mine", "hands off")
                        .build())
                .create();
        apply("taken", nodes("fra"));

        DistomonNetwork network = untilSaid("taken", "Accepted", ConditionStatus.False, "NameCollision");

        assertThat(condition(network, "Accepted").message()).contains("taken-config");
        assertThat(secret("taken-config")).isEqualTo(foreign);

        secrets("taken-config").delete();
        // Nothing tells the operator of a foreign object's end: it looks again by itself.
        untilSaid("taken", "Accepted", ConditionStatus.True, "Valid");
    }

    @BesideOthers
    void aSecretInThePlaceOfAKeyThatIsNoneIsNotUsed() {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("wrong-fra-key-1")
                        .endMetadata()
                        .addToStringData("fra_wrong.key", "no key")
                        .build())
                .create();

        apply("wrong", nodes("fra"));

        DistomonNetwork network = untilSaid("wrong", "Accepted", ConditionStatus.False, "KeyMismatch");
        assertThat(condition(network, "Accepted").message())
                .contains("wrong-fra-key-1")
                .doesNotContain("no key");
        assertThat(names(Deployment.class, "wrong")).isEmpty();
    }

    @BesideOthers
    void aLostKeyIsReportedAndNotReplaced() {
        apply("lost", nodes("fra"));
        untilSaid("lost", "KeysReady", ConditionStatus.True, "AllReady");
        Map<String, String> good = config("lost");

        secrets("lost-fra-key-1").delete();

        DistomonNetwork network = untilSaid("lost", "KeysReady", ConditionStatus.False, "KeyMissing");
        assertThat(condition(network, "KeysReady").message()).contains("lost-fra-key-1");
        assertThat(config("lost")).isEqualTo(good);
        assertThat(names(Secret.class, "lost")).doesNotContain("lost-fra-key-1");

        apply("lost", "{nodes: [{id: fra, keyGeneration: 2}]}");
        network = untilSaid("lost", "KeysReady", ConditionStatus.True, "AllReady");
        assertThat(config("lost").get("fra.pub"))
                .isNotEqualTo(good.get("fra.pub"))
                .isEqualTo(status(network).nodes().getFirst().publicKeys().getFirst());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(mountedKey("lost-fra")).isEqualTo("lost-fra-key-2"));
    }

    @BesideOthers
    void theNextKeyIsPublishedBesideTheOldOneUntilAllOthersHaveIt() {
        apply("next", nodes("fra", "ams"));
        String old = fingerprint(untilSaid("next", "KeysReady", ConditionStatus.True, "AllReady"), "fra");
        String published = Objects.requireNonNull(config("next").get("fra.pub"));

        apply("next", "{nodes: [{id: fra, keyGeneration: 2}, {id: ams}]}");

        DistomonNetwork network = untilSaid("next", "KeysReady", ConditionStatus.True, "Rotating");
        assertThat(condition(network, "KeysReady").message())
                .contains("fra changes from key 1 to key 2", "nothing is heard of ams", "Secret next-fra-key-1");
        assertThat(names(Secret.class, "next")).contains("next-fra-key-1", "next-fra-key-2", "next-ams-key-1");
        assertThat(config("next").get("fra.pub")).startsWith(published).isNotEqualTo(published);
        assertThat(String.join("", status(network).nodes().getFirst().publicKeys()))
                .isEqualTo(config("next").get("fra.pub"));
        assertThat(fingerprint(network, "fra")).isEqualTo(old);
        assertThat(status(network).nodes().getFirst().keyGeneration()).isEqualTo(1);
        assertThat(mountedKey("next-fra")).isEqualTo("next-fra-key-1");

        // What the message says: with the old key gone, nobody is waited for any more.
        secrets("next-fra-key-1").delete();

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(mountedKey("next-fra")).isEqualTo("next-fra-key-2");
            assertThat(published + config("next").get("fra.pub"))
                    .isEqualTo(
                            String.join("", status(network).nodes().getFirst().publicKeys()));
        });
        untilSaid("next", "KeysReady", ConditionStatus.True, "AllReady");
        assertThat(mountedKey("next-ams")).isEqualTo("next-ams-key-1");
    }

    @BesideOthers
    void aNodeThatNobodyElseKnowsRestartsWithItsNextKeyAndKeepsTheOldOneUntilItIsHeard() {
        apply("solo", nodes("fra"));
        untilSaid("solo", "KeysReady", ConditionStatus.True, "AllReady");
        untilSaid("solo", "MirrorFresh", ConditionStatus.Unknown, "Starting");
        becomesReady("solo", "fra");
        untilSaid("solo", "Ready", ConditionStatus.True, "Ready");

        apply("solo", "{nodes: [{id: fra, keyGeneration: 3}]}");

        DistomonNetwork network = untilSaid("solo", "KeysReady", ConditionStatus.True, "Rotating");
        assertThat(condition(network, "KeysReady").message()).contains("fra restarts with key 3");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(mountedKey("solo-fra")).isEqualTo("solo-fra-key-3"));
        assertThat(names(Secret.class, "solo")).contains("solo-fra-key-1", "solo-fra-key-3");

        // A wish that is taken back takes nothing back.
        apply("solo", nodes("fra"));
        untilSaid("solo", "KeysReady", ConditionStatus.True, "Rotating");
        assertThat(mountedKey("solo-fra")).isEqualTo("solo-fra-key-3");
    }

    @BesideOthers
    void whatOnlyTheOperatorCanJudgeIsRefusedWithItsFieldAndTheLastGoodStateGoesOn() {
        apply("judge", nodes("fra"));
        untilSaid("judge", "KeysReady", ConditionStatus.True, "AllReady");
        Map<String, String> good = config("judge");

        apply("judge", "{nodes: [{id: fra}, " + unusable("out") + "]}");

        DistomonNetwork network = untilSaid("judge", "Accepted", ConditionStatus.False, "InvalidSpec");
        assertThat(condition(network, "Accepted").message()).contains("spec.nodes[1].publicKeys[0]");
        assertThat(condition(network, "Accepted").observedGeneration()).isEqualTo(2);
        assertThat(config("judge")).isEqualTo(good);
        assertThat(names(Deployment.class, "judge")).containsExactly("judge-fra");
    }

    @BesideOthers
    void aPausedNetworkStaysAsItIs() {
        apply("pause", nodes("fra"));
        untilSaid("pause", "KeysReady", ConditionStatus.True, "AllReady");

        apply("pause", "{paused: true, nodes: [{id: ams}]}");
        DistomonNetwork network = untilSaid("pause", "KeysReady", ConditionStatus.False, "Paused");
        assertThat(condition(network, "KeysReady").message()).contains("ams");
        assertThat(status(network).nodes()).extracting(NodeStatus::id).containsExactly("ams", "fra");
        deployments("pause-fra").delete();
        await().during(Duration.ofSeconds(3))
                .atMost(SOON)
                .until(() -> names(Deployment.class, "pause").isEmpty());

        apply("pause", nodes("fra", "ams"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(names(Deployment.class, "pause"))
                        .containsExactlyInAnyOrder("pause-fra", "pause-ams"));
    }

    @BesideOthers
    void aQuotaIsToldInTheStatusOfItsNetworkAndLeavesTheOperatorReady() throws Exception {
        String namespace = namespace("full");
        try (RunningOperator other = startOperator(namespace)) {
            quota(namespace, "deployments.apps", 0);
            client.resource(yaml(namespace, "full", nodes("fra"))).serverSideApply();

            assertThat(condition(untilReason(namespace, "full", "Accepted", "ApiError"), "Accepted")
                            .message())
                    .contains("quota");
            assertThat(condition(network(namespace, "full"), "KeysReady").reason())
                    .isEqualTo("AllReady");
            assertThat(readiness(other)).isEqualTo("ok\n");

            client.resourceQuotas().inNamespace(namespace).withName("full").delete();
            untilReason(namespace, "full", "Accepted", "Valid");
        } finally {
            client.namespaces().withName(namespace).delete();
        }
    }

    @BesideOthers
    void aQuotaThatLeavesRoomForOneNodeKeepsNothingElseFromBeingWrittenOrLookedAt() {
        String namespace = namespace("tight");
        quota(namespace, "deployments.apps", 1);
        try (RunningOperator other = startOperator(namespace)) {
            client.resource(yaml(namespace, "tight", nodes("fra", "ams"))).serverSideApply();
            untilReason(namespace, "tight", "Accepted", "ApiError");

            List<Deployment> made = all(namespace, Deployment.class, "tight");
            assertThat(made).hasSize(1);
            assertThat(all(namespace, Service.class, "tight"))
                    .extracting(service -> service.getMetadata().getName())
                    .containsExactlyInAnyOrder("tight-fra", "tight-ams");
            Resource<Deployment> one = client.resource(made.getFirst());
            edit(one, deployment -> deployment.getSpec().setReplicas(3));
            await("a drift of the one that is there is put back")
                    .atMost(SOON)
                    .until(() -> one.require().getSpec().getReplicas() == 1);
            String node = made.getFirst().getMetadata().getLabels().get("distomon.io/node");
            becomesReady(namespace, "tight", Objects.requireNonNull(node));
            untilReason(namespace, "tight", "MirrorFresh", "Unreachable");
            assertThat(all(namespace, Deployment.class, "tight")).hasSize(1);
            assertThat(readiness(other)).isEqualTo("ok\n");
        } finally {
            client.namespaces().withName(namespace).delete();
        }
    }

    @BesideOthers
    void aNextKeyThatAQuotaLeavesNoRoomForKeepsNothingElseOfItsNodeFromBeingWritten() {
        String namespace = namespace("keys");
        try (RunningOperator other = startOperator(namespace)) {
            client.resource(yaml(namespace, "lab", nodes("fra"))).serverSideApply();
            untilReason(namespace, "lab", "KeysReady", "AllReady");
            quota(namespace, "secrets", 1);

            client.resource(yaml(namespace, "lab", "{image: 'distomon-node:2', nodes: [{id: fra, keyGeneration: 2}]}"))
                    .serverSideApply();

            await("it restarts with the image, and the key that it has")
                    .atMost(SOON)
                    .until(() -> withImage(namespace, "lab", "distomon-node:2").equals(List.of("fra")));
            assertThat(condition(untilReason(namespace, "lab", "Accepted", "ApiError"), "Accepted")
                            .message())
                    .contains("quota");
            assertThat(all(namespace, Secret.class, "lab"))
                    .extracting(secret -> secret.getMetadata().getName())
                    .contains("lab-fra-key-1")
                    .doesNotContain("lab-fra-key-2");
            assertThat(readiness(other)).isEqualTo("ok\n");

            client.resourceQuotas().inNamespace(namespace).withName("full").delete();
            untilReason(namespace, "lab", "KeysReady", "Rotating");
        } finally {
            client.namespaces().withName(namespace).delete();
        }
    }

    private <R extends HasMetadata> List<R> all(String namespace, Class<R> type, String network) {
        return client.resources(type)
                .inNamespace(namespace)
                .withLabel("distomon.io/network", network)
                .list()
                .getItems();
    }

    private void quota(String namespace, String resource, int count) {
        client.resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("full")
                        .endMetadata()
                        .withNewSpec()
                        .withHard(Map.of("count/" + resource, new Quantity(String.valueOf(count))))
                        .endSpec()
                        .build())
                .create();
    }

    @BesideOthers
    void aRightThatWasTakenAwayMakesTheOperatorUnready() throws Exception {
        String namespace = namespace("rights");
        try (RunningOperator other = startOperator(namespace)) {
            client.resources(RoleBinding.class).inNamespace(namespace).delete();
            client.resource(yaml(namespace, "none", nodes("fra"))).serverSideApply();

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(readiness(other)).contains("forbidden"));
            assertThat(liveness(other)).isEqualTo("ok\n");

            client.resources(DistomonNetwork.class)
                    .inNamespace(namespace)
                    .withName("none")
                    .delete();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(readiness(other)).isEqualTo("ok\n"));
        } finally {
            client.namespaces().withName(namespace).delete();
        }
    }

    private Resource<PodDisruptionBudget> budget(String name) {
        return client.resources(PodDisruptionBudget.class)
                .inNamespace(namespace)
                .withName(name);
    }
}
