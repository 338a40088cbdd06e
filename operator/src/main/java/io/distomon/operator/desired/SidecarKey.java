package io.distomon.operator.desired;

import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.KeySecret;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The Secrets that sidecars sign with, one for each: a copy of the key that the node is to use now, under one name for
 * ever. A pod that is somebody else's can't be made anew when the key changes, and need not: nodes take up another key that
 * is mounted in the place of theirs.
 */
public final class SidecarKey implements ChildKind<Secret> {
    /** The row in {@link ChildKinds}. */
    public static final SidecarKey KIND = new SidecarKey();

    private SidecarKey() {}

    @Override
    public Class<Secret> type() {
        return Secret.class;
    }

    /** None for a node that may run elsewhere still: a sidecar without a key signs nothing. */
    @Override
    public List<Secret> wanted(Blueprint of) {
        List<Secret> secrets = new ArrayList<>();
        for (NetworkNode.Sidecar node : of.network().sidecars()) {
            NodeKeys keys = of.keys().get(node.id());
            io.distomon.core.config.Secret pem = of.sidecarKeys().get(node.id());
            if (keys != null && pem != null && !of.heldBack().contains(node.id())) {
                secrets.add(copy(of.network(), keys.signing(), pem));
            }
        }
        return secrets;
    }

    @Override
    public Writing<Secret> writing() {
        return new Writing.Whole<>(
                secret -> Arrays.asList(
                        secret.getType(), secret.getData(), ChildMetadata.annotation(secret, ChildMetadata.KEY)),
                secret -> Boolean.TRUE.equals(secret.getImmutable()));
    }

    @Override
    public Predicate<String> obsolete(Network network) {
        Set<String> names = network.sidecars().stream()
                .map(node -> ChildNames.sidecarKey(network, node.id()))
                .collect(Collectors.toSet());
        return name -> ChildNames.isSidecarKey(network, name) && !names.contains(name);
    }

    private static Secret copy(Network network, KeyReading.Held key, io.distomon.core.config.Secret pem) {
        return new SecretBuilder()
                .withMetadata(ChildMetadata.owned(
                        network,
                        ChildNames.sidecarKey(network, key.nodeId()),
                        ChildMetadata.labels(network, key.nodeId())))
                .editMetadata()
                .addToAnnotations(ChildMetadata.KEY, key.secretName())
                .endMetadata()
                .withType(SecretText.TYPE)
                .withData(SecretText.data(KeySecret.fileName(network, key.nodeId()), pem.reveal()))
                .build();
    }
}
