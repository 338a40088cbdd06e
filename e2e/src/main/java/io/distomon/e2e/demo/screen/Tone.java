package io.distomon.e2e.demo.screen;

import org.jline.utils.AttributedStyle;

/** What a piece of text is, which decides its colour. No meaning is in the colour alone. */
enum Tone {
    PLAIN("#d4d4d4"),
    STRONG("#ffffff"),
    FAINT("#8a8f98"),
    GOOD("#6cc070"),
    WARN("#e0b050"),
    BAD("#f0716b");

    private final String colour;

    Tone(String colour) {
        this.colour = colour;
    }

    /** On a terminal. */
    AttributedStyle style() {
        return switch (this) {
            case PLAIN -> AttributedStyle.DEFAULT;
            case STRONG -> AttributedStyle.BOLD;
            case FAINT -> AttributedStyle.DEFAULT.faint();
            case GOOD -> AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN);
            case WARN -> AttributedStyle.DEFAULT.foreground(AttributedStyle.YELLOW);
            case BAD -> AttributedStyle.BOLD.foreground(AttributedStyle.RED);
        };
    }

    /** In a picture, on a dark ground. */
    String colour() {
        return colour;
    }
}
