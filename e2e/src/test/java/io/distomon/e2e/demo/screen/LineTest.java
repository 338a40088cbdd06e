package io.distomon.e2e.demo.screen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineTest {
    private static final Line LINE = Line.of("one ", Tone.STRONG).and("two three", Tone.GOOD);

    @Test
    void whatFitsStaysAsItIs() {
        assertThat(LINE.fit(13)).isEqualTo(LINE);
    }

    @Test
    void whatDoesNotFitIsCutVisibly() {
        assertThat(LINE.fit(8).text()).isEqualTo("one two…");
    }

    @Test
    void longTextIsBrokenAtSpacesAndIndented() {
        assertThat(Line.wrapped("type  ", "kill ID, cut A B, quit", 16, Tone.PLAIN))
                .extracting(Line::text)
                .containsExactly("type  kill ID,", "      cut A B,", "      quit");
    }

    @Test
    void withoutColoursThereIsOnlyText() {
        assertThat(LINE.attributed(false).toAnsi()).isEqualTo("one two three");
        assertThat(LINE.attributed(true).styleAt(5)).isEqualTo(Tone.GOOD.style());
    }
}
