package io.distomon.node.record;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.exchange.Moment;
import io.distomon.core.record.Noted;
import io.distomon.core.record.Situation;
import io.distomon.core.record.Transitions;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Cadences;
import io.distomon.core.topology.Member;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Standing;
import io.distomon.core.view.ViewInput;
import io.distomon.core.view.Witness;
import io.distomon.node.threads.Asked;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What fra sees of the network lab, in which nyc is up or down; each time ams and fra sign anew what they say of it. */
final class Looks {
    private static final List<String> IDS = List.of("ams", "fra", "nyc");

    private final Map<String, Signer> signers = new LinkedHashMap<>();
    private final NetworkConfig config;
    private final Clock clock;

    Looks(Clock clock) {
        this.clock = clock;
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        for (String id : IDS) {
            Signer signer = Signer.generate(id, new SecureRandom());
            signers.put(id, signer);
            keys.put(id, List.of(signer.verifier()));
        }
        this.config = NetworkConfig.of(
                "lab",
                "fra",
                IDS.stream()
                        .map(id -> new Member(id, URI.create("http://" + id), Duration.ofSeconds(10), 2))
                        .toList(),
                new KeyMapping(keys),
                List.of());
    }

    NetworkConfig config() {
        return config;
    }

    Map<String, Signer> signers() {
        return signers;
    }

    /** What each of them signs now. */
    Map<String, RawEntry> entries() {
        Map<String, RawEntry> entries = new LinkedHashMap<>();
        up().input()
                .entries()
                .forEach((id, held) -> entries.put(id, held.entry().raw()));
        return entries;
    }

    Asked up() {
        return look(NodeState.ONLINE);
    }

    Asked down() {
        return look(NodeState.OFFLINE);
    }

    Asked look(NodeState nyc) {
        Moment now = Moment.now(clock);
        PingStatus status = nyc == NodeState.OFFLINE ? PingStatus.OFFLINE : PingStatus.ONLINE;
        @Nullable String error = nyc == NodeState.OFFLINE ? "timeout" : null;
        Map<String, HeldEntry> held = new LinkedHashMap<>();
        signers.forEach((id, signer) -> {
            PingData said = new PingData(status, 1, 2, now.wallMicros(), error);
            NodeData data = new NodeData(
                    now.wallMicros(),
                    id.equals("nyc") ? Map.of() : Map.of("nyc", said),
                    id,
                    "1",
                    "lab",
                    10,
                    "boot",
                    null,
                    false);
            held.put(id, new HeldEntry(SignedNodeData.sign(data, signer), now.monotonicNanos(), Map.of(), 0));
        });
        Witness byAms = witness("ams", status, error, now);
        Witness byFra = witness("fra", status, error, now);
        NetworkView view = new NetworkView(
                "lab",
                List.of(
                        verdict("ams", NodeState.ONLINE, now, List.of(witness("fra", PingStatus.ONLINE, null, now))),
                        verdict("fra", NodeState.ONLINE, now, List.of(witness("ams", PingStatus.ONLINE, null, now))),
                        verdict("nyc", nyc, now, List.of(byAms, byFra))),
                List.of(),
                List.of(),
                List.of(),
                false,
                0);
        return new Asked(
                view,
                Map.of(),
                ViewInput.ofMember(config, Cadences.of(config.observers()), held, now.monotonicNanos()),
                now,
                config);
    }

    /** What is different in a look, as a recorder has it written. */
    static List<Noted> noted(Situation before, Asked asked, long timeMicros) {
        return Transitions.between(
                        before,
                        Situation.of(asked.view(), asked.config().digest()),
                        asked.view(),
                        asked.input().entries())
                .stream()
                .map(change -> new Noted(timeMicros, change))
                .toList();
    }

    private static Witness witness(String id, PingStatus status, @Nullable String error, Moment now) {
        return new Witness(id, status, now.wallMicros(), error, 2, null, null, now.wallMicros(), Standing.COUNTED);
    }

    private static NodeVerdict verdict(String id, NodeState state, Moment now, List<Witness> witnesses) {
        return new NodeVerdict(
                id,
                state,
                null,
                "2 of 2 observers",
                now.wallMicros(),
                false,
                true,
                2,
                0,
                0,
                now.wallMicros(),
                witnesses);
    }
}
