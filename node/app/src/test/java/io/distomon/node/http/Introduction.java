package io.distomon.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.Signer;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import io.distomon.node.NetworkOnDisk;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Members that don't run, but have been there once: so they are not taken for new ones that have yet to come up. */
public final class Introduction {
    private Introduction() {}

    /**
     * Brings a node what others said an hour ago.
     *
     * @param to the node
     * @param ids the others; the first sends it
     */
    public static void to(String to, NetworkOnDisk network, List<String> ids) throws IOException {
        long anHourAgo = Instant.now().minus(Duration.ofHours(1)).toEpochMilli() * 1_000;
        Map<String, RawEntry> entries = new LinkedHashMap<>();
        for (String id : ids) {
            NodeData said = new NodeData(anHourAgo, Map.of(), id, "1", NetworkOnDisk.NETWORK, 10, "boot", null, false);
            entries.put(id, SignedNodeData.sign(said, network.signer(id)).raw());
        }
        bring(to, network.apiPort(to), network.signer(ids.getFirst()), entries);
    }

    /**
     * Brings a node entries, whoever signed them.
     *
     * @param sender who brings them
     */
    public static void bring(String to, int port, Signer sender, Map<String, RawEntry> entries) throws IOException {
        String body = SignedRequest.body(NetworkOnDisk.NETWORK, sender.nodeId(), to, entries);
        assertThat(SignedRequest.of(sender, body).sendTo(port).status()).isEqualTo(200);
    }
}
