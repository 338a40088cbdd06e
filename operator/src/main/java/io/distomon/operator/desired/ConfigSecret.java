package io.distomon.operator.desired;

import io.distomon.core.config.NetworkWriter;
import io.distomon.core.tls.Certificates;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The Secret with the config files of all nodes, flat, as it is mounted into each of them. What it says of other files is
 * relative to the node's config directory, so that a node elsewhere can have the same ones at another place.
 */
public final class ConfigSecret implements ChildKind<Secret> {
    /** The row in {@link ChildKinds}. */
    public static final ConfigSecret KIND = new ConfigSecret();

    /** Where in a node's config directory {@link LoginSecret} is. */
    public static final String LOGIN_DIR = "secrets/login";

    /** Where in a node's config directory {@link JwtSecret} is. */
    public static final String JWT_DIR = "secrets/jwt";

    private ConfigSecret() {}

    @Override
    public Class<Secret> type() {
        return Secret.class;
    }

    @Override
    public List<Secret> wanted(Blueprint of) {
        return List.of(of(of.network(), of.members()));
    }

    /** With server-side apply, a public key that somebody has put in would stay. */
    @Override
    public Writing<Secret> writing() {
        return Writing.Whole.ofSecret();
    }

    /** Where in a node's config directory this Secret is. */
    public static String directory(Network network) {
        return "networks/" + network.networkId();
    }

    /** The Secret for a network's nodes. */
    public static Secret of(Network network, NetworkMembers members) {
        Map<String, String> data = new TreeMap<>();
        members.files().forEach((name, text) -> data.put(name, base64(text)));
        String authorities =
                network.authorities().isEmpty() ? null : directory(network) + "/" + NetworkWriter.AUTHORITIES;
        if (authorities != null) {
            data.put(NetworkWriter.AUTHORITIES, base64(Certificates.write(network.authorities())));
        }
        for (NetworkNode node : network.inCluster()) {
            String text = NetworkWriter.nodeConf(
                    network.networkId(),
                    node.id(),
                    LOGIN_DIR + "/" + LoginSecret.KEY,
                    JWT_DIR + "/" + JwtSecret.KEY,
                    authorities);
            data.put(NetworkWriter.nodeConfName(node.id()), base64(text));
        }
        return new SecretBuilder()
                .withMetadata(ChildMetadata.owned(network, ChildNames.config(network), ChildMetadata.labels(network)))
                .withType("Opaque")
                .withData(data)
                .build();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
