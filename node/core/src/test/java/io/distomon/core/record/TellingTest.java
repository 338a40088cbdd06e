package io.distomon.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.Absence;
import io.distomon.core.json.InvalidJsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What nyc, at work since second 0, tells fra that was away; in seconds after {@link Told#T0}. */
class TellingTest {
    private static final Subject AMS = Subject.node("ams");
    private static final Subject FRA = Subject.node("fra");
    private static final Subject NYC = new Subject(Kind.RECORDER, "nyc");

    private final List<Change> records = new ArrayList<>(List.of(
            change(0, NYC, "Running", null),
            change(0, AMS, "Online", null),
            change(0, FRA, "Online", null),
            change(10, FRA, "Offline", null),
            change(20, AMS, "Offline", null)));

    @Test
    void itTellsWhatWasSoAtTheBeginningAndWhatChangedUntilTheEnd() {
        change(30, AMS, "Online");
        change(50, FRA, "Online");

        Account account = told(15, 40).orElseThrow();

        assertThat(account.teller()).isEqualTo("nyc");
        assertThat(account.span()).isEqualTo(span(15, 40));
        assertThat(account.situation().of(AMS).word()).isEqualTo("Online");
        assertThat(account.situation().of(FRA).word()).isEqualTo("Offline");
        assertThat(account.changes())
                .containsExactly(change(20, AMS, "Offline", null), change(30, AMS, "Online", null));
    }

    @Test
    void ofAQuietTimeItTellsThatNothingChanged() {
        Account account = told(25, 40).orElseThrow();

        assertThat(account.situation().of(AMS).word()).isEqualTo("Offline");
        assertThat(account.changes()).isEmpty();
    }

    @Test
    void itTellsNothingOfTheTimeBeforeItsOwnRecords() {
        assertThat(told(-50, -10)).isEmpty();
        assertThat(told(-50, 15).orElseThrow().span()).isEqualTo(span(0, 15));
    }

    @Test
    void whatItTellsEndsWhereItWasAwayItself() {
        records.add(change(30, NYC, "Stopped", null));
        records.add(change(60, NYC, "Running", 30));
        change(70, AMS, "Online");

        assertThat(told(15, 100).orElseThrow().span()).isEqualTo(span(15, 30));
        assertThat(told(35, 55)).isEmpty();
        assertThat(told(35, 100).orElseThrow().span()).isEqualTo(span(60, 100));
        assertThat(told(35, 100).orElseThrow().changes()).containsExactly(change(70, AMS, "Online", null));
    }

    @Test
    void itDiedWhenItWasLastAtWork() {
        records.add(change(60, NYC, "Running", 40));

        assertThat(told(15, 100).orElseThrow().span()).isEqualTo(span(15, 40));
    }

    /** The whole site lost its power. */
    @Test
    void whoDiedWhileTheOtherWasAwayTellsOfTheTimeAfterItCameBack() {
        records.add(change(60, NYC, "Running", 40));
        change(70, AMS, "Online");

        assertThat(told(45, 100).orElseThrow().span()).isEqualTo(span(60, 100));
        assertThat(told(40, 100).orElseThrow().span()).isEqualTo(span(60, 100));
        assertThat(told(45, 100).orElseThrow().situation().of(AMS).word()).isEqualTo("Offline");
        assertThat(told(30, 100).orElseThrow().span()).isEqualTo(span(30, 40));
        assertThat(told(30, 35).orElseThrow().span()).isEqualTo(span(30, 35));
        assertThat(told(45, 55)).isEmpty();
    }

    @Test
    void whoOnlyLostItsFileWasAtWork() {
        records.add(change(30, NYC, "Running", null));
        change(35, AMS, "Online");

        assertThat(told(15, 40).orElseThrow().span()).isEqualTo(span(15, 40));
        assertThat(told(15, 40).orElseThrow().changes()).hasSize(2);
    }

    @Test
    void ofMoreThanAnAccountHoldsNothingIsTold() {
        for (int i = 0; i < 4_100; i++) {
            change(30, Subject.node("node" + i), "Offline");
        }

        assertThat(told(35, 60)).isEmpty();
        assertThat(told(15, 60).orElseThrow().span().toMicros()).isLessThan(at(30));
    }

    @Test
    void whatItWasToldItselfItDoesNotPassOn() {
        Change hearsay = new Change(at(25), AMS, new State("Degraded", null), null, "ams");
        records.add(hearsay);

        assertThat(told(15, 40).orElseThrow().changes()).containsExactly(change(20, AMS, "Offline", null));
    }

    @Test
    void whatRunsWithWhichConfigEachSaysOfItself() {
        records.add(change(25, new Subject(Kind.CONFIG, "lab"), "a digest", null));

        assertThat(told(22, 40).orElseThrow().changes()).isEmpty();
        assertThat(told(30, 40).orElseThrow().situation().states()).containsOnlyKeys(AMS, FRA);
    }

    @Test
    void aClockThatWasSetBackEndsWhatItTells() {
        change(12, AMS, "Online");

        assertThat(told(15, 40).orElseThrow().span()).isEqualTo(span(15, 20));
        assertThat(told(15, 40).orElseThrow().changes()).containsExactly(change(20, AMS, "Offline", null));
    }

    @Test
    void itTellsUpToNowAndNotOfWhatIsStillToCome() {
        Telling telling = telling(span(15, 1_000), 30);

        assertThat(telling.account().orElseThrow().span()).isEqualTo(span(15, 30));
    }

    @Test
    void whatIsTooLongForOneAccountIsToldUpToWhereItFits() throws InvalidJsonException {
        for (int i = 0; i < 4_000; i++) {
            records.add(
                    new Change(at(30 + i), AMS, new State(i % 2 == 0 ? "Online" : "Offline", "silent"), at(30 + i)));
        }

        Account first = told(15, 10_000).orElseThrow();
        Account second = told(first.span(), 10_000).orElseThrow();

        byte[] encoded = AccountCodec.encode(first);
        assertThat(encoded.length).isBetween(AccountCodec.MAX_BYTES - 1_000, AccountCodec.MAX_BYTES);
        assertThat(AccountCodec.decode(encoded)).isEqualTo(first);
        assertThat(second.span().fromMicros()).isEqualTo(first.span().toMicros());
        assertThat(second.changes().getFirst())
                .as("none is missing between them")
                .isEqualTo(records.get(5 + first.changes().size() - 1));
    }

    @Test
    void whereTheOldestWereLetGoItTellsOfTheRest() {
        List<FlightRecord> chain = Told.chain(
                Transition.started("nyc", null, null),
                Told.node("ams", "Absent", "Online"),
                Told.node("ams", "Online", "Offline"));
        Telling telling = new Telling("lab", "nyc", Told.START.past(chain.subList(0, 2)), span(0, 5), at(5));
        telling.add(chain.getLast().change());

        Account account = telling.account().orElseThrow();

        assertThat(account.span()).isEqualTo(span(1, 5));
        assertThat(account.situation().of(AMS).word()).isEqualTo("Online");
        assertThat(account.changes()).hasSize(1);
    }

    private void change(int second, Subject subject, String to) {
        records.add(change(second, subject, to, null));
    }

    private Optional<Account> told(Absence before, int to) {
        return telling(new Absence(before.toMicros(), at(to)), 20_000).account();
    }

    private Optional<Account> told(int from, int to) {
        return telling(span(from, to), 20_000).account();
    }

    private Telling telling(Absence wanted, int now) {
        Telling telling = new Telling("lab", "nyc", Told.START, wanted, at(now));
        records.forEach(telling::add);
        return telling;
    }

    static Absence span(int from, int to) {
        return new Absence(at(from), at(to));
    }

    private static Change change(int second, Subject subject, String to, @Nullable Integer since) {
        return new Change(at(second), subject, new State(to, null), since == null ? null : (Long) at(since));
    }

    static long at(int second) {
        return Told.T0 + second * Told.SECOND;
    }
}
