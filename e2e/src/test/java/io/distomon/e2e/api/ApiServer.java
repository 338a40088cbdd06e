package io.distomon.e2e.api;

import static org.awaitility.Awaitility.await;

import io.distomon.e2e.cluster.Command;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The control plane of {@code e2e/cluster api}, with the CRD of this build and a namespace of the test's own. */
public final class ApiServer implements AutoCloseable {
    private static final Path CRD = Path.of("..", "crds", "distomonnetworks.distomon.io-v1.yml");

    /** A first time compiles Kubernetes. */
    private static final Duration FIRST_TIME = Duration.ofMinutes(30);

    private final boolean wasUp;
    private final Path kubeconfig;
    private final KubernetesClient client;
    private final String namespace;
    private final AuditLog audit;

    private ApiServer(boolean wasUp, Path kubeconfig, KubernetesClient client, String namespace) {
        this.wasUp = wasUp;
        this.kubeconfig = kubeconfig;
        this.client = client;
        this.namespace = namespace;
        this.audit = new AuditLog(kubeconfig.resolveSibling("audit.log"));
    }

    /** Starts it unless it runs. What was started halfway is ended. */
    public static ApiServer up(String namespace) {
        boolean wasUp = Command.script("cluster", "api", "status").run().exitCode() == 0;
        try {
            String kubeconfig = Command.script("cluster", "api", "up")
                    .taking(FIRST_TIME)
                    .output()
                    .lines()
                    .toList()
                    .getLast();
            KubernetesClient client = new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(new File(kubeconfig)))
                    .build();
            ApiServer server = new ApiServer(wasUp, Path.of(kubeconfig), client, namespace);
            server.prepare();
            return server;
        } catch (RuntimeException e) {
            leave(wasUp);
            throw e;
        }
    }

    /** Brings the CRD to what it is in this version. */
    void applyCrd() {
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .load(CRD.toFile())
                .forceConflicts()
                .serverSideApply();
    }

    /** Makes the CRD another one, until {@link #applyCrd()}: no server-side apply, which leaves what others have put in. */
    void editCrd(Consumer<CustomResourceDefinition> change) {
        CustomResourceDefinition ours = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .load(CRD.toFile())
                .item();
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(ours.getMetadata().getName())
                .edit(found -> {
                    change.accept(found);
                    return found;
                });
    }

    private void prepare() {
        applyCrd();
        CustomResourceDefinition crd = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .load(CRD.toFile())
                .item();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> isEstablished(crd.getMetadata().getName()));
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .serverSideApply();
    }

    private boolean isEstablished(String crd) {
        CustomResourceDefinition found = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(crd)
                .get();
        return found != null
                && found.getStatus() != null
                && Stream.ofNullable(found.getStatus().getConditions())
                        .flatMap(List::stream)
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    /** A client with all rights. */
    public KubernetesClient client() {
        return client;
    }

    /** Where it answers. */
    public URI url() {
        return URI.create(client.getConfiguration().getMasterUrl());
    }

    /** How programs find it, with all rights. */
    Path kubeconfig() {
        return kubeconfig;
    }

    /** What somebody in whose name others act has written in {@link #namespace()} until now, oldest first. */
    List<AuditLog.Write> writesOf(String user) throws IOException {
        return audit.of(user, namespace);
    }

    /** The same of another namespace. */
    List<AuditLog.Write> writesOf(String user, String inNamespace) throws IOException {
        return audit.of(user, inNamespace);
    }

    /** Deletes an object, and waits until it is gone. */
    void remove(HasMetadata object) {
        client.resource(object).delete();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> client.resource(object).get() == null);
    }

    public String namespace() {
        return namespace;
    }

    /** Removes the namespace, and ends the server if it was started here. */
    @Override
    public void close() {
        try (client) {
            if (wasUp) {
                client.namespaces().withName(namespace).delete();
            }
        } finally {
            leave(wasUp);
        }
    }

    private static void leave(boolean wasUp) {
        if (!wasUp) {
            Command.script("cluster", "api", "down").output();
        }
    }
}
