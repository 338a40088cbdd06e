package io.distomon.core.record;

import static io.distomon.core.record.TellingTest.at;
import static io.distomon.core.record.TellingTest.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.NodeDataCodec;
import io.distomon.core.store.RawEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** fra was at work from second 0 to 10, when all were online, and from 100 on; nyc tells of the time between. */
class AccountTest {
    private static final Subject AMS = Subject.node("ams");
    private static final Subject LINK = Subject.link("ams", "nyc");
    private static final RawEntry SIGNED = new RawEntry("cGF5bG9hZA==", "c2lnbmF0dXJl", "nyc");
    private static final Account ACCOUNT = new Account(
            "lab",
            "nyc",
            span(20, 90),
            new Situation(Map.of(
                    AMS,
                    new State("Offline", "silent"),
                    Subject.node("fra"),
                    new State("Offline", null),
                    Subject.node("nyc"),
                    new State("Online", null),
                    LINK,
                    new State("Broken", "timeout"))),
            List.of(
                    new Change(at(30), AMS, new State("Online", null), at(29)),
                    new Change(at(40), LINK, new State("Up", null), null)));

    private final List<Change> own = List.of(
            new Change(at(0), recorder("fra"), new State("Running", null), null),
            new Change(at(1), AMS, new State("Online", null), null),
            new Change(at(1), Subject.node("fra"), new State("Online", null), null),
            new Change(at(1), Subject.node("nyc"), new State("Online", null), null),
            new Change(at(100), recorder("fra"), new State("Running", null), at(10)));

    @Test
    void whatIsReadIsWhatWasWritten() throws InvalidJsonException {
        assertThat(AccountCodec.decode(AccountCodec.encode(ACCOUNT))).isEqualTo(ACCOUNT);
    }

    @Test
    void neitherIsAnEntryOneNorIsItAnEntry() {
        byte[] entry = NodeDataCodec.encode(new NodeData(0, Map.of(), "nyc", "1.0.0", "lab", 10, null, null, false));

        assertThatThrownBy(() -> AccountCodec.decode(entry)).isInstanceOf(InvalidJsonException.class);
        assertThatThrownBy(() -> NodeDataCodec.decode(AccountCodec.encode(ACCOUNT)))
                .isInstanceOf(InvalidJsonException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"to\":\"Online\"|\"to\":\"Onlin\"|a node that can't be so",
                "\"kind\":\"node\"|\"kind\":\"recorder\"|who records each says of itself",
                "\"kind\":\"node\"|\"kind\":\"config\"|and with which config",
                "\"subject\":\"ams\"|\"subject\":\"../ams\"|no name of a member",
                "\"subject\":\"ams>nyc\"|\"subject\":\"ams\"|half a link",
                "2023-11-14T22:13:50|2023-11-14T22:13:39|before the beginning",
                "2023-11-14T22:14:00|2023-11-14T22:13:49|before the one before it",
                "2023-11-14T22:14:00|2023-11-14T22:15:00|after the end",
                "\"word\":\"Broken\"|\"word\":\"Bent\"|a link that can't be so",
                "\"to\":\"2023-11-14T22:14:50|\"to\":\"2023-11-14T22:13:40|an end that is the beginning",
                "\"teller\":\"nyc\"|\"tell\":\"nyc\"|nobody",
            })
    void whatCanNotBeIsRefused(String part, String other, String why) {
        String text = new String(AccountCodec.encode(ACCOUNT), StandardCharsets.UTF_8);
        assertThat(text).contains(part);
        byte[] altered = text.replace(part, other).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> AccountCodec.decode(altered)).as(why).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void whatIsRecordedByItIsTheDifferenceAtItsBeginningAndWhatChanged() {
        List<Noted> noted = recorded(gaps(own), ACCOUNT);

        assertThat(noted)
                .extracting(
                        one -> one.timeMicros(),
                        one -> one.transition().subject(),
                        one -> one.transition().from(),
                        one -> one.transition().to().word())
                .containsExactly(
                        tuple(at(20), recorder("nyc"), "None", "Running"),
                        tuple(at(20), AMS, "Online", "Offline"),
                        tuple(at(20), Subject.node("fra"), "Online", "Offline"),
                        tuple(at(20), LINK, "Up", "Broken"),
                        tuple(at(30), AMS, "Offline", "Online"),
                        tuple(at(40), LINK, "Broken", "Up"),
                        tuple(at(90), recorder("nyc"), "Running", "Stopped"));
        assertThat(noted).allSatisfy(one -> {
            assertThat(one.transition().toldBy()).isEqualTo("nyc");
            assertThat(one.transition().entries()).isEqualTo(Map.of("nyc", SIGNED));
            assertThat(ACCOUNT.tells(change(one))).isTrue();
        });
    }

    @Test
    void whatItDoesNotSayItDoesNotTell() {
        assertThat(ACCOUNT.tells(new Change(at(31), AMS, new State("Online", null), at(29), "nyc")))
                .isFalse();
        assertThat(ACCOUNT.tells(new Change(at(20), AMS, new State("Online", null), null, "nyc")))
                .isFalse();
        assertThat(ACCOUNT.tells(new Change(at(20), recorder("ams"), new State("Running", null), at(10), "nyc")))
                .isFalse();
        assertThat(ACCOUNT.tells(new Change(at(90), recorder("nyc"), new State("Running", null), null, "nyc")))
                .isFalse();
        assertThat(ACCOUNT.tells(new Change(at(20), AMS, new State("Offline", "silent"), at(3), "nyc")))
                .as("a since that it does not tell")
                .isFalse();
        assertThat(ACCOUNT.tells(
                        new Change(at(20), new Subject(Kind.CONFIG, "lab"), new State("None", null), null, "nyc")))
                .isFalse();
    }

