package io.distomon.node.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.Clock;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.exchange.Absence;
import io.distomon.core.record.Account;
import io.distomon.core.record.AccountCodec;
import io.distomon.core.record.Kind;
import io.distomon.core.record.Noted;
import io.distomon.core.record.Situation;
import io.distomon.core.record.State;
import io.distomon.core.record.Subject;
import io.distomon.core.record.Transition;
import io.distomon.core.store.RawEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recorders of fra, ams and nyc, whose clocks a test sets, and what they tell each other. */
class PeerAccountsTest {
    private static final Duration POLL_RATE = Duration.ofSeconds(10);
    private static final Subject RIO = new Subject(Kind.NODE, "rio");
    private static final Map<String, Signer> SIGNERS = Map.of(
            "fra", Signer.generate("fra", new SecureRandom()),
            "ams", Signer.generate("ams", new SecureRandom()),
            "nyc", Signer.generate("nyc", new SecureRandom()));

    private final AtomicLong passedMicros = new AtomicLong();
    private final Clock clock = new Clock() {
        @Override
        public long wallMicros() {
            return 1_700_000_000_000_000L + passedMicros.get();
        }

        @Override
        public long monotonicNanos() {
            return passedMicros.get() * 1_000;
        }
    };
    private final Map<String, Recorder> recorders = new HashMap<>();

    @TempDir
    Path directory;

    @AfterEach
    void end() {
        recorders.values().forEach(Recorder::close);
    }

    /** All are replaced one after the other, with their records, as pods are. */
    @Test
    void whatHappenedIsNotLostWhenAllAreReplacedOneAfterTheOther() throws Exception {
        begin("ams", 1);
        pass(60);
        note("ams", "Offline");
        pass(600);
        begin("fra", 1);
        pass(20);
        assertThat(asks("fra", "ams")).isTrue();
        assertThat(told("fra")).containsExactly("ams Running", "rio Offline", "ams Stopped");
        end("ams");

        pass(300);
        begin("ams", 2);
        pass(20);
        assertThat(asks("ams", "fra")).as("its own words of before").isTrue();
        assertThat(asks("ams", "fra")).as("and what fra recorded since").isTrue();

        assertThat(told("ams"))
                .containsExactly("ams Running", "rio Offline", "ams Stopped", "fra Running", "fra Stopped");
        Optional<String> fault = recorder("ams").ask(RecordFile::fault);
        assertThat(fault).isEmpty();
    }

    @Test
    void whatNoKeyThatIsValidNowVouchesForIsNotHandedOn() throws Exception {
        begin("ams", 1);
        pass(600);
        begin("fra", 1);
        pass(20);
        assertThat(asks("fra", "ams")).isTrue();
        pass(300);
        begin("nyc", 1);
        pass(20);
        KeyMapping withoutAms =
                new KeyMapping(Map.of("fra", List.of(signer("fra").verifier())));

        Account account = AccountCodec.decode(tells("fra", "nyc", wanted("nyc", "fra"), withoutAms)
                .orElseThrow()
                .verified(withoutAms)
                .orElseThrow());

        assertThat(account.teller()).isEqualTo("fra");
    }

    /** Or it would tell that nothing happened from then on until it came back. */
    @Test
    void whoDiedInItsFirstMinuteTellsNothingOfTheTimeUntilItCameBack() throws Exception {
        begin("ams", 1);
        pass(20);
        note("ams", "Offline");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> recorder("ams").end().orElseThrow().seq() == 2);
        Files.copy(directory.resolve("ams1.db"), directory.resolve("ams2.db"));
        long died = clock.wallMicros();
        pass(300);
        begin("ams", 2);
        pass(60);
        begin("fra", 1);
        pass(20);

        Account account = AccountCodec.decode(tells("ams", "fra", wanted("fra", "ams"), keys())
                .orElseThrow()
                .verified(keys())
                .orElseThrow());

