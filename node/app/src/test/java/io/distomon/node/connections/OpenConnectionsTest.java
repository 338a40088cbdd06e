package io.distomon.node.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.login.SourceAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {
    private static final SourceAddress HERE = new SourceAddress("here");
    private static final SourceAddress THERE = new SourceAddress("there");
    private static final Owner FRA = new Owner.Member("lab", "fra");
    private static final Owner AMS = new Owner.Member("lab", "ams");

    private final OpenConnections<String> open = new OpenConnections<>(4, 2, 100);

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
    void whatIsAMembersStaysThoughItIsTheOldestAndFromTheSameSource() {
        closedFor(HERE, "a", "b", "c", "d");
        assertThat(open.belongsTo("a", FRA)).isEmpty();

        assertThat(closedFor(HERE, "e", "f", "g", "h")).containsExactly("b", "c", "d", "e");
    }

    @Test
    void whatAProxyCarriesIsOfWhomItIsFromAndItsOwnInBetween() {
        Owner proxy = new Owner.Proxy(THERE);
        for (String connection : List.of("a", "b", "c", "d")) {
            assertThat(open.opened(connection, proxy)).isEmpty();
        }
        for (String connection : List.of("b", "c", "d")) {
            open.carries(connection, new Owner.Stranger(HERE));
        }
        assertThat(open.owner("b")).contains(new Owner.Stranger(HERE));
        assertThat(open.opened("e", proxy))
                .as("who has most by way of the proxy")
                .contains("b");

        open.carries("c", proxy);

        assertThat(open.owner("c")).contains(proxy);
        assertThat(open.opened("f", proxy)).contains("a");
        open.carries("gone", proxy);
        assertThat(open.owner("gone")).isEmpty();
    }

    @Test
    void aMemberHasNoMoreThanItsShareThoughThereIsRoom() {
        closedFor(HERE, "a", "b", "c");
        assertThat(open.belongsTo("a", FRA)).isEmpty();
        assertThat(open.belongsTo("c", FRA)).isEmpty();

        assertThat(open.belongsTo("b", FRA)).contains("a");
        assertThat(open.belongsTo("b", FRA)).isEmpty();
    }

    @Test
    void knownOnesHaveToGoTooWhenTheyAreMost() {
        closedFor(HERE, "a", "b", "c", "d");
        open.belongsTo("c", FRA);
        open.belongsTo("d", FRA);
        open.belongsTo("b", AMS);

        assertThat(closedFor(THERE, "e")).containsExactly("c");
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
    void whenAllWaitForAnAnswerTheOldestOfWhoHasMostGoes() {
        closedFor(THERE, "honest");
        closedFor(HERE, "a", "b", "c");
        List.of("honest", "a", "b", "c").forEach(each -> open.waitsForAnswer(each, true));

        assertThat(closedFor(THERE, "e")).containsExactly("a");
    }

    @Test
    void whatIsClosedMakesRoomWhoseverItWas() {
        closedFor(HERE, "a", "b", "c", "d");
        open.belongsTo("a", FRA);
        open.closed("a");
        open.closed("b");

        assertThat(closedFor(HERE, "e", "f")).isEmpty();
        assertThat(closedFor(HERE, "g")).containsExactly("c");
    }

    @Test
    void whatHadToGoIsNotCountedAgainWhenItIsClosedOrKnown() {
        closedFor(HERE, "a", "b", "c", "d", "e");
        assertThat(open.belongsTo("a", FRA)).isEmpty();
        open.closed("a");

        assertThat(closedFor(HERE, "f")).containsExactly("b");
    }

    @Test
    void whoReadsLeastGoesWhenUnreadAnswersAreTooMuch() {
        closedFor(THERE, "honest");
        closedFor(HERE, "a", "b", "c");
        assertThat(open.unread("honest", 30)).isEmpty();
        assertThat(open.unread("a", 20)).isEmpty();
        assertThat(open.unread("b", 25)).isEmpty();

        assertThat(open.unread("honest", 26)).contains("honest");
        assertThat(open.unread("c", 55)).isEmpty();
        assertThat(open.unread("c", -55)).isEmpty();
        assertThat(open.unread("c", 55)).isEmpty();
        assertThat(open.unread("a", 1)).contains("c");
    }

    private List<String> closedFor(SourceAddress source, String... opened) {
        List<String> closed = new ArrayList<>();
        for (String connection : opened) {
            open.opened(connection, new Owner.Stranger(source)).ifPresent(closed::add);
        }
        return closed;
    }
}
