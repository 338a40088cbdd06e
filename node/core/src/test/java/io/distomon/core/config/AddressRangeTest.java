package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.255.0.1, true",
        "10.1.2.3/8, 11.1.2.3, false",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.2, false",
        "0.0.0.0/0, 198.51.100.7, true",
        "0.0.0.0/0, ::1, false",
        "192.0.2.0/25, 192.0.2.128, false",
        "fd00::/8, fdff::1, true",
        "fd00::/8, 10.0.0.1, false"
    })
    void aRangeHoldsWhatBeginsAsItDoes(String range, String address, boolean holds) {
        assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "ingress", "10.0.0.0/8/8", "::/129"})
    void whatIsNoneIsNotTaken(String text) {
        assertThat(AddressRange.isValid(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> AddressRange.parse(text));
    }

    @Test
    void anAddressIsARangeOfOne() {
        assertThat(AddressRange.parse("192.0.2.1").prefixBits()).isEqualTo(32);
        assertThat(AddressRange.parse("::1").prefixBits()).isEqualTo(128);
    }
}