        assertThat(account.span().toMicros()).isEqualTo(died);
    }

    @Test
    void nobodyIsAskedBeforeWhatHappenedUntilAStartIsWritten() throws Exception {
        begin("ams", 1);
        pass(600);
        begin("fra", 1);

        assertThat(recorder("fra").accounts().wantedOf("ams", POLL_RATE)).isEmpty();
        pass(11);
        assertThat(recorder("fra").accounts().wantedOf("ams", POLL_RATE)).isPresent();
    }

    @Test
    void onlyEightAreToldAtOnceAndTheNinthOnceOneOfThemHadHalfAMinute() throws Exception {
        begin("ams", 1);
        pass(600);
        Absence span = new Absence(clock.wallMicros() - 100_000_000, clock.wallMicros() - 50_000_000);
        for (int i = 0; i < 8; i++) {
            assertThat(tells("ams", "peer" + i, span, keys())).isPresent();
        }

        assertThat(recorder("ams").accounts().toldTo("ninth", span, signer("ams"), keys()))
                .isEmpty();
        assertThat(recorder("ams").accounts().toldTo("ninth", span, signer("ams"), keys()))
                .isEmpty();
        pass(31);
        assertThat(tells("ams", "ninth", span, keys())).isPresent();
    }

    @Test
    void whatIsNoAccountOrOfAnotherNetworkOrTellerIsNotTaken() throws Exception {
        begin("ams", 1);
        pass(600);
        begin("fra", 1);
        pass(20);
        Absence wanted = wanted("fra", "ams");
        byte[] other = AccountCodec.encode(new Account("other", "ams", wanted, Situation.NOTHING, List.of()));
        byte[] nycs = AccountCodec.encode(new Account("lab", "nyc", wanted, Situation.NOTHING, List.of()));

        for (byte[] payload : List.of(new byte[] {'{'}, other, nycs)) {
            recorder("fra").accounts().told("ams", payload, RawEntry.sign(payload, signer("ams")));
        }

        assertThat(told("fra")).isEmpty();
        assertThat(recorder("fra").gaps().isOver()).isFalse();
    }

    private void begin(String id, int life) {
        Recorder recorder = new Recorder(
                "lab",
                id,
                directory.resolve(id + life + ".db"),
                new RecordProperties(true, null, Duration.ofDays(30), Duration.ofHours(24), 8),
                new NativeLibrary(List.of(directory), Clock.system()),
                Duration.ofMillis(50),
                clock);
        recorder.start();
        recorders.put(id, recorder);
        await().atMost(Duration.ofSeconds(30)).until(() -> recorder.end().isPresent());
    }

    private void end(String id) {
        Objects.requireNonNull(recorders.remove(id)).close();
    }

    private void pass(int seconds) {
        passedMicros.addAndGet(seconds * 1_000_000L);
    }

    private void note(String id, String rio) {
        recorder(id)
                .offer(List.of(
                        new Noted(clock.wallMicros(), Transition.unwitnessed(RIO, "Absent", new State(rio, null)))));
    }

    private Absence wanted(String asker, String asked) {
        return recorder(asker).accounts().wantedOf(asked, POLL_RATE).orElseThrow();
    }

    private Optional<RawEntry> tells(String teller, String asker, Absence wanted, KeyMapping keys) {
        List<RawEntry> told = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            recorder(teller)
                    .accounts()
                    .toldTo(asker, wanted, signer(teller), keys)
                    .ifPresent(told::add);
            return !told.isEmpty();
        });
        return told.stream().findFirst();
    }

    /** Whether what it is told is recorded. */
    private boolean asks(String asker, String asked) throws Recorder.UnavailableException {
        int before = told(asker).size();
        pass(2);
        RawEntry signed = tells(asked, asker, wanted(asker, asked), keys()).orElseThrow();
        recorder(asker).accounts().told(asked, signed.verified(keys()).orElseThrow(), signed);
        return told(asker).size() > before;
    }

    /** What peers told of, in its place. */
    private List<String> told(String id) throws Recorder.UnavailableException {
        List<String> told = new ArrayList<>();
        recorder(id).ask(file -> {
            file.forEachChange(change -> {
                if (change.toldBy() != null) {
                    told.add(change.subject().name() + " " + change.to().word());
                }
            });
            return true;
        });
        return told;
    }

    private Recorder recorder(String id) {
        return Objects.requireNonNull(recorders.get(id));
    }

    private static Signer signer(String id) {
        return Objects.requireNonNull(SIGNERS.get(id));
    }

    private static KeyMapping keys() {
        Map<String, List<Verifier>> keys = new HashMap<>();
        SIGNERS.forEach((id, signer) -> keys.put(id, List.of(signer.verifier())));
        return new KeyMapping(keys);
    }
}
