package io.distomon.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.Limits;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heads that a member once signed, sent again and again with bodies as long as they may be, by who has no key. */
class RecordedHeadsTest {
    /** As many as are read at full speed: from more of one source it would be read more slowly. */
    private static final int CONNECTIONS = 7;

    private static final long MEBIBYTE = 1024 * 1024;

    private NetworkOnDisk network;
    private Node node;

    @BeforeEach
    void start(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "ams", "fra");
        node = Node.start(network.properties("ams"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void takeNoMemoryWhenTheyAreOld() throws Exception {
        byte[] body = SignedRequest.body("fra", "ams").getBytes(StandardCharsets.UTF_8);

        assertTakesLittleMemory(
                SignedRequest.of(network.signer("fra"), body, Instant.now().minusSeconds(3600)));
    }

    @Test
    void takeNoMemoryWhenTheyWereAnswered() throws Exception {
        SignedRequest used = SignedRequest.of(network.signer("fra"), SignedRequest.body("fra", "ams"));
        assertThat(used.sendTo(network.apiPort("ams")).status()).isEqualTo(200);

        assertTakesLittleMemory(used);
    }

    @Test
    void areRefusedForABodyThatIsTooLong() throws Exception {
        byte[] body = SignedRequest.body("fra", "ams").getBytes(StandardCharsets.UTF_8);
        SignedRequest old =
                SignedRequest.of(network.signer("fra"), body, Instant.now().minusSeconds(3600));
        String head = old.fields().lines().stream()
                .map(line -> line.name() + ": " + line.value() + "\r\n")
                .collect(Collectors.joining("", "POST /mon/lab HTTP/1.1\r\nHost: x\r\n", ""));
        byte[] chunk = ("100000\r\n" + "x".repeat(0x100000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] oneMore = "1\r\nx\r\n".getBytes(StandardCharsets.US_ASCII);
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            connection.send((head + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < Limits.MAX_MESSAGE_BYTES / MEBIBYTE; i++) {
                connection.send(chunk);
            }
            connection.send(oneMore);

            assertThat(connection.receive().status()).isEqualTo(413);
        }
    }

    @Test
    void areGivenUpWhenTheirBodyDoesNotArriveInTime() throws Exception {
        byte[] body = SignedRequest.body("fra", "ams").getBytes(StandardCharsets.UTF_8);
        byte[] bytes = SignedRequest.of(
                        network.signer("fra"), body, Instant.now().minusSeconds(3600))
                .bytes();
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            connection.send(Arrays.copyOf(bytes, bytes.length - 1));

            assertThat(connection.receive().status()).isEqualTo(408);
            assertThat(connection.isAtEnd()).isTrue();
        }
    }

    private void assertTakesLittleMemory(SignedRequest recorded) throws IOException {
        byte[] bytes = recorded.body(new byte[Limits.MAX_MESSAGE_BYTES]).bytes();
        long before = memory();
        long most = before;
        List<RawHttp> connections = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                RawHttp connection = new RawHttp(network.apiPort("ams"));
                connections.add(connection);
                connection.send(Arrays.copyOf(bytes, bytes.length - 1));
                most = Math.max(most, memory());
            }
            for (RawHttp connection : connections) {
                connection.send(new byte[1]);
                assertThat(connection.receive().status()).isEqualTo(401);
            }
        } finally {
            for (RawHttp connection : connections) {
                connection.close();
            }
        }
        assertThat(most - before).isLessThan(CONNECTIONS * Limits.MAX_MESSAGE_BYTES / 2);
    }

    /** Of all bytes that came and are not yet done with. */
    private static long memory() {
        ByteBufAllocatorMetric buffers = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return buffers.usedDirectMemory() + buffers.usedHeapMemory();
    }
}
