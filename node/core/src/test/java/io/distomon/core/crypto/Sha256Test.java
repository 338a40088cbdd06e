package io.distomon.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

class Sha256Test {
    /** The example of FIPS 180-2, appendix B.1. */
    @Test
    void theStandardsExampleIsHashedAsThere() {
        String expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

        assertThat(Sha256.hex("abc")).isEqualTo(expected);
        assertThat(Sha256.hex("abc".getBytes(StandardCharsets.US_ASCII))).isEqualTo(expected);
    }

    @Test
    void aTextIsHashedInUtf8() {
        assertThat(Sha256.of("é")).isEqualTo(Sha256.of(new byte[] {(byte) 0xc3, (byte) 0xa9}));
    }

    @Test
    void oneThatIsUsedAgainHashesLikeANewOne() {
        MessageDigest digest = Sha256.begin();

        assertThat(digest.digest(new byte[] {1})).isEqualTo(Sha256.of(new byte[] {1}));
        assertThat(digest.digest(new byte[] {2})).isEqualTo(Sha256.of(new byte[] {2}));
    }
}
