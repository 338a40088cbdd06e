package io.distomon.e2e.chart;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a pod does against the restricted level of Kubernetes' Pod Security Standards; and, which that level does not
 * ask for, a root filesystem that can be written to.
 */
final class RestrictedProfile {
    private RestrictedProfile() {}

    static List<String> violations(PodSpec pod) {
        List<String> found = new ArrayList<>();
        if (isTrue(pod.getHostNetwork()) || isTrue(pod.getHostPID()) || isTrue(pod.getHostIPC())) {
            found.add("the pod shares a namespace with its host");
        }
        PodSecurityContext context = Objects.requireNonNullElseGet(pod.getSecurityContext(), PodSecurityContext::new);
        if (!isTrue(context.getRunAsNonRoot()) || Long.valueOf(0).equals(context.getRunAsUser())) {
            found.add("the pod may run as root");
        }
        if (!isConfined(context.getSeccompProfile())) {
            found.add("the pod has no seccomp profile");
        }
        pod.getVolumes().stream()
                .filter(volume -> volume.getEmptyDir() == null
                        && volume.getConfigMap() == null
                        && volume.getSecret() == null
                        && volume.getProjected() == null)
                .forEach(volume -> found.add("volume " + volume.getName() + " is of no allowed kind"));
        List<Container> containers = new ArrayList<>(pod.getContainers());
        containers.addAll(pod.getInitContainers());
        containers.forEach(container -> checkContainer(container, found));
        return found;
    }

    private static void checkContainer(Container container, List<String> found) {
        String name = "container " + container.getName();
        SecurityContext context = Objects.requireNonNullElseGet(container.getSecurityContext(), SecurityContext::new);
        if (!Boolean.FALSE.equals(context.getAllowPrivilegeEscalation()) || isTrue(context.getPrivileged())) {
            found.add(name + " may gain privileges");
        }
        Capabilities capabilities = Objects.requireNonNullElseGet(context.getCapabilities(), Capabilities::new);
        if (!capabilities.getDrop().contains("ALL") || !capabilities.getAdd().isEmpty()) {
            found.add(name + " keeps capabilities");
        }
        if (Boolean.FALSE.equals(context.getRunAsNonRoot()) || Long.valueOf(0).equals(context.getRunAsUser())) {
            found.add(name + " may run as root");
        }
        if (context.getSeccompProfile() != null && !isConfined(context.getSeccompProfile())) {
            found.add(name + " has no seccomp profile");
        }
        if (!isTrue(context.getReadOnlyRootFilesystem())) {
            found.add(name + " may write to its root filesystem");
        }
        if (container.getPorts().stream().anyMatch(port -> port.getHostPort() != null)) {
            found.add(name + " takes a port of its host");
        }
    }

    private static boolean isConfined(@Nullable SeccompProfile profile) {
        return profile != null && ("RuntimeDefault".equals(profile.getType()) || "Localhost".equals(profile.getType()));
    }

    private static boolean isTrue(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }
}
