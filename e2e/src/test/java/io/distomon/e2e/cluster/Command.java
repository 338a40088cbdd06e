package io.distomon.e2e.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program to run to its end.
 *
 * @param words the program and its arguments
 * @param input what it reads, then nothing more
 * @param timeout how long it may take; then it and what it started are killed
 * @param shown whether what it says on stderr is shown at once, for those that take minutes
 */
public record Command(List<String> words, String input, Duration timeout, boolean shown) {
    private static final int MAX_CHARS = 16 << 20;

    /** How a program ended, with all that it said. */
    public record Result(int exitCode, String out, String err) {}

    /** A program that failed, with the end of what it said. */
    public static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failed(Command command, String how, String said) {
            super("`%s` %s:%n%s".formatted(String.join(" ", command.words), how, end(said)));
        }
    }

    /** A program that reads nothing and takes less than two minutes. */
    public static Command of(String... words) {
        return new Command(List.of(words), "", Duration.ofMinutes(2), false);
    }

    /** A script in this module's directory. */
    public static Command script(String name, String... arguments) {
        String[] words = Stream.concat(Stream.of(Path.of(name).toAbsolutePath().toString()), Arrays.stream(arguments))
                .toArray(String[]::new);
        return of(words);
    }

    public Command reading(String text) {
        return new Command(words, text, timeout, shown);
    }

    /** For what takes minutes: its progress is shown. */
    public Command taking(Duration atMost) {
        return new Command(words, input, atMost, true);
    }

    /** What it says on stdout; one that fails is an exception with what it said on both. */
    public String output() {
        Result result = run();
        if (result.exitCode() != 0) {
            throw new Failed(this, "ended with " + result.exitCode(), result.err() + result.out());
        }
        return result.out();
    }

    /** Runs it to its end, however that is. */
    public Result run() {
        try {
            Process process = new ProcessBuilder(words).start();
            try {
                return await(process);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Result await(Process process) throws IOException {
        FutureTask<String> out = read(process.inputReader(StandardCharsets.UTF_8), false);
        FutureTask<String> err = read(process.errorReader(StandardCharsets.UTF_8), shown);
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new Failed(this, "was not done in " + timeout, result(err, deadline) + result(out, deadline));
            }
            return new Result(process.exitValue(), result(out, deadline), result(err, deadline));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed(this, "was interrupted", "");
        }
    }

    /** The text of a stream that is at its end, or comes to it: 5 s more are for what the pipe still holds. */
    private String result(FutureTask<String> stream, long deadline) throws InterruptedException {
        try {
            return stream.get(deadline - System.nanoTime() + 5_000_000_000L, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new Failed(this, "left something running that holds its output", "");
        } catch (ExecutionException e) {
            throw new IllegalStateException("The output of " + words.getFirst() + " can't be read", e.getCause());
        }
    }

    private static FutureTask<String> read(BufferedReader stream, boolean shown) {
        FutureTask<String> text = new FutureTask<>(() -> {
            StringBuilder read = new StringBuilder();
            for (String line = stream.readLine(); line != null; line = stream.readLine()) {
                read.append(line).append('\n');
                if (shown) {
                    System.out.println(line);
                }
                if (read.length() > MAX_CHARS) {
                    throw new IOException("more than " + MAX_CHARS + " characters");
                }
            }
            return read.toString();
        });
        Thread.ofVirtual().start(text);
        return text;
    }

    private static String end(String said) {
        List<String> lines = said.lines().toList();
        return lines.stream().skip(Math.max(0, lines.size() - 40)).collect(Collectors.joining("\n"));
    }
}
