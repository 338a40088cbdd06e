package io.distomon.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import org.junit.jupiter.api.Test;

/** A check that can't fail checks nothing. */
class RestrictedProfileTest {
    @Test
    void aPodThatSaysNothingViolatesTheProfile() {
        PodSpec pod = new PodSpecBuilder()
                .addNewContainer()
                .withName("c")
                .endContainer()
                .build();

        assertThat(RestrictedProfile.violations(pod))
                .containsExactly(
                        "the pod may run as root",
                        "the pod has no seccomp profile",
                        "container c may gain privileges",
                        "container c keeps capabilities",
                        "container c may write to its root filesystem");
    }

    @Test
    void whatReachesForTheHostViolatesTheProfile() {
        PodSpec pod = confined()
                .withHostNetwork(true)
                .addNewVolume()
                .withName("etc")
                .withNewHostPath("/etc", "Directory")
                .endVolume()
                .editFirstContainer()
                .addNewPort()
                .withContainerPort(8080)
                .withHostPort(8080)
                .endPort()
                .endContainer()
                .build();

        assertThat(RestrictedProfile.violations(pod))
                .containsExactly(
                        "the pod shares a namespace with its host",
                        "volume etc is of no allowed kind",
                        "container c takes a port of its host");
    }

    @Test
    void aContainerCannotTakeBackWhatThePodPromised() {
        PodSpec pod = confined()
                .editFirstContainer()
                .editSecurityContext()
                .withRunAsUser(0L)
                .withNewSeccompProfile(null, "Unconfined")
                .endSecurityContext()
                .endContainer()
                .build();

        assertThat(RestrictedProfile.violations(pod))
                .containsExactly("container c may run as root", "container c has no seccomp profile");
    }

    private static PodSpecBuilder confined() {
        PodSpecBuilder pod = new PodSpecBuilder()
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withNewSeccompProfile(null, "RuntimeDefault")
                .endSecurityContext()
                .addNewContainer()
                .withName("c")
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .addToDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .endContainer();
        assertThat(RestrictedProfile.violations(pod.build())).isEmpty();
        return pod;
    }
}
