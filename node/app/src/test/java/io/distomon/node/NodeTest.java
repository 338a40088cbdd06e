package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

class NodeTest {
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
