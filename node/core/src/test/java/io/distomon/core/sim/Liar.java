package io.distomon.core.sim;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.core.crypto.CanonicalBase64;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.HttpRequestHead;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A member that sends, besides what its process sends, properly signed messages with lies in them. For one thread. */
final class Liar {
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final long STILL_TAKEN_MICROS = 100_000_000L;
    private static final long MAX_DATE = (1L << 53) - 1;
    private static final int NONCE_BYTES = 16;
    private static final int MADE_UP_NAMES = 500;

    private final World world;
    private final SimNode self;
    private final Random random;

    private enum Lie {
        /** Another member's words, altered, with our signature. */
        FORGERY,
        /** Two entries with one date. */
        EQUIVOCATION,
        /** All are offline. */
        SLANDER,
        /** Said tomorrow. */
        FROM_TOMORROW,
        /** Said as late as is still taken. */
        A_LITTLE_AHEAD,
        /** We hold everything, and newer. */
        FALSE_HAVE,
        /** Entries and dates of members that don't exist. */
        MADE_UP_NAMES,
        /** Another member's entry under our name. */
        MISFILED,
        /** Our entry for another network. */
        OTHER_NETWORK,
        /** What another said, once more. */
        BACKLOG
    }

    Liar(World world, SimNode self, Random random) {
        this.world = world;
        this.self = self;
        this.random = random;
    }

    /** Tells one member one lie. */
    void lies() {
        SimNode target = world.anyNode(random);
        SimNode victim = world.anyNode(random);
        if (target == self || victim == self || self.process().isEmpty()) {
            return;
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ObjectNode have = JsonNodeFactory.instance.objectNode();
        SharedStore store = self.process().orElseThrow().store();
        store.entry(self.id()).ifPresent(own -> {
            put(data, self.id(), own.entry().raw());
            fill(Lie.values()[random.nextInt(Lie.values().length)], own.entry().data(), victim, data, have);
        });
        send(target, data, have);
    }

    /** Tells {@code target} what {@code victim} said, one entry after the other, as if it was said now. */
    void repeats(SimNode victim, SimNode target) {
        long nanos = 0;
        for (SignedNodeData said : victim.said()) {
            ObjectNode data = JsonNodeFactory.instance.objectNode();
            put(data, victim.id(), said.raw());
            world.events().in(nanos, self, "repeats", () -> send(target, data, JsonNodeFactory.instance.objectNode()));
            nanos += Events.SECOND;
        }
    }

    private void fill(Lie lie, NodeData own, SimNode victim, ObjectNode data, ObjectNode have) {
        long now = self.clock().wallMicros();
        switch (lie) {
            case FORGERY -> put(data, victim.id(), forgery(victim));
            case EQUIVOCATION -> put(data, self.id(), signed(slander(own).at(own.dateMicros())));
            case SLANDER -> put(data, self.id(), signed(slander(own).at(now)));
            case FROM_TOMORROW -> put(data, self.id(), signed(own.at(now + DAY_MICROS)));
            case A_LITTLE_AHEAD -> put(data, self.id(), signed(own.at(now + STILL_TAKEN_MICROS)));
            case FALSE_HAVE -> world.nodes().forEach(node -> have.put(node.id(), MAX_DATE));
            case MADE_UP_NAMES -> {
                for (int i = 0; i < MADE_UP_NAMES; i++) {
                    have.put("nobody" + i, MAX_DATE);
                    put(data, "nobody" + i, new RawEntry("e30=", CanonicalBase64.encode(new byte[64]), "nobody" + i));
                }
            }
            case BACKLOG -> {
                List<SignedNodeData> said = victim.said();
                if (!said.isEmpty()) {
                    put(data, victim.id(), said.get(random.nextInt(said.size())).raw());
                }
            }
            case MISFILED ->
                held(victim)
                        .ifPresent(entry -> put(data, self.id(), entry.entry().raw()));
            case OTHER_NETWORK ->
                put(
                        data,
                        self.id(),
                        signed(new NodeData(
                                now, Map.of(), self.id(), "1", "other", own.intervalSeconds(), null, null, false)));
        }
    }

    private Optional<HeldEntry> held(SimNode node) {
        return self.process().flatMap(process -> process.store().entry(node.id()));
    }

    private RawEntry forgery(SimNode victim) {
        NodeData said = new NodeData(
                victim.clock().wallMicros(), Map.of(), victim.id(), "forged", Roster.NETWORK, 3600, null, null, true);
        byte[] payload = CanonicalBase64.decode(
                        SignedNodeData.sign(said, World.signers(victim.id()).getFirst())
                                .raw()
                                .payload())
                .orElseThrow();
        return new RawEntry(
                CanonicalBase64.encode(payload),
                CanonicalBase64.encode(self.signer().sign(payload)),
                victim.id());
    }

    private RawEntry signed(NodeData data) {
        return SignedNodeData.sign(data, self.signer()).raw();
    }

    private NodeData slander(NodeData own) {
        Map<String, PingData> pings = new LinkedHashMap<>();
        world.nodes().forEach(node -> {
            if (node != self) {
                pings.put(node.id(), new PingData(PingStatus.OFFLINE, 0, 0, own.dateMicros(), "timeout"));
            }
        });
        return new NodeData(
                own.dateMicros(),
                pings,
                own.nodeId(),
                own.version(),
                own.networkId(),
                own.intervalSeconds(),
                own.boot(),
                own.configDigest(),
                own.leaving());
    }

    private static void put(ObjectNode data, String name, RawEntry entry) {
        data.putObject(name)
                .put("payload", entry.payload())
                .put("signature", entry.signature())
                .put("sig_id", entry.sigId());
    }

    private void send(SimNode target, ObjectNode data, ObjectNode have) {
        long now = self.clock().wallMicros();
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("network_id", Roster.NETWORK)
                .put("sig_id", self.id())
                .put("to", target.id())
                .put("send_time", now / 1_000_000)
                .set("have", have);
        request.set("data", data);
        byte[] body = request.toString().getBytes(StandardCharsets.UTF_8);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        MessageSignature.OfRequest signature = new MessageSignature.OfRequest(
                "POST",
                "application/json",
                ContentDigest.of(body),
                self.id(),
                self.signer().verifier().fingerprint(),
                now / 1_000_000,
                Base64.getUrlEncoder().withoutPadding().encodeToString(nonce));
        HttpFields fields = HttpFields.of(
                "Content-Type",
                "application/json",
                "Content-Digest",
                signature.contentDigest(),
                MessageSignature.SIGNATURE_INPUT,
                signature.signatureInput(),
                MessageSignature.SIGNATURE,
                signature.sign(self.signer()));
        HttpRequestHead head = new HttpRequestHead("POST", "/mon/" + Roster.NETWORK, fields);
        world.events()
                .in(
                        world.wire().delayNanos(),
                        target,
                        "is lied to by " + self.id(),
                        () -> target.process().ifPresent(process -> process.arrive(head, body, answer -> {})));
    }
}
