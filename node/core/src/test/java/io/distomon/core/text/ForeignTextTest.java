package io.distomon.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignTextTest {
    private static final int MAX_CHARS = 40;

    @Test
    void whatIsPlainStaysAsItIs() {
        for (String text :
                new String[] {"", "fra", "a  b", " fra ", "http://x:80/?a=\"b\"", "straße", "東京", "נתון", "📡"}) {
            assertThat(ForeignText.plain(text, MAX_CHARS)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r", "\t", "\u000b", "\f", "\u0085", "\u2028", "\u2029", "\n\n   \t "})
    void nothingBeginsALineOrAColumn(String lineBreak) {
        assertThat(ForeignText.plain("it is" + lineBreak + "down", MAX_CHARS)).isEqualTo("it is down");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000",
                "\u0007",
                "\b",
                "\u001b",
                "\u007f",
                "\u009b", // a terminal obeys
                "\u00ad",
                "\u200b",
                "\u200d",
                "\ufeff", // nobody sees
                "\u061c",
                "\u200e",
                "\u202e",
                "\u2066", // turn what stands around them
                "\ud800",
                "\udfff", // halves
                "\ue000",
                "\uffff",
                "\udb40\udc41" // mean nothing, or hide another text
            })
    void whatIsSeenAsNoCharacterIsAQuestionMark(String strange) {
        assertThat(ForeignText.plain("a" + strange + "b", MAX_CHARS)).isEqualTo("a?b");
    }

    @Test
    void aTerminalsSequenceLosesItsPower() {
        assertThat(ForeignText.plain("no\n\u001b[31mentry\r\n\u202eyrtne", MAX_CHARS))
                .isEqualTo("no ?[31mentry ?yrtne");
    }

    @Test
    void whatIsTooLongIsCutWithinItsBoundAndSaysSo() {
        assertThat(ForeignText.plain("x".repeat(MAX_CHARS), MAX_CHARS)).isEqualTo("x".repeat(MAX_CHARS));
        assertThat(ForeignText.plain("x".repeat(MAX_CHARS + 1), MAX_CHARS)).isEqualTo("x".repeat(MAX_CHARS - 1) + "…");
        assertThat(ForeignText.plain("ab", 1)).isEqualTo("…");
    }

    @Test
    void noCharacterIsCutInHalf() {
        assertThat(ForeignText.plain("📡".repeat(MAX_CHARS), MAX_CHARS)).isEqualTo("📡".repeat(MAX_CHARS));
        assertThat(ForeignText.plain("📡".repeat(MAX_CHARS + 1), MAX_CHARS))
                .isEqualTo("📡".repeat(MAX_CHARS - 1) + "…");
    }

    @Test
    void aValueIsShownInQuotesAndItsBeginningOnly() {
        assertThat(ForeignText.quoted("fra\u0000")).isEqualTo("\"fra?\"");
        assertThat(ForeignText.quoted("x".repeat(100))).isEqualTo('"' + "x".repeat(59) + "…\"");
    }

    @Test
    @Timeout(30)
    void aTextOfMegabytesTakesNoLongerForWhatIsInIt() {
        for (String unit : new String[] {" ", "\n", "\t ", "\u0000", "📡"}) {
            assertThat(ForeignText.plain(unit.repeat(4 << 20), MAX_CHARS).length())
                    .isLessThanOrEqualTo(2 * MAX_CHARS);
        }
    }
}
