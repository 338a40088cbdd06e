package io.distomon.core.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Nodes of one network in memory, and their messages. */
final class Nodes {
    private Nodes() {}

    /** One node, both its sides. */
    record Node(Signer signer, NetworkExchange exchange, Receiver receiver, Requester requester, Clock clock) {
        static Node of(String networkId, Signer signer, KeyMapping keys, Clock clock) {
            return of(networkId, signer, keys, clock, new Random());
        }

        static Node of(String networkId, Signer signer, KeyMapping keys, Clock clock, RandomGenerator random) {
            NetworkConfig config = config(networkId, signer.nodeId(), keys);
            SharedStore store = new SharedStore(networkId, signer.nodeId(), keys, clock);
            NetworkExchange exchange = new NetworkExchange(config, signer, store, news -> {});
            Receiver receiver =
                    new Receiver(clock, random, id -> id.equals(networkId) ? Optional.of(exchange) : Optional.empty());
            return new Node(signer, exchange, receiver, new Requester(exchange, clock, random), clock);
        }

        String id() {
            return signer.nodeId();
        }

        SharedStore store() {
            return exchange.store();
        }

        void reload(NetworkConfig config, Signer signer) {
            exchange.reload(config, signer, Moment.now(clock));
        }

        SignedNodeData publish() {
            return publish("1.0.0");
        }

        SignedNodeData publish(String version) {
            return store().publish(content(id(), store().networkId(), version), signer);
        }

        HttpAnswer receive(HttpRequestHead head, byte[] body) {
            return switch (receiver.admit(head)) {
                case Admission.Refused(HttpAnswer answer) -> answer;
                case Admission.Admitted admitted -> receiver.answer(admitted, body, Moment.now(clock));
            };
        }

        HttpAnswer receive(OutgoingRequest request) {
            return receive(head(request), request.body());
        }

        Conclusion poll(Node peer) {
            OutgoingRequest request = requester.prepare(peer.id()).orElseThrow();
            return requester.conclude(request, peer.receive(request), Moment.now(clock));
        }
    }

    static NodeData content(String nodeId, String networkId, String version) {
        return new NodeData(0, Map.of(), nodeId, version, networkId, 10, null, null, false);
    }

    static NetworkConfig config(String networkId, String nodeId, KeyMapping keys) {
        List<Member> members = new ArrayList<>();
        for (String id : keys.keys().keySet()) {
            members.add(member(id));
        }
        return NetworkConfig.of(networkId, nodeId, members, keys, List.of());
    }

    static Member member(String id) {
        return new Member(id, URI.create("http://" + id + ".example.com//"), Duration.ofSeconds(10), 1);
    }

    static KeyMapping keys(Signer... signers) {
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        for (Signer signer : signers) {
            keys.put(signer.nodeId(), List.of(signer.verifier()));
        }
        return new KeyMapping(keys);
    }

    static HttpRequestHead head(OutgoingRequest request) {
        return new HttpRequestHead("POST", request.uri().getPath(), request.fields());
    }

    static HttpFields fields(JsonNode headers) {
        List<HttpFields.Field> lines = new ArrayList<>();
        headers.forEach(line ->
                lines.add(new HttpFields.Field(line.get(0).asText(), line.get(1).asText())));
        return new HttpFields(lines);
    }
}
