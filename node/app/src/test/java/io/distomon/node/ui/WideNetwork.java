package io.distomon.node.ui;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.NetworkWriter;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import io.distomon.node.http.Introduction;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A real node, {@code n000}, in a sparse network of many, of whom it has heard what they signed a moment ago, though none
 * of them runs: {@code n007} is down, {@code n010} gets no answer from one more, and
 * {@code n020} finds one slow, and {@code n030} all that it polls. What the node itself finds of the few
 * that it polls makes it doubt its own way out.
 */
final class WideNetwork implements AutoCloseable {
    static final String ASKED = "n000";
    static final String DOWN = "n007";
    static final String HALF_DEAF = "n010";
    static final String WITH_A_SLOW_LINK = "n020";
    static final String SLOW_ITSELF = "n030";

    private static final long SECOND_MICROS = 1_000_000;
    private static final long LONG_AGO = 3_600 * SECOND_MICROS;
    private static final long OUTAGE = 600 * SECOND_MICROS;

    /** So rare that what was said stays fresh for minutes. */
    private static final Duration POLL_RATE = Duration.ofSeconds(60);

    private final Node node;

    WideNetwork(Path directory, int size) throws IOException {
        NetworkOnDisk disk = new NetworkOnDisk(directory, ASKED);
        List<Member> members = new ArrayList<>();
        Map<String, Signer> signers = new LinkedHashMap<>();
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            String id = String.format(Locale.ROOT, "n%03d", i);
            Signer signer = id.equals(ASKED) ? disk.signer(ASKED) : Signer.generate(id, new SecureRandom());
            signers.put(id, signer);
            keys.put(id, List.of(signer.verifier()));
            // Port 9 of loopback, where nobody is.
            members.add(new Member(id, URI.create("http://127.0.0.1:9"), POLL_RATE, 0));
        }
        Path files = disk.directory(ASKED).resolve("networks").resolve(NetworkOnDisk.NETWORK);
        for (Map.Entry<String, String> file : NetworkWriter.shared(NetworkOnDisk.NETWORK, members, new KeyMapping(keys))
                .entrySet()) {
            Files.writeString(files.resolve(file.getKey()), file.getValue());
        }
        NetworkConfig config = NetworkConfig.of(NetworkOnDisk.NETWORK, ASKED, members, new KeyMapping(keys), List.of());
        node = Node.start(disk.properties(ASKED));
        Map<String, RawEntry> entries = new LinkedHashMap<>();
        signers.forEach((id, signer) -> {
            if (!id.equals(ASKED)) {
                entries.put(id, SignedNodeData.sign(said(id, config), signer).raw());
            }
        });
        Introduction.bring(
                ASKED, disk.apiPort(ASKED), List.copyOf(signers.values()).getLast(), entries);
    }

    URI api() {
        return node.api();
    }

    @Override
    public void close() {
        node.close();
    }

    private static NodeData said(String id, NetworkConfig config) {
        long now = Instant.now().toEpochMilli() * 1_000;
        long date = id.equals(DOWN) ? now - 2 * OUTAGE : now;
        Map<String, PingData> pings = new LinkedHashMap<>();
        List<Member> polled = config.observers().polledBy(id);
        for (Member member : polled) {
            String target = member.nodeId();
            boolean deaf =
                    id.equals(HALF_DEAF) && target.equals(polled.getFirst().nodeId());
            boolean slow = id.equals(SLOW_ITSELF)
                    || (id.equals(WITH_A_SLOW_LINK)
                            && target.equals(polled.getFirst().nodeId()));
            PingData online = online(id, target, now);
            pings.put(target, target.equals(DOWN) || deaf ? offline(now) : slow ? slow(online, now) : online);
        }
        return new NodeData(
                date, pings, id, "1", NetworkOnDisk.NETWORK, POLL_RATE.toSeconds(), "boot", config.digest(), false);
    }

    private static PingData offline(long now) {
        return new PingData(PingStatus.OFFLINE, 0, 0, now - OUTAGE, "timeout", 1.0, 2.0);
    }

    private static PingData slow(PingData ping, long now) {
        return new PingData(
                ping.status(),
                ping.reqTimeOutbound(),
                ping.reqTimeRtt(),
                ping.sinceMicros(),
                null,
                ping.loss(),
                ping.jitter(),
                List.of(new Breach(Figure.ROUND_TRIP_P95, 182, 120, 40, 300, now - OUTAGE)));
    }

    /** Near or far, and now and then with losses, by what they are called. */
    private static PingData online(String id, String target, long now) {
        int number = Math.floorMod((id + target).hashCode(), 1_000);
        double rtt = Math.pow(10, number / 400.0);
        return new PingData(
                PingStatus.ONLINE, rtt / 2, rtt, now - LONG_AGO, null, number % 17 == 0 ? 0.05 : 0.0, rtt / 10);
    }
}
