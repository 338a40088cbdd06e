package io.distomon.e2e.demo.screen;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines as an SVG file that looks like a terminal. The same lines give the same bytes. */
public final class SvgPicture {
    private static final double COLUMN = 8.4;
    private static final int ROW = 19;
    private static final int MARGIN = 16;
    private static final int BASELINE = 14;

    /** Words with one space between them: what stands farther apart is drawn by itself, since browsers take spaces away. */
    private static final Pattern PIECE = Pattern.compile("\\S+(?: \\S+)*");

    private SvgPicture() {}

    /**
     * Draws lines.
     *
     * @param title what it shows, for those who can't see it
     */
    public static String of(String title, List<Line> lines) {
        int columns = Math.max(
                Picture.COLUMNS,
                lines.stream().mapToInt(line -> line.text().length()).max().orElse(0));
        long width = Math.round(columns * COLUMN) + 2 * MARGIN;
        long height = (long) lines.size() * ROW + 2 * MARGIN;
        StringBuilder svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img">
                <title>%s</title>
                <rect width="100%%" height="100%%" rx="8" fill="#1e2127"/>
                <g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
                """.formatted(width, height, width, height, escaped(title)));
        for (int row = 0; row < lines.size(); row++) {
            int column = 0;
            for (Line.Span span : lines.get(row).spans()) {
                Matcher piece = PIECE.matcher(span.text());
                while (piece.find()) {
                    svg.append(text(piece.group(), span.tone(), column + piece.start(), MARGIN + BASELINE + row * ROW));
                }
                column += span.text().length();
            }
        }
        return svg.append("</g>\n</svg>\n").toString();
    }

    private static String text(String piece, Tone tone, int column, int y) {
        // The length is given, so that columns stand below each other whatever font there is.
        return String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%s\" textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\" fill=\"%s\"%s>%s</text>%n",
                MARGIN + column * COLUMN,
                y,
                piece.length() * COLUMN,
                tone.colour(),
                tone == Tone.STRONG || tone == Tone.BAD ? " font-weight=\"bold\"" : "",
                escaped(piece));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
