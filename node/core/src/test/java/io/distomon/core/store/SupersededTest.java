package io.distomon.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.CanonicalBase64;
import io.distomon.core.crypto.CountingVerifier;
import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.wire.SetClock;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Entries that come again after a newer one has taken their place. */
class SupersededTest {
    private static final long SECOND = 1_000_000L;
    private static final long NOW = 1_800_000_000L * SECOND;
    private static final Signer FRA = Signer.generate("fra", new SecureRandom());
    private static final Signer OTHER = Signer.generate("fra", new SecureRandom());

    private final SetClock clock = new SetClock(NOW);
    private final CountingVerifier verifier;
    private final SharedStore store;

    SupersededTest() throws InvalidKeyException {
        verifier = CountingVerifier.of(FRA.verifier());
        store = new SharedStore("lab", "ams", new KeyMapping(Map.of("fra", List.of(verifier))), clock);
    }

    @Test
    void areNotVerifiedAgain() {
        RawEntry taken = entry(NOW);
        RawEntry late = entry(NOW + SECOND);
        merge(taken);
        merge(entry(NOW + 2 * SECOND));
        merge(late);
        for (int i = 0; i < 3; i++) {
            assertThat(merge(taken).refused()).isEmpty();
            assertThat(merge(late).refused()).isEmpty();
        }
        assertThat(verified(taken)).isOne();
        assertThat(verified(late)).isOne();
    }

    @Test
    void areTakenOnceMoreWhenTheNewerOneWasTooFarAhead() {
        RawEntry first = entry(NOW);
        merge(first);
        clock.set(NOW + 3600 * SECOND);
        merge(entry(NOW + 3600 * SECOND));
        clock.set(NOW);

        assertThat(merge(first).taken()).containsExactly("fra");
    }

    @Test
    void areKnownByTheirBytesNotByTheirSignatureAlone() {
        RawEntry first = entry(NOW);
        RawEntry second = entry(NOW + SECOND);
        merge(first);
        merge(second);
        RawEntry mixed = new RawEntry(second.payload(), first.signature(), "fra");
        assertThat(merge(mixed).refused()).containsEntry("fra", EntryRefusal.BAD_SIGNATURE);
    }

    @Test
    void areJudgedAnewByOtherKeys() {
        RawEntry first = entry(NOW);
        merge(first);
        store.rekey(new KeyMapping(Map.of("fra", List.of(FRA.verifier(), OTHER.verifier()))));
        merge(entry(NOW + SECOND, OTHER));
        store.rekey(new KeyMapping(Map.of("fra", List.of(OTHER.verifier()))));

        assertThat(merge(first).refused()).containsEntry("fra", EntryRefusal.BAD_SIGNATURE);
    }

    @Test
    void areForgottenButForTheLastEight() {
        List<RawEntry> entries = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            entries.add(entry(NOW + i * SECOND));
            merge(entries.getLast());
        }
        entries.reversed().forEach(this::merge);
        assertThat(entries.stream().map(this::verified)).containsExactly(2, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    }

    private MergeResult merge(RawEntry raw) {
        return store.merge(new RawEntries(Map.of("fra", raw), Set.of()));
    }

    private int verified(RawEntry entry) {
        return verifier.asked(CanonicalBase64.decode(entry.payload()).orElseThrow());
    }

    private static RawEntry entry(long date) {
        return entry(date, FRA);
    }

    private static RawEntry entry(long date, Signer signer) {
        NodeData data = new NodeData(date, Map.of(), "fra", "1", "lab", 10, null, null, false);
        return SignedNodeData.sign(data, signer).raw();
    }
}
