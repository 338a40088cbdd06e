package io.distomon.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "Z", "0", "fra", "a-b", "a.b_c-D9", "tokyo.example", "a--b"})
    void lettersDigitsAndInBetweenDotsDashesAndUnderscoresAreAName(String text) {
        assertThat(Identifier.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", ".", "-a", "a-", ".a", "a.", "_a", "a/b", "a b", "a\n", "é", "a٣b", "a\u0000b", ".."})
    void anythingElseIsNone(String text) {
        assertThat(Identifier.isValid(text)).isFalse();
    }

    @Test
    void aNameHasUpTo63Characters() {
        assertThat(Identifier.isValid("a".repeat(63))).isTrue();
        assertThat(Identifier.isValid("a".repeat(64))).isFalse();
    }
}
