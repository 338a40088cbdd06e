package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.wire.SetClock;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** ams was away, and asks fra. */
class AccountsTest {
    private static final long NOW = 1_800_000_000_000_000L;
    private static final Absence AWAY = new Absence(NOW - 60_000_000, NOW - 123_456);
    private static final byte[] ACCOUNT = "what fra recorded".getBytes(StandardCharsets.UTF_8);
    private static final Signer AMS = Signer.generate("ams", new SecureRandom());
    private static final Signer FRA = Signer.generate("fra", new SecureRandom());
    private static final KeyMapping KEYS = Nodes.keys(AMS, FRA);

    private final SetClock clock = new SetClock(NOW);
    private final Nodes.Node ams = Nodes.Node.of("lab", AMS, KEYS, clock);
    private final Nodes.Node fra = Nodes.Node.of("lab", FRA, KEYS, clock);
    private final List<RawEntry> told = new ArrayList<>();
    private int inVain;
    private final List<Absence> asked = new ArrayList<>();

    /** One side of it. */
    private class Played implements Accounts {
        private final @Nullable Absence wanted;
        private final byte @Nullable [] account;

        Played(@Nullable Absence wanted, byte @Nullable [] account) {
            this.wanted = wanted;
            this.account = account;
        }

        @Override
        public Optional<Absence> wantedOf(String peer, Duration pollRate) {
            return Optional.ofNullable(wanted);
        }

        @Override
        public void told(String peer, byte[] payload, RawEntry signed) {
            assertThat(payload).isEqualTo(ACCOUNT);
            told.add(signed);
        }

        @Override
        public void toldNothing(String peer) {
            inVain++;
        }

        @Override
        public Optional<RawEntry> toldTo(String peer, Absence of, Signer signer, KeyMapping keys) {
            asked.add(of);
            return Optional.ofNullable(account).map(bytes -> RawEntry.sign(bytes, signer));
        }
    }

    @Test
    void anAnswerBringsWhatItsSenderSignsOfTheTimeThatIsAskedFor() {
        ams.exchange().tellBy(new Played(AWAY, null));
        fra.exchange().tellBy(new Played(null, ACCOUNT));

        assertThat(ams.poll(fra)).isInstanceOf(Conclusion.Counted.class);

        assertThat(asked).containsExactly(AWAY);
        assertThat(told).extracting(RawEntry::sigId).containsExactly("fra");
        assertThat(fra.exchange().verified(told.getFirst())).contains(ACCOUNT);
        assertThat(ams.store().entries()).isEmpty();
    }

    @Test
    void whoHasNothingToTellAnswersAsAlways() {
        ams.exchange().tellBy(new Played(AWAY, null));

        assertThat(ams.poll(fra)).isInstanceOf(Conclusion.Counted.class);

        assertThat(told).isEmpty();
        assertThat(inVain).isEqualTo(1);
    }

    @Test
    void whoWantsNothingIsToldNothing() {
        fra.exchange().tellBy(new Played(null, ACCOUNT));

        ams.poll(fra);

        assertThat(asked).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void aWishThatIsNoneSpoilsNothingElse() throws Exception {
        for (String wish : List.of("5", "{}", "{\"from\":2,\"to\":1}", "{\"from\":\"a\",\"to\":1e300}", "[1,2]")) {
            byte[] body = ("{\"network_id\":\"lab\",\"sig_id\":\"ams\",\"to\":\"fra\",\"send_time\":1.0,\"data\":{},"
                            + "\"records_wanted\":" + wish + "}")
                    .getBytes(StandardCharsets.UTF_8);

            assertThat(RequestBody.decode(body).wanted()).as(wish).isNull();
        }
    }

    @Test
    void whatNoMemberSignedIsNotTaken() {
        ams.exchange().tellBy(new Played(AWAY, null));
        RawEntry own = RawEntry.sign(ACCOUNT, AMS);
        RawEntry stranger = RawEntry.sign(ACCOUNT, Signer.generate("rio", new SecureRandom()));

        for (RawEntry forged : List.of(new RawEntry(own.payload(), own.signature(), "fra"), stranger)) {
            assertThat(answered(forged)).isInstanceOf(Conclusion.Counted.class);
        }
        assertThat(told).isEmpty();
        assertThat(inVain).isEqualTo(2);

        answered(RawEntry.sign(ACCOUNT, FRA));
        answered(own);
        assertThat(told).as("what fra recorded, and what ams had told it").hasSize(2);
    }

    private Conclusion answered(RawEntry account) {
        OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();
        byte[] body = new ResponseBody("lab", "fra", "ams", 0, NOW, NOW, Map.of(), RawEntries.EMPTY, Map.of(), account)
                .encode();
        return ams.requester().conclude(request, RequesterTest.answer(request, 200, body, FRA), Moment.now(clock));
    }
}
