package io.distomon.e2e.demo.screen;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;

/**
 * A line of the screen.
 *
 * @param spans its pieces, from left to right
 */
public record Line(List<Span> spans) {
    private static final String CUT = "…";

    /**
     * A piece of one tone.
     *
     * @param text without line breaks
     */
    record Span(String text, Tone tone) {}

    public Line {
        spans = List.copyOf(spans);
    }

    /** A line of plain text. */
    public static Line of(String text) {
        return of(text, Tone.PLAIN);
    }

    static Line of(String text, Tone tone) {
        return new Line(List.of(new Span(text, tone)));
    }

    /** This line with one more piece at its end. */
    Line and(String text, Tone tone) {
        List<Span> more = new ArrayList<>(spans);
        more.add(new Span(text, tone));
        return new Line(more);
    }

    /** Its text without tones. */
    public String text() {
        return spans.stream().map(Span::text).collect(Collectors.joining());
    }

    /** This line, shortened when it is longer than {@code columns}. */
    Line fit(int columns) {
        if (text().length() <= columns) {
            return this;
        }
        List<Span> fitting = new ArrayList<>();
        int left = columns - CUT.length();
        for (Span span : spans) {
            String text = span.text().substring(0, Math.min(left, span.text().length()));
            fitting.add(new Span(text, span.tone()));
            left -= text.length();
        }
        fitting.add(new Span(CUT, Tone.FAINT));
        return new Line(fitting);
    }

    /** For a terminal. */
    AttributedString attributed(boolean colours) {
        AttributedStringBuilder builder = new AttributedStringBuilder();
        for (Span span : spans) {
            if (colours) {
                builder.styled(span.tone().style(), span.text());
            } else {
                builder.append(span.text());
            }
        }
        return builder.toAttributedString();
    }

    /**
     * Text broken at spaces into lines of at most {@code columns}; a longer word has a line of its own.
     *
     * @param first what the first line begins with; the others are indented as far
     */
    static List<Line> wrapped(String first, String text, int columns, Tone tone) {
        List<Line> lines = new ArrayList<>();
        String indent = " ".repeat(first.length());
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && first.length() + line.length() + 1 + word.length() > columns) {
                lines.add(Line.of(lines.isEmpty() ? first : indent, Tone.FAINT).and(line.toString(), tone));
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(Line.of(lines.isEmpty() ? first : indent, Tone.FAINT).and(line.toString(), tone));
        return lines;
    }
}