    @Test
    void ofATimeInWhichTheRecorderWasAtWorkOrWasToldNothingIsRecorded() {
        Account early = new Account("lab", "nyc", span(5, 50), ACCOUNT.situation(), List.of());

        assertThat(recorded(gaps(own), early)).isEmpty();
        assertThat(recorded(gaps(withTold()), ACCOUNT)).isEmpty();
        assertThat(gaps(withTold()).found().getLast().untold()).containsExactly(span(10, 20), span(90, 100));
    }

    @Test
    void recordsThatBeganAnewLackWhatWasBeforeThem() {
        List<Change> fresh = List.of(new Change(at(100), recorder("fra"), new State("Running", null), null));
        Gaps gaps = new Gaps(Told.START, 80 * Told.SECOND);
        fresh.forEach(gaps::add);

        assertThat(gaps.found().getFirst().untold()).containsExactly(span(20, 100));
        assertThat(recorded(gaps, ACCOUNT)).isNotEmpty();
        Account short_ = new Account("lab", "nyc", span(50, 90), ACCOUNT.situation(), List.of());
        assertThat(recorded(gaps, short_)).as("a network that is being started").isEmpty();
    }

    @Test
    void whatWasSoWhileTheRecorderWasAwayIsWhatThePeerRecorded() {
        assertThat(past(15).situation().of(AMS).word()).isEqualTo("Online");
        assertThat(past(15).unrecordedSinceMicros()).isEqualTo(at(10));
        assertThat(past(15).toldBy()).isNull();
        assertThat(past(25).situation().of(AMS)).isEqualTo(new State("Offline", "silent"));
        assertThat(past(25).situation().of(LINK).word()).isEqualTo("Broken");
        assertThat(past(25).unrecordedSinceMicros()).isNull();
        assertThat(past(25).toldBy()).isEqualTo("nyc");
        assertThat(past(35).situation().of(AMS).word()).isEqualTo("Online");
        assertThat(past(95).unrecordedSinceMicros()).isEqualTo(at(90));
        assertThat(past(95).situation().of(Subject.node("fra")).word()).isEqualTo("Offline");
        assertThat(past(105).toldBy()).isNull();
        assertThat(past(105).unrecordedSinceMicros()).isNull();
        assertThat(past(105).situation().of(Subject.node("fra")).word())
                .as("the peer's word ends where the recorder begins again")
                .isEqualTo("Online");
    }

    /** What the first told does not go on under the name of the second. */
    @Test
    void eachPeersWordEndsWithItsAccount() {
        Situation allWell = new Situation(Map.of(
                AMS,
                new State("Online", null),
                Subject.node("fra"),
                new State("Online", null),
                Subject.node("nyc"),
                new State("Online", null)));
        Account first = new Account("lab", "nyc", span(20, 40), ACCOUNT.situation(), List.of());
        Account second = new Account("lab", "ams", span(60, 90), allWell, List.of());
        List<Change> told = new ArrayList<>(own.subList(0, own.size() - 1));
        recorded(gaps(own), first).forEach(one -> told.add(change(one)));
        List<Change> next = new ArrayList<>(told);
        next.add(own.getLast());
        recorded(gaps(next), second).forEach(one -> told.add(change(one)));
        told.add(own.getLast());

        Rewind rewind = new Rewind(Told.START, at(70));
        told.forEach(rewind::add);

        assertThat(rewind.past().orElseThrow().situation().states())
                .as("the first's broken link too")
                .doesNotContainKey(LINK)
                .containsEntry(AMS, new State("Online", null));
        assertThat(rewind.past().orElseThrow().toldBy()).isEqualTo("ams");
        assertThat(uptime(told, "ams")).isEqualTo(new Uptime(9 + 30 + 10, 0, 20, 0, 41));
    }

    @Test
    void theTimeThatAPeerRecordedCountsAsWhatItRecorded() {
        // Offline from 20 to 30; nothing is known of 0 to 1, 10 to 20 and 90 to 100.
        assertThat(uptime(withTold(), "ams")).isEqualTo(new Uptime(9 + 60 + 10, 0, 10, 0, 21));
        assertThat(uptime(withTold(), "fra")).isEqualTo(new Uptime(9 + 10, 0, 70, 0, 21));
    }

    private List<Change> withTold() {
        List<Change> all = new ArrayList<>(own.subList(0, own.size() - 1));
        recorded(gaps(own), ACCOUNT).forEach(one -> all.add(change(one)));
        all.add(own.getLast());
        return all;
    }

    private Rewind.Past past(int second) {
        Rewind rewind = new Rewind(Told.START, at(second));
        withTold().forEach(rewind::add);
        Optional<Rewind.Past> past = rewind.past();
        return past.orElseThrow();
    }

    private static Uptime uptime(List<Change> changes, String node) {
        Uptime.Count count = new Uptime.Count(Told.START, at(0), at(110), List.of());
        changes.forEach(count::add);
        return Objects.requireNonNull(count.result().get(node));
    }

    private static Gaps gaps(List<Change> changes) {
        Gaps gaps = new Gaps(Told.START, 1_000 * Told.SECOND);
        changes.forEach(gaps::add);
        return gaps;
    }

    private static List<Noted> recorded(Gaps gaps, Account account) {
        return gaps.lacking(account).map(gap -> account.recorded(gap, SIGNED)).orElse(List.of());
    }

    private static Change change(Noted noted) {
        return ChainPoint.START.next(noted.timeMicros(), noted.transition()).change();
    }

    private static Subject recorder(String id) {
        return new Subject(Kind.RECORDER, id);
    }
}
