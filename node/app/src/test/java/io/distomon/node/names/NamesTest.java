package io.distomon.node.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names as this process, and so a node, resolves them. */
class NamesTest {
    @Test
    void aChangedAnswerIsFollowedWithinHalfAMinute() throws Exception {
        FakeNames.say("moves.test", "192.0.2.1");
        assertThat(addresses("moves.test")).containsExactly("192.0.2.1");
        FakeNames.say("moves.test", "192.0.2.2");
        assertThat(addresses("moves.test")).as("kept for a while").containsExactly("192.0.2.1");

        FakeNames.pass(Names.KEPT.toNanos());

        assertThat(addresses("moves.test")).containsExactly("192.0.2.2");
        assertThat(Names.KEPT).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void theAddressThatAnswersComesFirstAsLongAsItIsOneOfTheNames() throws Exception {
        FakeNames.say("several.test", "192.0.2.1", "192.0.2.2", "192.0.2.3");
        assertThat(addresses("several.test")).containsExactly("192.0.2.1", "192.0.2.2", "192.0.2.3");

        Names.prefer("several.test", InetAddress.ofLiteral("192.0.2.3"));
        assertThat(addresses("several.test")).containsExactly("192.0.2.3", "192.0.2.1", "192.0.2.2");

        FakeNames.say("several.test", "192.0.2.1", "192.0.2.2");
        FakeNames.pass(Names.KEPT.toNanos());
        assertThat(addresses("several.test")).containsExactly("192.0.2.1", "192.0.2.2");
    }

    @Test
    void aNameThatThereIsNotIsUnknown() {
        // No name of more than 63 characters goes out to a name server.
        assertThatThrownBy(() -> InetAddress.getByName("x".repeat(64) + ".test"))
                .isInstanceOf(UnknownHostException.class);
    }

    private static Stream<String> addresses(String host) throws UnknownHostException {
        return Stream.of(InetAddress.getAllByName(host)).map(InetAddress::getHostAddress);
    }
}
