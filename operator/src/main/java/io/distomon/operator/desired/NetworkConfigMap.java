package io.distomon.operator.desired;

import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The ConfigMap with the network's files for members that run elsewhere: config.yml, in which a node of this cluster has its own
 * url where it has one, and everybody's public keys. There is one while a member runs elsewhere, or one of this cluster says how
 * it is reached from there. Nothing in it is secret.
 */
public final class NetworkConfigMap implements ChildKind<ConfigMap> {
    /** The row in {@link ChildKinds}. */
    public static final NetworkConfigMap KIND = new NetworkConfigMap();

    private NetworkConfigMap() {}

    @Override
    public Class<ConfigMap> type() {
        return ConfigMap.class;
    }

    @Override
    public List<ConfigMap> wanted(Blueprint of) {
        return isWanted(of.network()) ? List.of(files(of)) : List.of();
    }

    /** With server-side apply, a public key that somebody has put in would stay. */
    @Override
    public Writing<ConfigMap> writing() {
        return new Writing.Whole<>(
                found -> Arrays.asList(found.getData(), found.getBinaryData()),
                found -> Boolean.TRUE.equals(found.getImmutable()));
    }

    @Override
    public Predicate<String> obsolete(Network network) {
        return name -> !isWanted(network) || !name.equals(ChildNames.network(network));
    }

    /** With a repository, members elsewhere have its files. */
    private static boolean isWanted(Network network) {
        return network.git() == null
                && (!fromOutside(network).isEmpty()
                        || network.nodes().stream().anyMatch(NetworkNode.External.class::isInstance));
    }

    private static ConfigMap files(Blueprint of) {
        return new ConfigMapBuilder()
                .withMetadata(ChildMetadata.owned(
                        of.network(), ChildNames.network(of.network()), ChildMetadata.labels(of.network())))
                .withData(of.members()
                        .reachedAt(fromOutside(of.network()))
                        .files(of.network().thresholds()))
                .build();
    }

    /** Where the nodes of this cluster that say so are reached from elsewhere. */
    private static Map<String, URI> fromOutside(Network network) {
        Map<String, URI> urls = new LinkedHashMap<>();
        for (NetworkNode.InCluster node : network.inCluster()) {
            if (node.url() != null) {
                urls.put(node.id(), node.url());
            }
        }
        return urls;
    }
}
