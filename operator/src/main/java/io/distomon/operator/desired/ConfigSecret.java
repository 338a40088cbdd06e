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

/** The Secret with the config files of all nodes, flat, as it is mounted into each of them. */
public final class ConfigSecret {
    private ConfigSecret() {}

    /** The Secret's name, such as {@code lab-config}. */
    public static String name(Network network) {
        return ChildMetadata.nameOf(network, "config");
    }

    static Secret of(Network network, NetworkMembers members) {
        Map<String, String> data = new TreeMap<>();
        members.files().forEach((name, text) -> data.put(name, base64(text)));
        for (NetworkNode.Managed node : network.managed()) {
            String text = NetworkFiles.nodeConf(
                    network.networkId(),
                    node.id(),
                    NodeDeployment.LOGIN_DIR + "/" + LoginSecret.KEY,
                    NodeDeployment.JWT_DIR + "/" + JwtSecret.KEY);
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
