package io.distomon.e2e.demo.screen;

import io.distomon.e2e.demo.network.Snapshot;
import io.distomon.e2e.demo.network.Transition;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines appended to any output, without colours; commands from any input. */
public final class PlainScreen implements Screen {
    private static final int MAX_COMMAND_BYTES = 1024;

    private final InputStream in;
    private final PrintStream out;
    private Instant shown = Instant.EPOCH; // guarded by this

    public PlainScreen(InputStream in, PrintStream out) {
        this.in = in;
        this.out = out;
    }

    @Override
    public synchronized void say(List<Line> lines) {
        lines.forEach(line -> out.println(line.text()));
        out.flush();
    }

    /** Appends what has changed since the last time. */
    @Override
    public synchronized void show(Snapshot now) {
        List<Transition> news = now.transitions().stream()
                .filter(transition -> transition.at().isAfter(shown))
                .toList();
        for (Transition transition : news) {
            out.println(Picture.time(transition.at()) + " " + transition.text());
            shown = transition.at();
        }
        out.flush();
    }

    @Override
    public void busy(String what) {
        // What comes of it is said in any case.
    }

    @Override
    public @Nullable String read() throws IOException {
        byte[] line = new byte[MAX_COMMAND_BYTES];
        int length = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return new String(line, 0, length, StandardCharsets.UTF_8);
            }
            if (length < line.length) { // the rest of a line that is no command
                line[length++] = (byte) next;
            }
        }
        return length == 0 ? null : new String(line, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        out.flush();
    }
}
