package io.distomon.node.names;

import static java.net.spi.InetAddressResolver.LookupPolicy.IPV4;
import static java.net.spi.InetAddressResolver.LookupPolicy.IPV6;
import static java.net.spi.InetAddressResolver.LookupPolicy.IPV6_FIRST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    /** Search domains are the system's: it gets the name as it was written, and which addresses are wanted first. */
    @Test
    void aNameWithoutDotsReachesTheSystemUnchanged() throws Exception {
        List<String> asked = new ArrayList<>();
        InetAddressResolver system = new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) {
                asked.add(host + " " + policy.characteristics());
                return Stream.of(InetAddress.ofLiteral("192.0.2." + asked.size()));
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                throw new UnknownHostException();
            }
        };
        Names names = new Names(system, () -> 0);

        for (int policy : new int[] {IPV4, IPV4 | IPV6, IPV4 | IPV6 | IPV6_FIRST}) {
            assertThat(names.lookupByName("fra", LookupPolicy.of(policy)))
                    .containsExactly(InetAddress.ofLiteral("192.0.2." + asked.size()));
        }

        assertThat(asked).containsExactly("fra " + IPV4, "fra " + (IPV4 | IPV6), "fra " + (IPV4 | IPV6 | IPV6_FIRST));
    }

    private static Stream<String> addresses(String host) throws UnknownHostException {
        return Stream.of(InetAddress.getAllByName(host)).map(InetAddress::getHostAddress);
    }
}
