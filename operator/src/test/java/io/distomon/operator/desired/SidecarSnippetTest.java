package io.distomon.operator.desired;

import static io.distomon.operator.Networks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.Secret;
import io.distomon.operator.Networks;
import io.distomon.operator.observed.Sidecars;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What README.md tells to put into a workload is what the operator makes everything else for. */
class SidecarSnippetTest {
    private static final Pattern SNIPPET = Pattern.compile("```yaml\\n(# kubectl patch .*?)```", Pattern.DOTALL);
    private static final Pattern TLS_SNIPPET =
            Pattern.compile("With `tls` it has.*?```\\n(        env:.*?)```", Pattern.DOTALL);
    private static final Pattern GIT_SNIPPET =
            Pattern.compile("A sidecar's pod is yours. It has, besides.*?```\\n(        env:.*?)```", Pattern.DOTALL);
    private static final Pattern GIT_SPEC = Pattern.compile("```\\nspec:\\n(  membership:.*?)```", Pattern.DOTALL);
    private static final Network LAB = Networks.network("nodes: [{id: fra}, {id: web, type: Sidecar}]");
    private static final Made MADE = Made.of(LAB, Networks.keys(LAB));
    private static final Deployment PATCH = snippet();
    private static final PodSpec POD = PATCH.getSpec().getTemplate().getSpec();
    private static final Container SIDECAR = POD.getInitContainers().getFirst();

    /** A managed node of the same name has the same files at the same places. */
    @Test
    void itHasTheFilesOfAManagedNodeAtTheSamePlaces() {
        Network managed = Networks.network("nodes: [{id: fra}, {id: web}]");
        PodSpec ours = managed(managed);
        Container container = ours.getContainers().getFirst();
        Map<String, String> expected = mounted(ours, container);
        expected.replaceAll((path, secret) -> secret.equals("lab-web-key-1") ? "lab-web-sidecar" : secret);

        assertThat(mounted(POD, SIDECAR)).isEqualTo(expected);
        assertThat(SIDECAR.getEnv()).containsExactlyInAnyOrderElementsOf(container.getEnv());
        assertThat(SIDECAR.getResources()).isEqualTo(container.getResources());
        assertThat(SIDECAR.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(POD.getVolumes())
                .filteredOn(volume -> volume.getSecret() != null)
                .allSatisfy(volume -> {
                    assertThat(volume.getSecret().getOptional())
                            .as(volume.getName())
                            .isTrue();
                    assertThat(volume.getSecret().getDefaultMode()).isEqualTo(0440);
                });
    }

    @Test
    void withTlsItHasBesidesWhatAManagedNodeHasBesides() {
        assertHasBesides(TLS_SNIPPET, "tls: {secretName: lab-tls}\nnodes: [{id: fra}, {id: web}]");
    }

    @Test
    void ofARepositoryItHasBesidesWhatAManagedNodeHasBesides() {
        String spec = only(GIT_SPEC).replaceAll("(?m)^  ", "");
        assertThat(spec).contains("- {id: ams}");

        assertHasBesides(GIT_SNIPPET, spec.replace("- {id: ams}", "- {id: web}"));
    }

    /** What a snippet adds is what the spec makes a managed node have more. */
    private static void assertHasBesides(Pattern pattern, String spec) {
        PodSpec before = managed(Networks.network("nodes: [{id: fra}, {id: web}]"));
        PodSpec after = managed(Networks.network(spec));
        Map<String, String> besides = mounted(after, after.getContainers().getFirst());
        besides.keySet()
                .removeAll(mounted(before, before.getContainers().getFirst()).keySet());
        PodSpec snippet = new KubernetesSerialization()
                .unmarshal(
                        "spec:\n  template:\n    spec:\n      initContainers:\n      - name: distomon\n"
                                + only(pattern),
                        Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec();
        Container container = snippet.getInitContainers().getFirst();

        assertThat(mounted(snippet, container)).isEqualTo(besides);
        assertThat(after.getContainers().getFirst().getEnv()).containsAll(container.getEnv());
        assertThat(container.getEnv())
                .hasSize(after.getContainers().getFirst().getEnv().size()
                        - before.getContainers().getFirst().getEnv().size());
        assertThat(snippet.getVolumes())
                .filteredOn(volume -> volume.getSecret() != null)
                .singleElement()
                .satisfies(volume -> {
                    assertThat(volume.getSecret().getOptional()).isTrue();
                    assertThat(volume.getSecret().getDefaultMode()).isEqualTo(0440);
                });
    }

    @Test
    void theServiceFindsItsPodAndItsPort() {
        assertThat(PATCH.getSpec().getTemplate().getMetadata().getLabels())
                .isEqualTo(at(MADE.services(), "web").getSpec().getSelector());
        assertThat(at(MADE.services(), "web").getSpec().getPorts())
                .singleElement()
                .satisfies(port -> assertThat(SIDECAR.getPorts())
                        .filteredOn(
                                own -> own.getName().equals(port.getTargetPort().getStrVal()))
                        .extracting(ContainerPort::getContainerPort)
                        .containsExactly(8000));
    }

    @Test
    void theWorkloadIsOneThatHasNoTwoPodsAndTheSidecarHoldsUpNobody() {
        assertThat(PATCH.getSpec().getReplicas()).isEqualTo(1);
        assertThat(PATCH.getSpec().getStrategy().getType()).isEqualTo("Recreate");
        assertThat(SIDECAR.getName()).isEqualTo(Sidecars.CONTAINER);
        assertThat(SIDECAR.getRestartPolicy()).isEqualTo("Always");
        assertThat(SIDECAR.getStartupProbe()).isNull();
        assertThat(SIDECAR.getReadinessProbe()).isNull();
        assertThat(POD.getContainers()).isEmpty();
        assertThat(POD.getSecurityContext()).isNull();
    }

    private static PodSpec managed(Network network) {
        Map<String, Secret> opens = Map.of(Network.Git.PASSWORD, new Secret("glpat"));
        return at(Made.ofGit(network, Networks.keys(network), opens).deployments(), "web")
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    /** What is mounted where. */
    private static Map<String, String> mounted(PodSpec pod, Container container) {
        Map<String, Volume> volumes =
                pod.getVolumes().stream().collect(Collectors.toMap(Volume::getName, volume -> volume));
        return container.getVolumeMounts().stream().collect(Collectors.toMap(VolumeMount::getMountPath, mount -> {
            Volume volume = at(volumes, mount.getName());
            return volume.getSecret() == null
                    ? "emptyDir " + volume.getEmptyDir().getSizeLimit()
                    : volume.getSecret().getSecretName();
        }));
    }

    private static Deployment snippet() {
        return new KubernetesSerialization().unmarshal(only(SNIPPET), Deployment.class);
    }

    /** The only place in the README that is so. */
    private static String only(Pattern pattern) {
        try {
            Matcher snippet = pattern.matcher(Files.readString(Path.of("README.md")));
            List<String> found =
                    snippet.results().map(result -> result.group(1)).toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
