package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The urls that people have, and what is said of those that can't be asked. */
class PeerUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://my_service:8000 | http://my_service:8000 | my_service | 8000",
                "http://tasks.mesh_node_1/a/b/ | http://tasks.mesh_node_1/a/b/ | tasks.mesh_node_1 | 80",
                "HTTPS://Fra.example.com | HTTPS://Fra.example.com | Fra.example.com | 443",
                "https://fra.example.com.:8443/x | https://fra.example.com.:8443/x | fra.example.com. | 8443",
                "http://fra: | http://fra: | fra | 80",
                "http://192.0.2.7:8000 | http://192.0.2.7:8000 | 192.0.2.7 | 8000",
                "http://[2001:db8::7]:8000 | http://[2001:db8::7]:8000 | 2001:db8::7 | 8000",
                "https://[::ffff:192.0.2.7] | https://[::ffff:192.0.2.7] | ::ffff:192.0.2.7 | 443",
                "http://[fe80::1%eth0]:8000 | http://[fe80::1%25eth0]:8000 | fe80::1%eth0 | 8000",
                "http://[fe80::1%25eth0]:8000 | http://[fe80::1%25eth0]:8000 | fe80::1%eth0 | 8000",
                "http://[fe80::1%3] | http://[fe80::1%253] | fe80::1%3 | 80",
                "https://Bücher.example:8443/é | https://xn--bcher-kva.example:8443/é | xn--bcher-kva.example | 8443",
                "http://例え.jp | http://xn--r8jz45g.jp | xn--r8jz45g.jp | 80",
            })
    void whatPeopleHaveIsTaken(String text, String url, String host, int port) {
        assertThat(PeerUrl.read(text)).isEqualTo(new PeerUrl.Usable(URI.create(url)));
        assertThat(PeerUrl.read(url)).as("once more").isEqualTo(new PeerUrl.Usable(URI.create(url)));
        assertThat(PeerUrl.hostOf(URI.create(url))).isEqualTo(host);
        assertThat(PeerUrl.portOf(URI.create(url))).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://fra:99999 | no port from 1 to 65535 behind the :",
                "http://fra:0 | no port from 1 to 65535 behind the :",
                "http://fra:٣ | no port from 1 to 65535 behind the :",
                "http://[::1]:x | no port from 1 to 65535 behind the :",
                "http:// | no host",
                "http://:8000 | no host",
                "http:/fra | no // behind http:",
                "http://u@fra | a user before an @",
                "http://u:geheim@fra | a user before an @",
                "http://fra/?a=b | a query behind a ?",
                "https://fra/#a | a fragment behind a #",
                "http://a b | the character ' ' (U+0020) in the host's name",
                "http://a*b | the character '*' (U+002A) in the host's name",
                "http://fra/a b | the character ' ' (U+0020)",
                "http://fra/a\u0007b | the character '?' (U+0007)",
                "http://fra/{x} | the character '{' (U+007B)",
                "ssh://a b | the character ' ' (U+0020)",
                "https://a_b | the character '_' (U+005F) in the host's name, which no certificate names",
                "http://straße.example | the character 'ß' (U+00DF) in the host's name, of which standards make different names: write it as xn--…",
                "http://2001:db8::7 | more than one : outside of brackets, in which an IPv6 address stands",
                "http://[2001:db8::7 | a [ without a ]",
                "http://[2001:db8:::7] | no IPv6 address in the brackets",
                "http://[192.0.2.7] | no IPv6 address in the brackets",
                "http://[fra] | no IPv6 address in the brackets",
                "http://[fe80::1%]:8000 | no name of a network interface behind the %",
                "http://[::1]8000 | something between the ] and the port",
                "http://256.1.1.1 | a host that is neither a name nor an IP address",
                "http://a..b | a host's name with a part that is empty, longer than 63 characters, or begins or ends with -",
                "http://-a | a host's name with a part that is empty, longer than 63 characters, or begins or ends with -",
            })
    void whatCantBeAskedIsToldInWords(String text, String found) {
        assertThat(PeerUrl.read(text)).isEqualTo(new PeerUrl.Unusable(found));
    }

    @Test
    void aUrlThatIsTooLongIsToldWithItsLength() {
        assertThat(PeerUrl.read("http://fra/" + "x".repeat(1014)))
                .isEqualTo(new PeerUrl.Unusable("1025 characters, of which there may be 1024"));
    }

    @ParameterizedTest
    @CsvSource({"grpcs://fra:443, grpcs", "urn:x, urn", "SSH://x, SSH"})
    void otherSchemesAreNotOurs(String text, String scheme) {
        assertThat(PeerUrl.read(text)).isEqualTo(new PeerUrl.OtherScheme(scheme));
    }

    @ParameterizedTest
    @CsvSource({"nothing", "nyc.example.com:8000", "nyc:8000/x", "//nyc"})
    void aTextWithoutASchemeHasNone(String text) {
        assertThat(PeerUrl.read(text)).isEqualTo(new PeerUrl.OtherScheme(null));
    }
}
