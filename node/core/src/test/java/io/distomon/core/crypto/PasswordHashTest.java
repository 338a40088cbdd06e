package io.distomon.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    /** What libxcrypt makes of {@code correct horse battery staple}. */
    private static final String HASH = "$2b$10$N9qo8uLOickgx2ZMRZoMyehtJ/whDdsI.d1w/JqKiOrDw8pCT0JLG";

    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void onlyThePasswordItselfMatches() {
        PasswordHash hash = PasswordHash.make("correct horse", RANDOM);

        assertThat(hash.matches("correct horse")).isTrue();
        assertThat(hash.matches("Correct horse")).isFalse();
        assertThat(hash.matches("correct hors")).isFalse();
        assertThat(hash.matches("")).isFalse();
    }

    @Test
    void aLongPasswordCountsToItsLastCharacter() {
        PasswordHash hash = PasswordHash.make("é".repeat(2_000) + "a", RANDOM);

        assertThat(hash.matches("é".repeat(2_000) + "a")).isTrue();
        assertThat(hash.matches("é".repeat(2_000) + "b")).isFalse();
    }

    @Test
    void twoHashesOfOnePasswordDiffer() {
        assertThat(PasswordHash.make("a", RANDOM)).isNotEqualTo(PasswordHash.make("a", RANDOM));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$2a$", "$2b$", "$2y$"})
    void aHashOfAnotherProgramIsTakenUnderEachOfItsNames(String name) {
        PasswordHash hash = PasswordHash.parse(HASH.replace("$2b$", name)).orElseThrow();

        assertThat(hash.matches("correct horse battery staple")).isTrue();
        assertThat(hash.matches("correct horse battery stapl")).isFalse();
        assertThat(hash.matches(HASH)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Too quick, too slow, too short, too long, not its alphabet, none of its versions.
                "$2b$09$N9qo8uLOickgx2ZMRZoMyehtJ/whDdsI.d1w/JqKiOrDw8pCT0JLG",
                "$2b$31$N9qo8uLOickgx2ZMRZoMyehtJ/whDdsI.d1w/JqKiOrDw8pCT0JLG",
                "$2b$10$N9qo8uLOickgx2ZMRZoMyehtJ/whDdsI.d1w/JqKiOrDw8pCT0JL",
                "$2b$10$N9qo8uLOickgx2ZMRZoMyehtJ/whDdsI.d1w/JqKiOrDw8pCT0JLGG",
                "$2b$10$N9qo8uLOickgx2ZMRZoMye+tJ/whDdsI.d1w/JqKiOrDw8pCT0JLG",
                "$2b$10$N9qo8uLOickgx2ZMRZoMyehtJ/whDdsI.d1w/JqKiOrDw8pCT0JLG\n",
                "$2z$10$N9qo8uLOickgx2ZMRZoMyehtJ/whDdsI.d1w/JqKiOrDw8pCT0JLG",
                "password",
                ""
            })
    void whatIsNoUsableHashIsRefused(String text) {
        assertThat(PasswordHash.parse(text)).isEmpty();
    }

    @Test
    void itsTextFormHidesIt() {
        assertThat(PasswordHash.parse(HASH).orElseThrow()).hasToString("PasswordHash[hidden]");
    }
}
