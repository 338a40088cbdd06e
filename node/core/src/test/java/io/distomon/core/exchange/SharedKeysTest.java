package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.store.EntryRefusal;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.wire.SetClock;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two members with one key, one owner's machines: who has the key can sign as either, but nothing that was signed as one
 * can be passed off as the other's, since every signature covers whose it is; and all that is kept, is kept by member.
 */
class SharedKeysTest {
    private static final long SECOND = 1_000_000L;
    private static final Signer AMS = Signer.generate("ams", new SecureRandom());
    private static final Signer FRA = Signer.generate("fra", new SecureRandom());
    private static final Signer NYC = signer("nyc", FRA);
    private static final KeyMapping KEYS = Nodes.keys(AMS, FRA, NYC);
    private static final String NONCE = "AAAAAAAAAAAAAAAAAAAAAA";

    private final SetClock clock = new SetClock(1_800_000_000L * SECOND);
    private final Nodes.Node ams = Nodes.Node.of("lab", AMS, KEYS, clock);
    private final Nodes.Node nyc = Nodes.Node.of("lab", NYC, KEYS, clock);

    @Test
    void bothTakePart() {
        nyc.publish();
        Nodes.Node fra = Nodes.Node.of("lab", FRA, KEYS, clock);
        fra.publish();

        assertThat(ams.poll(fra)).isInstanceOf(Conclusion.Counted.class);
        assertThat(ams.poll(nyc)).isInstanceOf(Conclusion.Counted.class);
        assertThat(nyc.poll(fra)).isInstanceOf(Conclusion.Counted.class);

        assertThat(ams.store().entries()).containsOnlyKeys("fra", "nyc");
        assertThat(ams.store().equivocations()).isEmpty();
    }

    @Test
    void aRequestOfOneIsNoneOfTheOther() {
        Sent sent = Sent.of(FRA, "lab", body("fra"), now(), NONCE);
        String input = sent.fields().only("signature-input").orElseThrow();

        assertRefused(sent.instead("signature-input", input.replace("fra#", "nyc#")), 401, "unauthenticated");
        assertRefused(Sent.of(FRA, "lab", body("nyc"), now(), NONCE), 403, "wrong_sender");
    }

    @Test
    void aNonceOfOneIsNotUsedUpByTheOther() {
        assertThat(receive(Sent.of(FRA, "lab", body("fra"), now(), NONCE)).status())
                .isEqualTo(200);
        assertThat(receive(Sent.of(NYC, "lab", body("nyc"), now(), NONCE)).status())
                .isEqualTo(200);
        assertRefused(Sent.of(FRA, "lab", body("fra"), now(), NONCE), 409, "replay");
    }

    @Test
    void anAnswerOfOneIsNoneOfTheOther() {
        OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();

        assertThat(ams.requester().conclude(request, nyc.receive(request), Moment.now(clock)))
                .isInstanceOfSatisfying(
                        Conclusion.Discarded.class,
                        discarded -> assertThat(discarded.fault()).isEqualTo(AnswerFault.SENDER));
    }

    @Test
    void anEntryOfOneIsNoneOfTheOther() {
        RawEntry fra = entry(FRA, 0, null).raw();
        RawEntry asNyc = new RawEntry(fra.payload(), fra.signature(), "nyc");

        assertThat(ams.store()
                        .merge(new RawEntries(Map.of("nyc", asNyc), Set.of()))
                        .refused())
                .isEqualTo(Map.of("nyc", EntryRefusal.MALFORMED));
        assertThat(ams.store().entries()).isEmpty();
    }

    @Test
    void entriesOfOneDateAreNoDoubleTalkAndTwoProcessesAreNoDoubles() {
        for (int i = 0; i < 6; i++) {
            ams.store().merge(RawEntries.of(List.of(entry(FRA, i, "a"), entry(NYC, i, "b"))));
        }

        assertThat(ams.store().equivocations()).isEmpty();
        assertThat(ams.store().doubles()).isEmpty();
    }

    @Test
    void whenOneGetsAKeyOfItsOwnTheOtherGoesOn() {
        ams.store().merge(RawEntries.of(List.of(entry(FRA, 0, null), entry(NYC, 0, null))));
        Signer next = Signer.generate("fra", new SecureRandom());

        assertThat(ams.store().rekey(Nodes.keys(AMS, next, NYC))).containsExactly("fra");
        assertThat(ams.store().entries()).containsOnlyKeys("nyc");
    }

    private SignedNodeData entry(Signer signer, int afterMicros, @Nullable String boot) {
        NodeData content = new NodeData(
                clock.wallMicros() + afterMicros, Map.of(), signer.nodeId(), "1", "lab", 10, boot, null, false);
        return SignedNodeData.sign(content, signer);
    }

    private HttpAnswer receive(Sent sent) {
        return ams.receive(sent.head(), sent.bytes());
    }

    private void assertRefused(Sent sent, int status, String error) {
        HttpAnswer answer = receive(sent);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"error\":\"" + error + "\"");
    }

    private long now() {
        return clock.wallMicros() / SECOND;
    }

    private static String body(String sigId) {
        return "{\"network_id\":\"lab\",\"sig_id\":\"%s\",\"to\":\"ams\",\"send_time\":1800000000.5,\"have\":{},\"data\":{}}"
                .formatted(sigId);
    }

    private static Signer signer(String nodeId, Signer other) {
        try {
            return Signer.fromPem(nodeId, other.privatePem());
        } catch (InvalidKeyException e) {
            throw new AssertionError(e);
        }
    }
}
