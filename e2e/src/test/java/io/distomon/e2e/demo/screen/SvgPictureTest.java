package io.distomon.e2e.demo.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SvgPictureTest {
    @Test
    void everyPieceStandsInItsColumnWithItsColour() {
        String svg = SvgPicture.of("a & b", List.of(Line.of("nyc  ").and("Offline", Tone.BAD), Line.of("a>b")));

        assertThat(svg)
                .contains("<title>a &amp; b</title>")
                .contains("<text x=\"16.0\" y=\"30\"")
                .contains("<text x=\"58.0\" y=\"30\" textLength=\"58.8\"")
                .contains("fill=\"" + Tone.BAD.colour() + "\" font-weight=\"bold\">Offline</text>")
                .contains(">a&gt;b</text>");
    }

    @Test
    void aLongLineMakesThePictureWider() {
        assertThat(SvgPicture.of("", List.of(Line.of("x".repeat(100))))).contains("width=\"872\"");
    }
}
