package io.distomon.e2e.api;

import static org.awaitility.Awaitility.await;

import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.e2e.chart.Rendered;
import io.distomon.operator.RunningOperator;
import io.distomon.operator.Settings;
import io.distomon.operator.desired.NodeAddresses;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/**
 * The operator before a real API server, and what tests do there: users' files, kubelets' words, what became of both. No
 * pods run there. The operator has the rights that the chart gives it, no more. Each test has a network of its own name.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OperatorBeforeApiServer {
    static final Duration SOON = Duration.ofSeconds(30);

    /** The garbage collector looks for new kinds of owners, such as ours is, every half minute. */
    static final Duration COLLECTED = Duration.ofSeconds(90);

    /** How long a node that does not come back keeps the others from being restarted. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Nobody listens there (port of the discard protocol), so asking fails at once. */
    static final URI NOBODY = URI.create("http://127.0.0.1:9");

    final String namespace;
    final ApiServer server;
    final KubernetesClient client;

    OperatorBeforeApiServer(String namespace) {
        this.namespace = namespace;
        this.server = ApiServer.up(namespace);
        this.client = server.client();
    }

    @AfterAll
    void leaveTheServer() {
        server.close();
    }

    /** Whether a network's status says of its present spec that it is ready. */
    static boolean isReady(DistomonNetwork network) {
        return Objects.equals(
                        status(network).observedGeneration(),
                        network.getMetadata().getGeneration())
                && condition(network, "Ready").status() == ConditionStatus.True;
    }

    /** A namespace for operators of a test's own. */
    String namespace(String suffix) {
        String namespace = this.namespace + "-" + suffix;
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .serverSideApply();
        return namespace;
    }

    static String liveness(RunningOperator operator) {
        return health(operator, "/healthz");
    }

    static String readiness(RunningOperator operator) {
        return health(operator, "/readyz");
    }

    static String health(RunningOperator operator, String path) {
        URI uri = URI.create("http://127.0.0.1:" + operator.healthPort() + path);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).timeout(SOON).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    RunningOperator startOperator(String namespace) {
        return startOperator(namespace, "distomon-node:test");
    }

    RunningOperator startOperator(String namespace, String nodeImage) {
        return startOperator(namespace, nodeImage, server.url(), network -> node -> NOBODY);
    }

    /**
     * Starts an operator.
     *
     * @param api where it finds the API server
     * @param addresses where the managed nodes of a network answer
     */
    RunningOperator startOperator(
            String namespace, String nodeImage, URI api, Function<Network, NodeAddresses> addresses) {
        try {
            return RunningOperator.start(
                    new Settings(Set.of(namespace), nodeImage, Duration.ofSeconds(1), PATIENCE, 0),
                    withTheRightsOfTheChart(namespace, api),
                    addresses);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw new IllegalStateException("the operator does not start", e);
        }
    }

    /** Gives the chart's service account its rights in a namespace, and acts as it. */
    Config withTheRightsOfTheChart(String namespace, URI api) {
        return withTheRightsOfTheChart(namespace, api, "");
    }

    /** @param values more of the chart's */
    Config withTheRightsOfTheChart(String namespace, URI api, String values) {
        Rendered chart = Rendered.with("watchNamespaces: [%s]\n%s".formatted(namespace, values));
        Stream.concat(chart.all(Role.class), chart.all(RoleBinding.class))
                .forEach(right -> client.resource(right).serverSideApply());
        String account = chart.one(ServiceAccount.class).getMetadata().getName();
        return new ConfigBuilder(client.getConfiguration())
                .withMasterUrl(api.toString())
                .withImpersonateUsername("system:serviceaccount:" + Rendered.NAMESPACE + ":" + account)
                .build();
    }

    /** A spec of managed nodes. */
    static String nodes(String... ids) {
        return Stream.of(ids).map(id -> "{id: " + id + "}").collect(Collectors.joining(", ", "{nodes: [", "]}"));
    }

    /** A node whose key the schema lets pass and only the operator can refuse. */
    static String unusable(String id) {
        String allZero = "-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEA"
                + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\\n-----END PUBLIC KEY-----\\n";
        return "{id: %s, type: External, url: 'https://out.example', publicKeys: [\"%s\"]}".formatted(id, allZero);
    }

    /** What a user does: applies a file. */
    void apply(String name, String spec) {
        client.resource(yaml(namespace, name, spec))
                .fieldManager("kubectl")
                .forceConflicts()
                .serverSideApply();
    }

    static String yaml(String namespace, String name, String spec) {
        return """
                apiVersion: distomon.io/v1alpha1
                kind: DistomonNetwork
                metadata: {name: %s, namespace: %s}
                spec: %s
                """.formatted(name, namespace, spec);
    }

    void delete(String name) {
        client.resources(DistomonNetwork.class)
                .inNamespace(namespace)
                .withName(name)
                .delete();
    }

    DistomonNetwork untilSaid(String name, String type, ConditionStatus status, String reason) {
        Predicate<DistomonNetwork> said = network -> network.getStatus() != null
                && network.getStatus().conditions().stream()
                        .anyMatch(condition -> condition.type().equals(type)
                                && condition.status() == status
                                && condition.reason().equals(reason)
                                && Objects.equals(
                                        condition.observedGeneration(),
                                        network.getMetadata().getGeneration()));
        return await("%s of %s is %s because of %s".formatted(type, name, status, reason))
                .atMost(SOON)
                .until(() -> network(name), said);
    }

    DistomonNetwork untilReason(String namespace, String name, String type, String reason) {
        return await("%s of %s because of %s".formatted(type, name, reason))
                .atMost(COLLECTED)
                .until(
                        () -> network(namespace, name),
                        network -> isLookedAt(network)
                                && condition(network, type).reason().equals(reason));
    }

    Pod pod(String network, String node) {
        return pod(namespace, network, node);
    }

    Pod pod(String namespace, String network, String node) {
        return await().atMost(SOON)
                .until(
                        () -> client.pods()
                                .inNamespace(namespace)
                                .withLabel("distomon.io/network", network)
                                .withLabel("distomon.io/node", node)
                                .list()
                                .getItems(),
                        pods -> pods.size() == 1)
                .getFirst();
    }

    /** The digest of the config that should be mounted in a node's pod. */
    String configDigest(String network, String node) {
        return await().atMost(SOON)
                .until(
                        () -> pod(network, node).getMetadata().getAnnotations().get("distomon.io/config"),
                        Objects::nonNull);
    }

    /** Which versions of the Secrets with login, tokens and config should be mounted in a node's pod. */
    String mountedSecrets(String network, String node) {
        return await().atMost(SOON)
                .until(
                        () -> List.of(pod(network, node)
                                .getMetadata()
                                .getAnnotations()
                                .getOrDefault("distomon.io/secrets", "")),
                        found -> !found.getFirst().isEmpty())
                .getFirst();
    }

    /** What a kubelet would say once the node's container is ready. */
    void becomesReady(String network, String node) {
        becomesReady(namespace, network, node);
    }

    void becomesReady(String namespace, String network, String node) {
        Pod pod = pod(namespace, network, node);
        Pod status = new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withLastTransitionTime("2026-01-01T00:00:00Z")
                .endCondition()
                .endStatus()
                .build();
        client.resource(status).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), status);
    }

    /** The nodes whose Deployment asks for an image. */
    List<String> withImage(String network, String image) {
        return withImage(namespace, network, image);
    }

    List<String> withImage(String namespace, String network, String image) {
        return client
                .resources(Deployment.class)
                .inNamespace(namespace)
                .withLabel("distomon.io/network", network)
                .list()
                .getItems()
                .stream()
                .filter(deployment -> deployment
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage()
                        .equals(image))
                .map(deployment -> deployment.getMetadata().getLabels().get("distomon.io/node"))
                .toList();
    }

    DistomonNetwork network(String name) {
        return network(namespace, name);
    }

    DistomonNetwork network(String namespace, String name) {
        return client.resources(DistomonNetwork.class)
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    static DistomonNetworkStatus status(DistomonNetwork network) {
        return Objects.requireNonNull(network.getStatus());
    }

    /** Whether an operator has written its status at all. */
    static boolean isLookedAt(DistomonNetwork network) {
        return !status(network).conditions().isEmpty();
    }

    static Condition condition(DistomonNetwork network, String type) {
        return status(network).conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    static String fingerprint(DistomonNetwork network, String node) {
        return status(network).nodes().stream()
                .filter(status -> status.id().equals(node))
                .map(NodeStatus::keyFingerprint)
                .map(Objects::requireNonNull)
                .findFirst()
                .orElseThrow();
    }

    Resource<Secret> secrets(String name) {
        return client.secrets().inNamespace(namespace).withName(name);
    }

    Secret secret(String name) {
        return secrets(name).require();
    }

    Resource<Deployment> deployments(String name) {
        return client.resources(Deployment.class).inNamespace(namespace).withName(name);
    }

    /** What a person does with kubectl edit, who tries again when somebody else was quicker. */
    <R extends HasMetadata> void edit(Resource<R> resource, Consumer<R> change) {
        await().atMost(SOON)
                .ignoreExceptionsMatching(e -> e instanceof KubernetesClientException api && api.getCode() == 409)
                .untilAsserted(() -> resource.edit(found -> {
                    change.accept(found);
                    return found;
                }));
    }

    void edit(String deployment, Consumer<Deployment> change) {
        edit(deployments(deployment), change);
    }

    Deployment deployment(String name) {
        return deployments(name).require();
    }

    /** The Secret with the key that a node runs with. */
    String mountedKey(String deployment) {
        return deployment(deployment).getSpec().getTemplate().getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals("key"))
                .map(volume -> volume.getSecret().getSecretName())
                .findFirst()
                .orElseThrow();
    }

    Map<String, String> config(String network) {
        Map<String, String> files = new TreeMap<>();
        secret(network + "-config")
                .getData()
                .forEach((name, base64) ->
                        files.put(name, new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8)));
        return files;
    }

    Stream<HasMetadata> children(String network) {
        return Stream.of(Secret.class, ConfigMap.class, Service.class, Deployment.class, PodDisruptionBudget.class)
                .flatMap(type -> children(type, network));
    }

    <R extends HasMetadata> Stream<HasMetadata> children(Class<R> type, String network) {
        return client
                .resources(type)
                .inNamespace(namespace)
                .withLabel("distomon.io/network", network)
                .list()
                .getItems()
                .stream()
                .map(HasMetadata.class::cast);
    }

    List<String> names(Class<? extends HasMetadata> type, String network) {
        return children(type, network)
                .map(child -> child.getMetadata().getName())
                .toList();
    }

    Map<String, String> uids(String network) {
        return children(network)
                .collect(Collectors.toMap(
                        OperatorBeforeApiServer::kindAndName,
                        child -> child.getMetadata().getUid()));
    }

    @Nullable
    String uid(Class<? extends HasMetadata> type, String name) {
        return client.resources(type)
                .inNamespace(namespace)
                .withName(name)
                .require()
                .getMetadata()
                .getUid();
    }

    /** The version of the network and of each of its children. */
    Map<String, String> versions(String network) {
        return Stream.concat(Stream.of(network(network)), children(network))
                .collect(Collectors.toMap(
                        OperatorBeforeApiServer::kindAndName,
                        object -> object.getMetadata().getResourceVersion(),
                        (one, other) -> one,
                        TreeMap::new));
    }

    static String kindAndName(HasMetadata object) {
        return object.getKind() + "/" + object.getMetadata().getName();
    }
}
