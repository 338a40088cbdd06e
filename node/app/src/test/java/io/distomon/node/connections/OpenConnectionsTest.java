package io.distomon.node.connections;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {
    private static final Source HERE = new Source("here");
    private static final Source THERE = new Source("there");

    private final OpenConnections<String> open = new OpenConnections<>(4);

    @Test
    void asManyAsThereMayBeStay() {
        assertThat(closedFor(HERE, "a", "b", "c", "d")).isEmpty();
    }

    @Test
    void oneTooManyClosesTheOldest() {
        closedFor(HERE, "a", "b", "c", "d");

        assertThat(closedFor(HERE, "e", "f")).containsExactly("a", "b");
    }

    @Test
    void whoHasMostLosesOne() {
        closedFor(THERE, "honest");
        closedFor(HERE, "a", "b", "c");

        assertThat(closedFor(HERE, "d", "e")).containsExactly("a", "b");
        assertThat(closedFor(THERE, "honest too")).containsExactly("c");
    }

    @Test
    void whoIsKnownStaysThoughItIsTheOldestAndOfTheSameSource() {
        closedFor(HERE, "a", "b", "c", "d");
        open.known("a");

        assertThat(closedFor(HERE, "e", "f", "g", "h")).containsExactly("b", "c", "d", "e");
    }

    @Test
    void whoHasAskedAndWaitsForTheAnswerStaysUntilItIsThere() {
        closedFor(HERE, "a", "b", "c", "d");
        open.waitsForAnswer("a", true);
        open.waitsForAnswer("b", true);
        assertThat(closedFor(HERE, "e")).containsExactly("c");

        open.waitsForAnswer("a", false);

        assertThat(closedFor(HERE, "f", "g")).containsExactly("a", "d");
    }

    @Test
    void whenAllAreKnownTheNewOneGoes() {
        closedFor(HERE, "a", "b", "c", "d");
        List.of("a", "b", "c", "d").forEach(open::known);

        assertThat(closedFor(THERE, "e")).containsExactly("e");
    }

    @Test
    void whatIsClosedMakesRoomWhetherItWasKnownOrNot() {
        closedFor(HERE, "a", "b", "c", "d");
        open.known("a");
        open.closed("a");
        open.closed("b");

        assertThat(closedFor(HERE, "e", "f")).isEmpty();
        assertThat(closedFor(HERE, "g")).containsExactly("c");
    }

    @Test
    void whatHadToGoIsNotCountedAgainWhenItIsClosedOrKnown() {
        closedFor(HERE, "a", "b", "c", "d", "e");
        open.known("a");
        open.closed("a");

        assertThat(closedFor(HERE, "f")).containsExactly("b");
    }

    private List<String> closedFor(Source source, String... opened) {
        List<String> closed = new ArrayList<>();
        for (String connection : opened) {
            open.opened(connection, source).ifPresent(closed::add);
        }
        return closed;
    }
}
