package io.distomon.node.proxies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of whom a request is taken to be. */
class ProxiesTest {
    private static final String INGRESS = "10.1.2.3";
    private static final String USER = "192.0.2.7";

    private final Proxies proxies = proxies("10.0.0.0/8", "2001:db8:ffff::/48", "203.0.113.9");

    @Test
    void withoutSettingsNobodyIsBelieved() {
        assertThat(new Proxies(new ProxyProperties("", List.of()))
                        .client(
                                address(INGRESS),
                                name -> Map.of("X-Forwarded-For", List.of(USER)).getOrDefault(name, List.of())))
                .isEqualTo(address(INGRESS));
    }

    @Test
    void whoIsNoTrustedProxyIsNotBelieved() {
        assertThat(forwardedFor("198.51.100.1", "192.0.2.7")).isEqualTo("198.51.100.1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            192.0.2.7                                   | 192.0.2.7
            192.0.2.7:4711                              | 192.0.2.7
            2001:db8::7                                 | 2001:db8:0:0:0:0:0:7
            [2001:db8::7]:4711                          | 2001:db8:0:0:0:0:0:7
            198.51.100.66, 192.0.2.7                    | 192.0.2.7
            10.9.9.9, 192.0.2.7                         | 192.0.2.7
            198.51.100.66, 192.0.2.7, 10.0.0.1, 203.0.113.9 | 192.0.2.7
            192.0.2.7, 2001:db8:ffff::1                 | 192.0.2.7
            garbage, 192.0.2.7                          | 192.0.2.7
            192.0.2.7, garbage                          | 10.1.2.3
            192.0.2.7, unknown, 10.0.0.1                | 10.0.0.1
            10.0.0.2, 10.0.0.1                          | 10.0.0.2
            fra.example.com                             | 10.1.2.3
            192.0.2.7,                                  | 10.1.2.3
            """)
    void ofXForwardedForTheLastThatIsNoTrustedProxyCounts(String value, String client) {
        assertThat(forwardedFor(INGRESS, value)).isEqualTo(client);
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(forwardedFor(INGRESS, "198.51.100.66", "192.0.2.7", "10.0.0.1"))
                .isEqualTo(USER);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            for=192.0.2.7                                        | 192.0.2.7
            For="192.0.2.7:4711";proto=https;by=10.0.0.1         | 192.0.2.7
            proto=http;for="[2001:db8::7]:4711"                  | 2001:db8:0:0:0:0:0:7
            for=198.51.100.66, for=192.0.2.7;host="a, for=b"     | 192.0.2.7
            for=192.0.2.7, for=10.0.0.1                          | 192.0.2.7
            for=192.0.2.7, for=unknown                           | 10.1.2.3
            for=192.0.2.7, for=_hidden, for=10.0.0.1             | 10.0.0.1
            for=192.0.2.7, proto=https                           | 10.1.2.3
            for="192.0.2.7                                       | 10.1.2.3
            for 192.0.2.7                                        | 10.1.2.3
            """)
    void ofForwardedLikewise(String value, String client) {
        assertThat(client(INGRESS, Map.of("Forwarded", List.of(value)))).isEqualTo(client);
    }

    @Test
    void whereBothAreThereAndDifferNeitherIsBelieved() {
        // Who asks wrote one of them, the proxy the other.
        assertThat(client(
                        INGRESS,
                        Map.of("Forwarded", List.of("for=198.51.100.66"), "X-Forwarded-For", List.of("192.0.2.7"))))
                .isEqualTo(INGRESS);
        assertThat(client(
                        INGRESS,
                        Map.of("Forwarded", List.of("for=192.0.2.7"), "X-Forwarded-For", List.of("192.0.2.7"))))
                .isEqualTo(USER);
    }

    @Test
    void aListThatIsTooLongIsNotBelieved() {
        String longest = "x".repeat(Hops.MAX_CHARS - ", 192.0.2.7".length()) + ", 192.0.2.7";

        assertThat(forwardedFor(INGRESS, longest)).isEqualTo(USER);
        assertThat(forwardedFor(INGRESS, "x" + longest)).isEqualTo(INGRESS);
        assertThat(client(INGRESS, Map.of("Forwarded", List.of("for=192.0.2.7;x=" + "y".repeat(Hops.MAX_CHARS)))))
                .isEqualTo(INGRESS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "ingress", "10.0.0.0/8/8", "::/129"})
    void aRangeThatIsNoneIsTold(String range) {
        assertThatThrownBy(() -> proxies(range))
                .hasMessage("distomon.trusted-proxies: found \"%s\", expected an address or a range of them such as"
                                .formatted(range)
                        + " 10.0.0.0/8 or fd00::/8");
    }

    @ParameterizedTest
    @CsvSource({
        "/p/mon/lab,/mon/lab",
        "/p,/p",
        "/p/,/",
        "/p?x=1,/p?x=1",
        "/mon/lab,/mon/lab",
        "/pp/mon/lab,/pp/mon/lab",
        "/p/p/x,/p/x",
        "*,*"
    })
    void thePrefixIsTakenOffOnce(String target, String without) {
        assertThat(PathPrefix.without("/p", target)).isEqualTo(without);
    }

    @ParameterizedTest
    @ValueSource(strings = {"distomon", "/a b", "/a//b", "/a%20b", "/a?b"})
    void aPrefixThatIsNoPathIsTold(String prefix) {
        assertThatThrownBy(() -> new ProxyProperties(prefix, null))
                .hasMessageStartingWith("distomon.path-prefix: found \"" + prefix + "\", expected a path");
    }

    private String forwardedFor(String from, String... lines) {
        return client(from, Map.of("X-Forwarded-For", List.of(lines)));
    }

    private String client(String from, Map<String, List<String>> fields) {
        return proxies.client(address(from), name -> fields.getOrDefault(name, List.of()))
                .getHostAddress();
    }

    private static Proxies proxies(String... ranges) {
        return new Proxies(new ProxyProperties("", List.of(ranges)));
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }
}
