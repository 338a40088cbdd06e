package io.distomon.e2e.api;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.distomon.e2e.cluster.Command;
import io.distomon.e2e.git.GitOpsRepository;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A real Argo CD beside an API server, its Applications, and what it says of them at this moment. */
final class ArgoApplications implements AutoCloseable {
    private static final String NAMESPACE = "argocd";
    private static final ResourceDefinitionContext KIND = kind("Application", "applications");
    private static final ResourceDefinitionContext SET = kind("ApplicationSet", "applicationsets");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A first time compiles Argo CD. */
    private static final Duration FIRST_TIME = Duration.ofMinutes(20);

    private final KubernetesClient client;
    private final GitOpsRepository repository;

    private ArgoApplications(KubernetesClient client, GitOpsRepository repository) {
        this.client = client;
        this.repository = repository;
    }

    static ArgoApplications start(ApiServer server, GitOpsRepository repository) {
        Command.script("cluster", "argocd", "up", server.kubeconfig().toString())
                .taking(FIRST_TIME)
                .output();
        return new ArgoApplications(server.client(), repository);
    }

    private static ResourceDefinitionContext kind(String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup("argoproj.io")
                .withVersion("v1alpha1")
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }

    /** Sets what a person writes into {@code argocd-cm}; Argo CD takes it up while it runs. */
    void configure(Map<String, String> data) {
        client.configMaps().inNamespace(NAMESPACE).withName("argocd-cm").edit(found -> {
            Map<String, String> all = new HashMap<>(Objects.requireNonNullElse(found.getData(), Map.of()));
            all.putAll(data);
            found.setData(all);
            return found;
        });
    }

    /** The sample's Application with another name, of another directory of the repository, into a namespace. */
    void apply(String name, String path, String namespace, String... syncOptions) {
        ObjectNode manifest = sample("network.yaml");
        manifest.withObject("/metadata").put("name", name);
        manifest.withObject("/spec/source").put("repoURL", repository.url()).put("path", path);
        manifest.withObject("/spec/destination").put("namespace", namespace);
        Stream.of(syncOptions).forEach(manifest.withObject("/spec/syncPolicy").withArray("syncOptions")::add);
        apply(KIND, manifest);
    }

    /** The sample's ApplicationSet for other namespaces. */
    void applySet(List<String> namespaces) {
        ObjectNode manifest = sample("networks.yaml");
        manifest.withObject("/spec/template/spec/source").put("repoURL", repository.url());
        ArrayNode elements = ((ObjectNode) manifest.at("/spec/generators/0/list")).putArray("elements");
        namespaces.forEach(namespace -> elements.addObject().put("namespace", namespace));
        apply(SET, manifest);
    }

    private static ObjectNode sample(String file) {
        try {
            return (ObjectNode)
                    new YAMLMapper().readTree(Path.of("samples", "argocd", file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void apply(ResourceDefinitionContext kind, ObjectNode manifest) {
        client.genericKubernetesResources(kind)
                .inNamespace(NAMESPACE)
                .load(new ByteArrayInputStream(manifest.toString().getBytes(StandardCharsets.UTF_8)))
                .serverSideApply();
    }

    /** Has Argo CD look now, at the repository and at the cluster. */
    void refresh(String name) {
        client.genericKubernetesResources(KIND)
                .inNamespace(NAMESPACE)
                .withName(name)
                .edit(found -> {
                    found.getMetadata().setAnnotations(Map.of("argocd.argoproj.io/refresh", "hard"));
                    return found;
                });
    }

    /** Synced or OutOfSync, and Healthy, Progressing, Degraded, Suspended or Missing. */
    String word(String name) {
        JsonNode status = status(name);
        return status.at("/sync/status").asText() + " "
                + status.at("/health/status").asText();
    }

    /** What it takes for its own: kind, name, sync and health of each. */
    List<String> resources(String name) {
        return StreamSupport.stream(status(name).path("resources").spliterator(), false)
                .map(resource -> String.join(
                        " ",
                        resource.path("kind").asText(),
                        resource.path("name").asText(),
                        resource.path("status").asText(),
                        resource.at("/health/status").asText()))
                .toList();
    }

    JsonNode status(String name) {
        GenericKubernetesResource application = client.genericKubernetesResources(KIND)
                .inNamespace(NAMESPACE)
                .withName(name)
                .get();
        return application == null
                ? JSON.nullNode()
                : JSON.valueToTree(application.getAdditionalProperties()).path("status");
    }

    /** Until it is gone, with what it made. */
    void isGone(String name) {
        await().atMost(Duration.ofMinutes(2)).until(() -> status(name).isNull());
    }

    /** Ends the ApplicationSet, and its Applications. */
    void deleteSet() {
        client.genericKubernetesResources(SET).inNamespace(NAMESPACE).delete();
    }

    @Override
    public void close() {
        Command.script("cluster", "argocd", "down").output();
    }
}
