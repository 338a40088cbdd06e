package io.distomon.bench;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A network with the usual topology whose members are all well, and what each of them signs of those whom it polls. */
final class CalmNetwork {
    static final String ID = "lab";

    private static final long SINCE_MICROS = 60_000_000L;

    private final List<Signer> signers = new ArrayList<>();
    private final KeyMapping keys;
    private final List<Member> members;

    CalmNetwork(int size) {
        SecureRandom random = new SecureRandom();
        Map<String, List<Verifier>> known = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            Signer signer = Signer.generate(String.format(Locale.ROOT, "node-%04d", i), random);
            signers.add(signer);
            known.put(signer.nodeId(), List.of(signer.verifier()));
        }
        keys = new KeyMapping(known);
        members = known.keySet().stream()
                .map(id -> new Member(id, URI.create("http://" + id), Duration.ofSeconds(10), 2))
                .toList();
    }

    List<Signer> signers() {
        return List.copyOf(signers);
    }

    KeyMapping keys() {
        return keys;
    }

    /** As one of its members knows it. */
    NetworkConfig config(Signer signer) {
        return NetworkConfig.of(ID, signer.nodeId(), members, keys, Topology.DEFAULT, List.of());
    }

    /** What a member says now: all whom it polls are online. */
    static NodeData said(NetworkConfig config, String nodeId, long nowMicros) {
        Map<String, PingData> pings = new LinkedHashMap<>();
        for (Member polled : config.observers().polledBy(nodeId)) {
            int i = pings.size();
            pings.put(
                    polled.nodeId(),
                    new PingData(
                            PingStatus.ONLINE, 12.345 + i, 23.456 + i, nowMicros - SINCE_MICROS, null, 0.0, 0.123));
        }
        return new NodeData(nowMicros, pings, nodeId, "1.0.0", ID, 10, "boot", config.digest(), false);
    }

    /** What all members say now. */
    List<SignedNodeData> entries(NetworkConfig config, long nowMicros) {
        return signers.stream()
                .map(signer -> SignedNodeData.sign(said(config, signer.nodeId(), nowMicros), signer))
                .toList();
    }
}
