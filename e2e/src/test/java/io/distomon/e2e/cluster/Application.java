package io.distomon.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.distomon.e2e.git.GitOpsRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.StreamSupport;

/** An Application of {@code e2e/samples/argocd}, and what Argo CD says of it at this moment. */
final class Application {
    private static final Kubectl KUBECTL = new Kubectl("argocd");

    private final ObjectNode manifest;

    private Application(ObjectNode manifest) {
        this.manifest = manifest;
    }

    static Application sample(String file, GitOpsRepository repository) {
        try {
            ObjectNode manifest = (ObjectNode)
                    new YAMLMapper().readTree(Path.of("samples", "argocd", file).toFile());
            manifest.withObject("/spec/source").put("repoURL", repository.url());
            return new Application(manifest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Into another namespace than the sample's. */
    Application into(String namespace) {
        manifest.withObject("/spec/destination").put("namespace", namespace);
        return this;
    }

    /** With values of a Helm release, as JSON. */
    Application with(String values) {
        manifest.withObject("/spec/source/helm").set("valuesObject", Kubectl.read(values));
        return this;
    }

    void apply() {
        Command.Result result = KUBECTL.apply(manifest.toString());
        if (result.exitCode() != 0) {
            throw new AssertionError("kubectl apply: " + result.err());
        }
    }

    /** Has Argo CD look at the repository now instead of within three minutes. */
    void refresh() {
        KUBECTL.output("annotate", "application", name(), "argocd.argoproj.io/refresh=normal", "--overwrite");
    }

    /** Ends it, with what it made if its finalizer says so. */
    void delete() {
        KUBECTL.command("delete", "application", name(), "--ignore-not-found")
                .taking(Duration.ofMinutes(2))
                .output();
    }

    /** Synced or OutOfSync. */
    String sync() {
        return object().at("/status/sync/status").asText();
    }

    /** Healthy, Progressing, Degraded, Suspended or Missing. */
    String health() {
        return object().at("/status/health/status").asText();
    }

    /** Health and message of the network that it has. */
    String healthOfNetwork() {
        return StreamSupport.stream(object().at("/status/resources").spliterator(), false)
                .filter(resource -> resource.path("kind").asText().equals("DistomonNetwork"))
                .map(resource -> resource.at("/health/status").asText() + ": "
                        + resource.at("/health/message").asText())
                .findFirst()
                .orElse("");
    }

    /** What went wrong, for a failed test. */
    String said() {
        return object().path("status").toPrettyString();
    }

    private String name() {
        return manifest.at("/metadata/name").asText();
    }

    private JsonNode object() {
        return KUBECTL.get("application", name())
                .orElseThrow(() -> new AssertionError("there is no Application " + name()));
    }
}
