package io.distomon.operator.desired;

import io.distomon.core.config.NetworkFiles;
import io.distomon.operator.keys.ChildMetadata;
import io.distomon.operator.keys.JwtSecret;
import io.distomon.operator.keys.LoginSecret;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * The Secret with the config files of all nodes, flat, as it is mounted into each of them. What it says of other files is
 * relative to the node's config directory, so that a node elsewhere can have the same ones at another place.
 */
public final class ConfigSecret {
    /** Where in a node's config directory {@link LoginSecret} is. */
    public static final String LOGIN_DIR = "secrets/login";

    /** Where in a node's config directory {@link JwtSecret} is. */
    public static final String JWT_DIR = "secrets/jwt";

    private ConfigSecret() {}

    /** The Secret's name, such as {@code lab-config}. */
    public static String name(Network network) {
        return ChildMetadata.nameOf(network, "config");
    }

    /** Where in a node's config directory this Secret is. */
    public static String directory(Network network) {
        return "networks/" + network.networkId();
    }

    static Secret of(Network network, NetworkMembers members) {
        Map<String, String> data = new TreeMap<>();
        members.files().forEach((name, text) -> data.put(name, base64(text)));
        for (NetworkNode.Managed node : network.managed()) {
            String text = NetworkFiles.nodeConf(
                    network.networkId(), node.id(), LOGIN_DIR + "/" + LoginSecret.KEY, JWT_DIR + "/" + JwtSecret.KEY);
            data.put(NetworkFiles.nodeConfName(node.id()), base64(text));
        }
        return new SecretBuilder()
                .withMetadata(ChildMetadata.owned(network, name(network), ChildMetadata.labels(network)))
                .withType("Opaque")
                .withData(data)
                .build();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
