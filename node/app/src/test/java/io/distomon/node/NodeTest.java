package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTest {
    @Test
    void withoutAnySettingItReadsConfigAndAnswersOn8000AndForItsKeepersOn8001() {
        try (Environment settings = ApplicationContext.builder()
                .environmentPropertySource(false)
                .build()
                .getEnvironment()
                .start()) {
            assertThat(settings.getRequiredProperty("micronaut.server.port", Integer.class))
                    .isEqualTo(8000);
            assertThat(settings.getRequiredProperty("endpoints.all.port", Integer.class))
                    .isEqualTo(8001);
            assertThat(settings.getRequiredProperty("distomon.config.directory", String.class))
                    .isEqualTo("config");
            assertThat(settings.getRequiredProperty("distomon.config.file-name", String.class))
                    .isEqualTo("nodeconf.yml");
        }
    }

    @RepeatedTest(10)
    void aNodeThatIsClosedHasGivenBackItsPorts(@TempDir Path directory) throws Exception {
        NetworkOnDisk network = new NetworkOnDisk(directory, "fra");
        Node node = Node.start(network.properties("fra"));
        try (ApiClient api = new ApiClient(network.apiPort("fra"))) {
            assertThat(api.get("/info", api.token()).statusCode()).isEqualTo(200);
        } finally {
            node.close();
        }

        for (int port : new int[] {network.apiPort("fra"), network.managementPort("fra")}) {
            assertThatCode(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close())
                    .doesNotThrowAnyException();
        }
    }
}
