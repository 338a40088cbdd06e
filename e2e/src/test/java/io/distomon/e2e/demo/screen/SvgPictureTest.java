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

    /** Of spaces in a row browsers show one, and stretch what is left to the length of all. */
    @Test
    void nothingDependsOnSpacesThatABrowserTakesAway() {
        String svg = SvgPicture.of("", List.of(Line.of("  NAME   IS UP ").and(" · ", Tone.FAINT)));

        assertThat(svg.lines().filter(line -> line.startsWith("<text")))
                .satisfiesExactly(
                        name -> assertThat(name).contains("x=\"32.8\"", "textLength=\"33.6\"", ">NAME<"),
                        up -> assertThat(up).contains("x=\"91.6\"", "textLength=\"42.0\"", ">IS UP<"),
                        dot -> assertThat(dot).contains("x=\"150.4\"", "textLength=\"8.4\"", ">·<"));
    }

    @Test
    void aLongLineMakesThePictureWider() {
        assertThat(SvgPicture.of("", List.of(Line.of("x".repeat(100))))).contains("width=\"872\"");
    }
}
