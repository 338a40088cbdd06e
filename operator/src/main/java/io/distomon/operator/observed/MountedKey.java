package io.distomon.operator.observed;

import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;

/** Which key a node runs with. */
public final class MountedKey {
    private MountedKey() {}

    /**
     * Which generation of its key a sidecar's Secret is a copy of.
     *
     * @return 0 when it does not tell
     */
    public static int generation(Network network, String nodeId, Secret sidecarKey) {
        Map<String, String> annotations = sidecarKey.getMetadata().getAnnotations();
        String name = annotations == null ? null : annotations.get(ChildMetadata.KEY);
        return name == null ? 0 : ChildNames.generationOfKey(network, nodeId, name);
    }

    /**
     * Which generation of its key a node's Deployment mounts.
     *
     * @return 0 when it mounts none that has the name of one
     */
    public static int generation(Network network, String nodeId, Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals(ChildNames.KEY_VOLUME) && volume.getSecret() != null)
                .map(volume -> ChildNames.generationOfKey(
                        network, nodeId, volume.getSecret().getSecretName()))
                .findFirst()
                .orElse(0);
    }
}
