package io.distomon.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.node.ApiClient;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether somebody on the way can read the login. */
class ClearTextTest {
    private NetworkOnDisk network;

    @BeforeEach
    void write(@TempDir Path root) {
        network = new NetworkOnDisk(root, "fra");
    }

    @Test
    void aLoginByHttpOffLoopbackIsWarnedOfOnce() throws Exception {
        JsonNode warnings = warnings(Map.of("micronaut.server.host", "0.0.0.0"));

        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0).asText())
                .startsWith("the API is served by http: whoever is on the way can read the login and its tokens.");
    }

    @Test
    void onLoopbackAndBehindATrustedProxyItIsNot() throws Exception {
        assertThat(warnings(Map.of())).isEmpty();
        assertThat(warnings(Map.of("micronaut.server.host", "localhost"))).isEmpty();
        assertThat(warnings(Map.of("micronaut.server.host", "0.0.0.0", "distomon.trusted-proxies", "10.0.0.0/8")))
                .isEmpty();
    }

    private JsonNode warnings(Map<String, Object> settings) throws Exception {
        Map<String, Object> properties = new HashMap<>(network.properties("fra"));
        properties.putAll(settings);
        Node node = Node.start(properties);
        try {
            return ApiClient.ask(network.apiPort("fra"), "/info").get("warnings");
        } finally {
            node.close();
        }
    }
}
