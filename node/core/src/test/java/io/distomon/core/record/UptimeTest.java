package io.distomon.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What was recorded of nyc, and of the link to it from fra, in seconds after {@link Told#T0}. */
class UptimeTest {
    private static final Subject LINK = Subject.link("fra", "nyc");

    private final List<FlightRecord> records = new ArrayList<>();

    @Test
    void everyStateCountsForAsLongAsItLasted() {
        at(0, Told.node("nyc", "Absent", "Online"));
        at(60, Told.node("nyc", "Online", "Offline"));
        at(80, Told.node("nyc", "Offline", "Degraded"));
        at(90, Told.node("nyc", "Degraded", "Online"));

        Uptime uptime = uptime(0, 100);

        assertThat(uptime).isEqualTo(new Uptime(70, 10, 20, 0, 0));
        assertThat(uptime.ratio()).isEqualTo(0.8);
    }

    @Test
    void onlyWhatIsWithinTheWindowCounts() {
        at(0, Told.node("nyc", "Absent", "Online"));
        at(60, Told.node("nyc", "Online", "Offline"));

        assertThat(uptime(50, 100)).isEqualTo(new Uptime(10, 0, 40, 0, 0));
    }

    @Test
    void aClockThatWasAheadForAWhileTakesNothingFromWhatCameLater() {
        at(0, Told.node("nyc", "Absent", "Online"));
        at(100_000, Told.node("ams", "Absent", "Online"));
        at(60, Told.node("nyc", "Online", "Offline"));

        assertThat(uptime(0, 100)).isEqualTo(new Uptime(60, 0, 40, 0, 0));
    }

    @Test
    void whenAChangeWasThatAClockThatWasAheadDatedIsNotKnownButWhatCameBeforeAndAfterIs() {
        at(0, Told.node("nyc", "Absent", "Online"));
        at(30, Told.node("ams", "Absent", "Online"));
        at(100_000, Told.node("nyc", "Online", "Offline"));
        at(60, Told.node("ams", "Online", "Offline"));

        assertThat(uptime(0, 100)).isEqualTo(new Uptime(30, 0, 40, 0, 30));
    }

    @Test
    void aChangeWithADateAfterTheEndTurnsNothingOfWhatWasBeforeIntoAnOutage() {
        bothOnline();
        at(40, Told.node("ams", "Absent", "Online"));
        at(101, Told.node("nyc", "Online", "Offline"));

        assertThat(uptime(0, 100)).isEqualTo(new Uptime(40, 0, 0, 0, 60));
        assertThat(link()).isEqualTo(new Uptime(40, 0, 0, 0, 60));
    }

    @Test
    void aChangeOfALinkWithADateAfterTheEndIsNoOutageBeforeItEither() {
        bothOnline();
        at(101, link("Up", "Broken"));
        at(30, link("Broken", "Up"));
        at(101, degraded("nyc", "slow"));

        assertThat(link()).isEqualTo(new Uptime(70, 0, 0, 0, 30));
    }

    @Test
    void beforeTheFirstRecordNothingIsKnown() {
        at(60, Told.node("nyc", "Absent", "Online"));

        assertThat(uptime(0, 100)).isEqualTo(new Uptime(40, 0, 0, 0, 60));
    }

    @Test
    void aStopOnPurposeIsNoOutage() {
        at(0, Told.node("nyc", "Absent", "Online"));
        at(50, Transition.unwitnessed(Subject.node("nyc"), "Online", new State("Offline", "planned")));

        assertThat(uptime(0, 100).ratio()).isEqualTo(1.0);
        assertThat(uptime(0, 100).planned()).isEqualTo(50);
    }

    @Test
    void whileTheRecorderWasAwayNobodyLooked() {
        at(0, Told.node("nyc", "Absent", "Online"));
        at(80, Transition.started("fra", Told.T0 + 30 * Told.SECOND, null));

        assertThat(uptime(0, 100)).isEqualTo(new Uptime(50, 0, 0, 0, 50));
    }

    @Test
    void afterAnOrderlyStopNobodyLooksEither() {
        at(0, Told.node("nyc", "Absent", "Offline"));
        at(30, Transition.stopped("fra"));

        assertThat(uptime(0, 100)).isEqualTo(new Uptime(0, 0, 30, 0, 70));
    }

    @Test
    void whatWasLetGoStillTellsHowItWasThen() {
        at(0, Told.node("nyc", "Absent", "Online"));
        at(60, Told.node("nyc", "Online", "Offline"));

        Anchor anchor = Told.START.past(records.subList(0, 1));

        assertThat(uptime(anchor, records.subList(1, 2), 0, 100)).isEqualTo(new Uptime(60, 0, 40, 0, 0));
    }

    @Test
    void ofTheTimeBeforeWhatWasLetGoNothingIsKnown() {
        at(0, Told.node("nyc", "Absent", "Offline"));
        at(60, Told.node("nyc", "Offline", "Online"));

        Anchor anchor = Told.START.past(records.subList(0, 1));

        assertThat(uptime(anchor, records.subList(1, 2), -1_000, 100)).isEqualTo(new Uptime(40, 0, 60, 0, 1_000));
        assertThat(uptime(Told.START.past(records), List.of(), -1_000, 100)).isEqualTo(new Uptime(40, 0, 0, 0, 1_060));
    }

    @Test
    void whoIsNoMemberAnyMoreHasNone() {
        at(0, Told.node("nyc", "Absent", "Online"));
        at(60, Told.node("nyc", "Online", "Absent"));
        Uptime.Count count = new Uptime.Count(Told.START, Told.T0, Told.T0 + 100 * Told.SECOND, List.of());

        records.forEach(record -> count.add(record.change()));

        assertThat(count.result()).isEmpty();
    }

    @Test
    void withoutATimeInWhichItIsKnownThereIsNoShare() {
        assertThat(new Uptime(0, 0, 0, 7, 3).ratio()).isNull();
    }

    @Test
    void aLinkIsDownForAsLongAsItWasCalledBroken() {
        bothOnline();
        at(40, link("Up", "Broken"));
        at(50, link("Broken", "OneWay"));
        at(60, link("OneWay", "Slow"));
        at(70, link("Slow", "Up"));

        assertThat(link()).isEqualTo(new Uptime(70, 10, 20, 0, 0));
        assertThat(link().ratio()).isEqualTo(0.8);
    }

    @Test
    void ofALinkWithAnEndThatIsDownOrNotHeardNothingIsKnownWhetherItWasBrokenOrNot() {
        bothOnline();
        at(10, Told.node("nyc", "Online", "Offline"));
        at(30, Told.node("nyc", "Offline", "Online"));
        at(40, link("Up", "Broken"));
        at(50, degraded("fra", "silent"));
        at(80, Told.node("fra", "Degraded", "Online"));

        assertThat(link()).isEqualTo(new Uptime(20, 0, 30, 0, 50));
    }

    @Test
    void ofALinkWhoseObserverHasAWayOutThatIsBrokenNothingIsKnown() {
        bothOnline();
        at(40, degraded("fra", "outbound"));
        at(60, degraded("fra", "isolated"));
        at(70, degraded("fra", "inbound"));
        at(80, degraded("nyc", "outbound"));

        assertThat(link()).isEqualTo(new Uptime(70, 0, 0, 0, 30));
    }

    @Test
    void anAnnouncedStopOfAnEndIsNoOutageOfALink() {
        bothOnline();
        at(50, Transition.unwitnessed(Subject.node("nyc"), "Online", new State("Offline", "planned")));

        assertThat(link()).isEqualTo(new Uptime(50, 0, 0, 50, 0));
    }

    @Test
    void whileTheRecorderWasAwayNobodyLookedAtLinksEither() {
        bothOnline();
        at(20, link("Up", "Broken"));
        at(80, Transition.started("fra", Told.T0 + 30 * Told.SECOND, null));

        assertThat(link()).isEqualTo(new Uptime(20, 0, 30, 0, 50));
    }

    @Test
    void aLinkThatWasBrokenWhereTheRecordsBeginIsSo() {
        bothOnline();
        at(20, link("Up", "Broken"));
        at(60, link("Broken", "Up"));

        Anchor anchor = Told.START.past(records.subList(0, 3));

        assertThat(count(anchor, records.subList(3, 4), 0, 100).links().get(LINK))
                .isEqualTo(new Uptime(40, 0, 40, 0, 20));
    }

    @Test
    void aLinkFromOrToNoMemberHasNone() {
        bothOnline();
        at(20, link("Up", "Broken"));
        at(60, Told.node("fra", "Online", "Absent"));

        assertThat(count(Told.START, records, 0, 100).links()).isEmpty();
    }

    private void bothOnline() {
        at(0, Told.node("fra", "Absent", "Online"));
        at(0, Told.node("nyc", "Absent", "Online"));
    }

    private static Transition link(String from, String to) {
        return Transition.unwitnessed(LINK, from, new State(to, null));
    }

    private static Transition degraded(String id, String reason) {
        return Transition.unwitnessed(Subject.node(id), "Online", new State("Degraded", reason));
    }

    private void at(long seconds, Transition transition) {
        ChainPoint end = records.isEmpty() ? ChainPoint.START : ChainPoint.at(records.getLast());
        records.add(end.next(Told.T0 + seconds * Told.SECOND, transition));
    }

    private Uptime uptime(long from, long to) {
        return uptime(Told.START, records, from, to);
    }

    private static Uptime uptime(Anchor anchor, List<FlightRecord> records, long from, long to) {
        return Objects.requireNonNull(count(anchor, records, from, to).result().get("nyc"));
    }

    private Uptime link() {
        return Objects.requireNonNull(count(Told.START, records, 0, 100).links().get(LINK));
    }

    private static Uptime.Count count(Anchor anchor, List<FlightRecord> records, long from, long to) {
        Uptime.Count count =
                new Uptime.Count(anchor, Told.T0 + from * Told.SECOND, Told.T0 + to * Told.SECOND, List.of(LINK));
        records.forEach(record -> count.add(record.change()));
        return count;
    }
}
