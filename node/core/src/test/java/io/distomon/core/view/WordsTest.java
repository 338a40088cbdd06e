package io.distomon.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.store.EntryDate;
import io.distomon.core.store.PingStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mesh.DATE is 22:13:20 UTC on 2023-11-14; what was said began a minute before. */
class WordsTest {
    private final Words words = new Words(Mesh.DATE);

    @Test
    void aNodeThatIsDown() {
        assertThat(of("nyc", Mesh.healthy("fra", "nyc", "sgp").down("nyc")))
                .isEqualTo("nyc is down: 2 of 2 observers say so since 22:12 UTC");
        assertThat(of("nyc", Mesh.healthy("fra", "nyc").down("nyc")))
                .isEqualTo("nyc is down: 1 of 1 observer says so since 22:12 UTC");
    }

    @Test
    void aNodeThatLeftAsItAnnounced() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp").leaving("nyc");

        assertThat(of("nyc", mesh))
                .isEqualTo("nyc is leaving as announced: 2 of 2 observers reach it, its last report is of 22:13 UTC");
        assertThat(of("nyc", mesh.down("nyc").unheardFor("nyc", 500)))
                .isEqualTo("nyc has left as announced: 2 of 2 observers get no answer since 22:12 UTC");
    }

    @Test
    void nodesThatAreOnline() {
        assertThat(of("nyc", Mesh.healthy("fra", "nyc", "sgp")))
                .isEqualTo("nyc is online: 2 of 2 observers say so since 22:12 UTC");
        assertThat(of("fra", Mesh.of("fra"))).isEqualTo("fra is online by its own record");
    }

    @Test
    void aNodeThatIsSilent() {
        assertThat(of(
                        "nyc",
                        Mesh.healthy("fra", "nyc", "sgp").unheardFor("nyc", 500).loses("sgp", "nyc")))
                .isEqualTo("nyc is silent: 1 of 2 observers reaches it, its last report is of 22:13 UTC");
    }

    @Test
    void aNodeThatReachesNobody() {
        assertThat(of(
                        "fra",
                        Mesh.of("fra", "nyc", "sgp")
                                .unheardFor("nyc", 500)
                                .unheardFor("sgp", 500)
                                .loses("fra", "nyc", "sgp")
                                .askedBy("fra")))
                .isEqualTo("fra is isolated: it reaches nobody since 22:12 UTC, and nobody who reports reaches it");
        assertThat(of("nyc", Mesh.healthy("fra", "nyc", "sgp").divides(List.of("nyc"), List.of("fra", "sgp"))))
                .startsWith(
                        "nyc is isolated: it reaches nobody since 22:12 UTC, and nobody who reports reaches it; 4 of");
    }

    @Test
    void aGroupThatIsCutOff() {
        assertThat(of("a", Mesh.healthy("a", "b", "c", "d").divides(List.of("a", "b"), List.of("c", "d"))))
                .startsWith(
                        "a is in a group that is cut off from the others since 22:12 UTC; 1 of 1 observer reaches it");
    }

    @Test
    void aNodeWhoseWayOutIsBroken() {
        assertThat(of("sgp", Mesh.healthy("fra", "nyc", "sgp").loses("sgp", "fra", "nyc")))
                .isEqualTo("sgp gets no answer from most of those whom others reach since 22:12 UTC:"
                        + " the fault is on its side; 2 of 2 observers reach it");
    }

    @Test
    void aNodeWhoseWayInIsBroken() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp").loses("fra", "nyc").loses("sgp", "nyc");

        assertThat(of("nyc", mesh.answering("nyc")))
                .isEqualTo("nyc reports, but 2 of 2 observers get no answer from it since 22:12 UTC:"
                        + " its way in is broken; 2 of its links are broken");
    }

    @Test
    void aNodeOfWhichNobodyKnows() {
        assertThat(of("nyc", Mesh.of("fra", "nyc").unheardFor("nyc", 500)))
                .isEqualTo("nyc is unknown: nobody who counts watches it, its last report is of 22:13 UTC");
        assertThat(of("nyc", Mesh.of("fra", "nyc").withoutEntry("nyc")))
                .isEqualTo("nyc is unknown: nobody who counts watches it, it has never reported");
    }

    @Test
    void brokenLinks() {
        NetworkView view = Mesh.healthy("fra", "nyc", "sgp").loses("fra", "nyc").view();

        assertThat(words.of(view.node("fra").orElseThrow()))
                .isEqualTo("fra is online: 2 of 2 observers say so since 22:12 UTC; one of its links is broken");
        assertThat(words.of(view.brokenLinks().getFirst()))
                .isEqualTo("fra gets no answer from nyc since 22:12 UTC (timeout), though nyc gets answers from fra");
        assertThat(words.of(Mesh.healthy("fra", "nyc")
                        .loses("fra", "nyc")
                        .loses("nyc", "fra")
                        .view()
                        .brokenLinks()
                        .getFirst()))
                .isEqualTo("fra gets no answer from nyc since 22:12 UTC (timeout)");
    }

    @Test
    void whatIsNotOfTheDayOfTheQuestionHasItsDate() {
        Words nextDay = new Words(EntryDate.parse("2023-11-15T00:00:00Z").orElseThrow());

        assertThat(nextDay.of(Mesh.healthy("fra", "nyc", "sgp").down("nyc").verdict("nyc")))
                .isEqualTo("nyc is down: 2 of 2 observers say so since 2023-11-14 22:12 UTC");
    }

    @Test
    void sinceIsLeftOutWhereNobodySaysIt() {
        assertThat(words.of(new LinkFault("fra", "nyc", false, false, null, null, Mesh.DATE)))
                .isEqualTo("fra gets no answer from nyc");
        assertThat(of("nyc", Mesh.of("fra", "nyc").says("fra", "nyc", PingStatus.ONLINE)))
                .startsWith("nyc is online: 1 of 1 observer says so");
    }

    private String of(String id, Mesh mesh) {
        return words.of(mesh.verdict(id));
    }
}
