package io.distomon.e2e.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/** The demo as a process, with what it has written so far. Safe for use by many threads. */
final class DemoRun implements AutoCloseable {
    /** For whatever the demo waits for itself, on a machine that does other things meanwhile. */
    static final Duration LONG = Duration.ofMinutes(3);

    static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private final Process process;
    private final Path temporary;
    private final StringBuilder output = new StringBuilder();
    private final Thread reading;

    private DemoRun(List<String> command, Path temporary, Map<String, String> environment) throws IOException {
        this.temporary = temporary;
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        this.process = builder.start();
        this.reading = Thread.ofVirtual().start(this::collect);
    }

    /**
     * Starts it without a terminal.
     *
     * @param temporary where it makes its directory
     */
    static DemoRun start(Path temporary, String... arguments) throws IOException {
        return new DemoRun(command(temporary, arguments), temporary, Map.of());
    }

    /**
     * Starts it in a pseudo-terminal.
     *
     * @param size as {@code stty} takes it
     */
    static DemoRun startInTerminal(Path temporary, String size, Map<String, String> environment, String... arguments)
            throws IOException {
        String command = command(temporary, arguments).stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" ", "stty " + size + "; exec ", ""));
        // A shell in the background has its children ignore Ctrl-C; one at a terminal does not.
        return new DemoRun(
                List.of("env", "--default-signal=INT", "script", "-qfec", command, "/dev/null"),
                temporary,
                environment);
    }

    /** A file with a network whose nodes poll each other every second. */
    static Path file(Path directory, String nodes) throws IOException {
        return file(directory, 1, 1, nodes);
    }

    /** The same with another time between polls, failed ones too, and another number of them that may fail. */
    static Path file(Path directory, int intervalSeconds, int retries, String nodes) throws IOException {
        return Files.writeString(directory.resolve("lab.yaml"), """
                apiVersion: distomon.io/v1alpha1
                kind: DistomonNetwork
                metadata: {name: lab}
                spec:
                  probe: {intervalSeconds: %1$d, retries: %2$d, retryIntervalSeconds: %1$d}
                  nodes: %3$s
                """.formatted(intervalSeconds, retries, nodes));
    }

    private static List<String> command(Path temporary, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Ddistomon.home=" + HOME,
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private void collect() {
        byte[] buffer = new byte[8192];
        try (InputStream in = process.getInputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                synchronized (output) {
                    output.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            synchronized (output) {
                output.append("(can't be read any more: ")
                        .append(e.getMessage())
                        .append(')');
            }
        }
    }

    /** All that it has written. */
    String output() {
        synchronized (output) {
            return output.toString();
        }
    }

    /** How much it has written, to be waited beyond. */
    int mark() {
        return output().length();
    }

    /** Types a line. */
    void type(String line) throws IOException {
        send(line + "\n");
    }

    /** Types characters, as they are. */
    void send(String text) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write(text.getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** Closes what it reads from. */
    void closeInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Types a line and waits for what is said of it. */
    Matcher command(String line, String expected) throws IOException {
        int mark = mark();
        type(line);
        return await(expected, mark);
    }

    /** Waits for the regular expression {@code expected} in what it writes after {@code mark}. */
    Matcher await(String expected, int mark) {
        Pattern pattern = Pattern.compile(expected, Pattern.MULTILINE);
        try {
            return Awaitility.await("\"" + expected + "\"")
                    .atMost(LONG)
                    .pollInterval(Duration.ofMillis(100))
                    .failFast(
                            "it ended",
                            () -> !reading.isAlive()
                                    && !pattern.matcher(output()).find(mark))
                    .until(() -> pattern.matcher(output()), matcher -> matcher.find(mark));
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            throw new AssertionError("%s; it wrote:%n%s".formatted(e.getMessage(), output()), e);
        }
    }

    /** Waits until the table with all nodes is there, and below it what one can type. */
    DemoRun awaitTable() {
        await("help, quit$", 0);
        return this;
    }

    /** The demo itself: what a terminal runs is further down. */
    ProcessHandle demo() {
        ProcessHandle handle = process.toHandle();
        while (!handle.info().command().orElse("").endsWith("/java")) {
            handle = handle.children()
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no demo: " + output()));
        }
        return handle;
    }

    /** What it has started: the nodes and the guard. */
    List<ProcessHandle> children() {
        return demo().children().toList();
    }

    /** Sends a signal to the demo itself. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("/bin/sh", "-c", "kill -%s %d".formatted(name, demo().pid()))
                .start()
                .waitFor();
    }

    /** Waits for its end, which a story has many things to wait for before. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(LONG.multipliedBy(5).toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it still runs: " + output());
        }
        reading.join();
        return process.exitValue();
    }

    /** Its directories that are there now. */
    List<Path> directories() throws IOException {
        try (Stream<Path> found = Files.list(temporary)) {
            return found.filter(path -> path.getFileName().toString().startsWith("distomon-demo-"))
                    .toList();
        }
    }

    /** Ends whatever is left. */
    @Override
    public void close() {
        List<ProcessHandle> left = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        left.forEach(ProcessHandle::destroyForcibly);
    }
}
