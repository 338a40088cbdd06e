package io.distomon.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.view.Reason;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordWordsTest {
    private static final Subject NYC = Subject.node("nyc");

    @Test
    void whoIsDownIsToldWithHowManySaySoWhoeverIsNamed() {
        assertThat(words(down("150 of 199 observers"))).isEqualTo("nyc is down: 150 of 199 observers say so");
        assertThat(words(down("1 of 1 observers"))).isEqualTo("nyc is down: 1 of 1 observers says so");
    }

    private static Transition down(String shownAs) {
        Map<String, Statement> few = Map.of("ams", new Statement("offline", Told.T0, "timeout", "counted"));
        return new Transition(NYC, "Online", new State("Offline", null), shownAs, Told.T0, few, Map.of());
    }

    @Test
    void whoComesAndGoesIsTold() {
        assertThat(words(node("Absent", "Online", null))).isEqualTo("nyc is online, a member from now on");
        assertThat(words(node("Unknown", "Online", null))).isEqualTo("nyc is online");
        assertThat(words(node("Offline", "Online", null))).isEqualTo("nyc is online again");
        assertThat(words(node("Absent", "Unknown", "unreported"))).isEqualTo("nyc is unknown, a member from now on");
        assertThat(words(node("Online", "Unknown", "unobserved"))).isEqualTo("nyc is unknown (unobserved)");
        assertThat(words(node("Online", "Offline", "planned"))).isEqualTo("nyc has left as announced");
        assertThat(words(node("Online", "Degraded", "silent")))
                .isEqualTo("nyc is degraded: it answers, but its own reports have ceased");
        assertThat(words(node("Online", "Absent", null))).isEqualTo("nyc is no member any more");
    }

    @Test
    void everyReasonOfADegradedNodeHasItsWords() {
        for (Reason reason : Reason.values()) {
            if (reason != Reason.UNOBSERVED && reason != Reason.UNREPORTED) {
                assertThat(words(node("Online", "Degraded", reason.word())))
                        .startsWith("nyc is degraded: it ")
                        .doesNotContain("null");
            }
        }
    }

    @Test
    void linksAreToldFromWhoseSideTheyAreBroken() {
        Subject link = Subject.link("ams", "nyc");

        assertThat(words(Transition.unwitnessed(link, "Up", new State("Broken", "timeout"))))
                .isEqualTo("ams gets no answer from nyc (timeout)");
        assertThat(words(Transition.unwitnessed(link, "Up", new State("OneWay", "timeout"))))
                .isEqualTo("ams gets no answer from nyc (timeout), though nyc gets answers from ams");
        Map<String, Statement> ams = Map.of("ams", new Statement("online", Told.T0, null, "counted"));
        assertThat(words(new Transition(link, "Broken", new State("Up", null), null, null, ams, Map.of())))
                .isEqualTo("ams gets answers from nyc again");
        assertThat(words(Transition.unwitnessed(link, "Broken", new State("Up", null))))
                .isEqualTo("ams no longer says that it gets no answer from nyc");
    }

    @Test
    void slowAndLossyLinksAreToldWithWhatWasMeasured() {
        Subject link = Subject.link("ams", "nyc");
        String measured = "182 ms p95 over 5 min, limit 120 ms";

        assertThat(words(Transition.unwitnessed(link, "Up", new State(State.SLOW, measured))))
                .isEqualTo("ams finds nyc slow (182 ms p95 over 5 min, limit 120 ms)");
        assertThat(words(Transition.unwitnessed(link, "Broken", new State(State.LOSSY, "15 % lost"))))
                .isEqualTo("ams finds nyc lossy (15 % lost)");
        Map<String, Statement> ams = Map.of("ams", new Statement("online", Told.T0, null, "counted"));
        assertThat(words(new Transition(link, "Lossy", new State("Up", null), null, null, ams, Map.of())))
                .isEqualTo("ams finds nyc no longer lossy");
        assertThat(words(Transition.unwitnessed(link, "Lossy", new State("Up", null))))
                .isEqualTo("ams no longer says that it finds nyc lossy");
        assertThat(words(Transition.unwitnessed(link, "Slow", new State("Broken", "timeout"))))
                .isEqualTo("ams gets no answer from nyc (timeout)");
    }

    @Test
    void whatIsOfTheWholeNetworkIsToldAndManyNamesAreCounted() {
        Subject network = new Subject(Kind.PARTITION, "lab");
        List<String> many = IntStream.rangeClosed(10, 30).mapToObj(i -> "n" + i).toList();

        assertThat(words(Transition.unwitnessed(network, "Whole", State.divided(List.of(List.of("ams", "fra"), many)))))
                .isEqualTo("the network is divided: ams, fra | "
                        + "n10, n11, n12, n13, n14, n15, n16, n17, n18, n19, n20, n21 and 9 more");
        assertThat(words(Transition.unwitnessed(network, "ams|fra", new State("Whole", null))))
                .isEqualTo("the network is whole again");
        Subject minority = new Subject(Kind.MINORITY, "lab");
        assertThat(words(Transition.unwitnessed(minority, "Minority", new State("Majority", null))))
                .isEqualTo("this node hears from most of the members again");
        Subject config = new Subject(Kind.CONFIG, "lab");
        assertThat(words(Transition.unwitnessed(config, "a".repeat(64), new State("b".repeat(64), null))))
                .isEqualTo("the config has changed, from aaaaaaaaaaaa to bbbbbbbbbbbb");
    }

    @Test
    void theRecorderTellsOfItself() {
        assertThat(words(Transition.started("fra", Told.T0, null))).isEqualTo("fra begins to record");
        assertThat(words(Transition.started("fra", null, "the file was broken")))
                .isEqualTo("fra begins to record (the file was broken)");
        assertThat(words(Transition.stopped("fra"))).isEqualTo("fra ends recording");
    }

    private static Transition node(String from, String to, @Nullable String reason) {
        return Transition.unwitnessed(NYC, from, new State(to, reason));
    }

    private static String words(Transition transition) {
        return RecordWords.of(Told.chain(transition).getFirst());
    }
}
