package io.distomon.e2e.demo.node;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A shell that waits for the demo's end, however that comes. A frozen node does not notice it: the shell lets it go on, so
 * that it does; and it removes the demo's directory, as a demo that was killed could not. It ends itself then. Safe for
 * use by many threads.
 */
public final class Guard implements AutoCloseable {
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            frozen=
            while read -r what pid; do
              case $what in
                freeze) frozen="$frozen $pid " ;;
                thaw) frozen=$(printf %s "$frozen" | sed "s/ $pid //") ;;
              esac
            done
            for pid in $frozen; do kill -CONT "$pid"; done
            [ -z "$1" ] || rm -rf -- "$1"
            """;

    private final Process shell;
    private final OutputStream pipe;

    private Guard(Process shell) {
        this.shell = shell;
        this.pipe = shell.getOutputStream();
    }

    /**
     * Starts to wait.
     *
     * @param directory what is to be removed
     * @param keep whether it is to stay
     */
    public static Guard start(Path directory, boolean keep) throws IOException {
        return new Guard(
                new ProcessBuilder("/bin/sh", "-c", SCRIPT, "distomon-demo-guard", keep ? "" : directory.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    void frozen(long pid) {
        say("freeze " + pid);
    }

    /** To be said before the process can end: its number may then be another's. */
    void thawed(long pid) {
        say("thaw " + pid);
    }

    private synchronized void say(String line) {
        try {
            pipe.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            pipe.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the demo's guard, process %s, is gone".formatted(shell.pid()), e);
        }
    }

    /** Says that the demo ends. */
    @Override
    public void close() throws IOException {
        pipe.close();
    }
}
