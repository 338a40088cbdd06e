package io.distomon.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.distomon.core.store.RawEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** nyc goes up and down: four records. */
class ChainTest {
    private final List<FlightRecord> records = new ArrayList<>(Told.chain(
            Told.node("nyc", "Absent", "Online"),
            Told.node("nyc", "Online", "Offline"),
            Told.node("nyc", "Offline", "Online"),
            Told.node("nyc", "Online", "Offline")));

    @Test
    void whatWasWrittenOneAfterTheOtherIsWhole() {
        assertThat(firstBreak(ChainPoint.START)).isEmpty();
        assertThat(records).extracting(FlightRecord::seq).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void anAlteredRecordIsFoundAndNamed() {
        FlightRecord second = records.get(1);
        records.set(
                1,
                new FlightRecord(
                        2,
                        second.timeMicros(),
                        second.subject(),
                        "Online",
                        "Degraded",
                        null,
                        null,
                        null,
                        Map.of(),
                        Map.of(),
                        null,
                        second.previous()));

        assertThat(firstBreak(ChainPoint.START)).map(ChainPoint.Break::seq).contains(2L);
    }

    @Test
    void aMissingRecordIsFoundAndNamed() {
        records.remove(1);

        assertThat(firstBreak(ChainPoint.START))
                .map(ChainPoint.Break::toString)
                .contains("record 2: found nothing, expected a record");
    }

    @Test
    void severalMissingRecordsAreNamedTogether() {
        records.remove(1);
        records.remove(1);

        assertThat(firstBreak(ChainPoint.START))
                .map(ChainPoint.Break::toString)
                .contains("record 2: found nothing up to record 3, expected a record each");
    }

    @Test
    void swappedRecordsAreFoundAndNamed() {
        Collections.swap(records, 1, 2);

        assertThat(firstBreak(ChainPoint.START)).map(ChainPoint.Break::seq).contains(2L);
    }

    @Test
    void aRecordOfAnotherChainIsNoneOfThis() {
        records.set(
                2,
                Told.chain(
                                Told.node("fra", "Absent", "Online"),
                                Told.node("fra", "Online", "Offline"),
                                Told.node("fra", "Offline", "Online"))
                        .getLast());

        assertThat(firstBreak(ChainPoint.START)).map(ChainPoint.Break::seq).contains(2L);
    }

    @Test
    void whatClaimsToBeTheFirstHasNothingBeforeIt() {
        FlightRecord first = new ChainPoint(0, "1".repeat(64)).next(Told.T0, Told.node("nyc", "Absent", "Online"));

        assertThat(ChainPoint.START.breakAt(first)).map(ChainPoint.Break::seq).contains(1L);
    }

    @Test
    void theHashDependsOnEveryPartOfARecord() {
        RawEntry entry = new RawEntry("cGF5bG9hZA==", "c2lnbmF0dXJl", "fra");
        Transition transition = new Transition(
                Subject.node("nyc"),
                "Online",
                new State("Offline", "planned"),
                "2 of 2 observers",
                Told.T0,
                Map.of("fra", new Statement("offline", Told.T0, "timeout", "counted")),
                Map.of("fra", entry));
        FlightRecord record = ChainPoint.START.next(Told.T0, transition);
        String canonical = new String(FlightRecordCodec.encode(record), StandardCharsets.UTF_8);

        assertThat(canonical)
                .isEqualTo("{\"seq\":1,\"time\":\"2023-11-14T22:13:20.000000Z\",\"kind\":\"node\",\"subject\":\"nyc\","
                        + "\"from\":\"Online\",\"to\":\"Offline\",\"reason\":\"planned\",\"shown_as\":\"2 of 2 observers\","
                        + "\"since\":\"2023-11-14T22:13:20.000000Z\",\"witnesses\":{\"fra\":{\"status\":\"offline\","
                        + "\"since\":\"2023-11-14T22:13:20.000000Z\",\"error\":\"timeout\",\"standing\":\"counted\"}},"
                        + "\"entries\":{\"fra\":\"" + Transition.digest(entry) + "\"},\"previous\":\"" + "0".repeat(64)
                        + "\"}");
    }

    @Test
    void whatIsReadBackIsTheSameRecord() throws Exception {
        for (FlightRecord record : records) {
            assertThat(FlightRecordCodec.decode(FlightRecordCodec.encode(record)))
                    .isEqualTo(record);
        }
    }

    @Test
    void whenTheOldestIsLetGoTheChainBeginsWhereItWas() {
        Anchor anchor = Told.START.past(records.subList(0, 2));

        records.subList(0, 2).clear();

        assertThat(firstBreak(anchor.point())).isEmpty();
        assertThat(firstBreak(ChainPoint.START)).map(ChainPoint.Break::seq).contains(1L);
        assertThat(anchor.situation().of(Subject.node("nyc"))).isEqualTo(new State("Offline", null));
    }

    @Test
    void onlyTheOldestCanBeLetGo() {
        assertThatIllegalArgumentException().isThrownBy(() -> Told.START.past(records.subList(1, 2)));
    }

    private Optional<ChainPoint.Break> firstBreak(ChainPoint from) {
        ChainPoint end = from;
        for (FlightRecord record : records) {
            Optional<ChainPoint.Break> found = end.breakAt(record);
            if (found.isPresent()) {
                return found;
            }
            end = ChainPoint.at(record);
        }
        return Optional.empty();
    }
}
