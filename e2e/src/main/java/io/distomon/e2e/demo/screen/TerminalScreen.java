package io.distomon.e2e.demo.screen;

import io.distomon.e2e.demo.network.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A terminal: the picture and below it the line that one types stay at its lower end and are redrawn in place; what was
 * said scrolls away above them. The picture is the prompt of JLine's line reader, which redraws only what changed.
 */
public final class TerminalScreen implements Screen {
    private static final int MIN_ROWS = 8;
    private static final int USUAL_ROWS = 24;

    /** Lines below the picture: the one that one types, and one so that the terminal does not scroll. */
    private static final int ROWS_BELOW = 2;

    private final Terminal terminal;
    private final LineReaderImpl reader;
    private final Picture picture;
    private final boolean colours;
    private volatile @Nullable Snapshot last;
    private volatile String busy = "";

    /**
     * Takes the terminal that the process runs in.
     *
     * @param words what a line may begin with
     * @param ids what may follow
     * @param colours whether to use any
     */
    public TerminalScreen(Picture picture, List<String> words, Supplier<List<String>> ids, boolean colours)
            throws IOException {
        this.picture = picture;
        this.colours = colours;
        this.terminal = TerminalBuilder.builder().system(true).build();
        if (terminal.getWidth() <= 0 || terminal.getHeight() <= 0) {
            terminal.setSize(new Size(Picture.COLUMNS, USUAL_ROWS)); // it does not tell its own
        }
        this.reader = (LineReaderImpl) LineReaderBuilder.builder()
                .terminal(terminal)
                .option(LineReader.Option.ERASE_LINE_ON_FINISH, true)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .variable(LineReader.BELL_STYLE, "none")
                .completer((line, parsed, candidates) -> (parsed.wordIndex() == 0 ? words : ids.get())
                        .forEach(word -> candidates.add(new Candidate(word))))
                .build();
    }

    @Override
    public void say(List<Line> lines) {
        AttributedStringBuilder text = new AttributedStringBuilder();
        for (Line line : lines) {
            text.append(line.attributed(colours)).append("\n");
        }
        reader.printAbove(text.toAttributedString());
    }

    @Override
    public void show(Snapshot now) {
        last = now;
        redraw();
    }

    @Override
    public void busy(String what) {
        busy = what;
        redraw();
    }

    @Override
    public @Nullable String read() {
        try {
            String line = reader.readLine(prompt());
            if (!line.isBlank()) {
                terminal.writer().println("> " + line.strip());
                terminal.flush();
            }
            return line;
        } catch (UserInterruptException | EndOfFileException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }

    private synchronized void redraw() {
        if (!reader.isReading()) {
            return;
        }
        try {
            reader.setPrompt(prompt());
            reader.callWidget(LineReader.REDISPLAY);
        } catch (IllegalStateException e) {
            // The line was finished a moment ago; the next one begins with the newest picture.
        }
    }

    /** As the reader takes it: with percent signs doubled. */
    private String prompt() {
        AttributedStringBuilder text = new AttributedStringBuilder();
        for (Line line : lines()) {
            text.append(line.attributed(colours)).append("\n");
        }
        text.append(busy.isEmpty() ? "> " : "(" + busy + " …) > ");
        AttributedString whole = text.toAttributedString();
        return (colours ? whole.toAnsi(terminal) : whole.toString()).replace("%", "%%");
    }

    private List<Line> lines() {
        Snapshot now = last;
        if (now == null) {
            return List.of();
        }
        List<Line> lines = new ArrayList<>(picture.of(now, terminal.getWidth() - 1));
        int rows = Math.max(MIN_ROWS, terminal.getHeight()) - ROWS_BELOW;
        return lines.size() <= rows ? lines : lines.subList(0, rows);
    }
}
