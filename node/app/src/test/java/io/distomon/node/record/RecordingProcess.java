package io.distomon.node.record;

import static org.awaitility.Awaitility.await;

import io.distomon.core.Clock;
import io.distomon.node.ForkedJava;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;

/**
 * Another Java with a recorder in it, which records until it is killed, or on a small disk until that has been full; or that
 * has nothing yet but SQLite's library to load.
 */
final class RecordingProcess {
    static final RecordProperties LIMITS =
            new RecordProperties(true, null, Duration.ofDays(30), Duration.ofHours(24), 2);

    private static final int MOST_RECORDS = 100_000;
    private static final int FILLER_BYTES = 5 << 19;

    private static final String MARK = "> ";

    private final Process process;

    private RecordingProcess(Process process) {
        this.process = process;
    }

    /** @param command what runs Java, such as a shell in another name space; none: itself */
    static RecordingProcess start(List<String> command, String work, Path file) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(ForkedJava.command(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED"),
                RecordingProcess.class,
                work,
                file.toString()));
        return new RecordingProcess(new ProcessBuilder(all)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** All that it tells until it ends, within a minute or two. */
    List<String> told() throws IOException {
        Thread.ofVirtual().start(() -> {
            try {
                process.waitFor(120, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.toHandle().destroyForcibly();
        });
        try (BufferedReader out = out()) {
            return lines(out).toList();
        }
    }

    /** Reads what it tells, so many lines at most, then kills it; the last line. */
    String killedAfter(int lines) throws IOException, InterruptedException {
        try (BufferedReader out = out()) {
            List<String> told = new ArrayList<>();
            Iterator<String> all = lines(out).iterator();
            while (all.hasNext()) {
                told.add(all.next());
                if (told.size() == lines) {
                    process.toHandle().destroyForcibly();
                }
            }
            process.waitFor();
            return told.getLast();
        }
    }

    private BufferedReader out() {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Without those of the log. */
    private static Stream<String> lines(BufferedReader out) {
        return out.lines().filter(line -> line.startsWith(MARK)).map(line -> line.substring(MARK.length()));
    }

    public static void main(String... arguments) throws Exception {
        Path file = Path.of(arguments[1]);
        if (arguments[0].equals("load")) {
            load(Objects.requireNonNull(file.getParent()));
            return;
        }
        Clock clock = Clock.system();
        Looks looks = new Looks(clock);
        Path directory = Objects.requireNonNull(file.getParent());
        Path unpacking = arguments[0].equals("unwritable") ? directory : Path.of(System.getProperty("java.io.tmpdir"));
        NativeLibrary library = new NativeLibrary(List.of(unpacking), clock);
        Recorder recorder = new Recorder("lab", "fra", file, LIMITS, library, Duration.ofMillis(50), clock);
        recorder.start();
        switch (arguments[0]) {
            case "unwritable" -> becomeWritable(recorder, looks, directory);
            case "record" -> {
                for (int i = 0; i < MOST_RECORDS; i++) {
                    record(recorder, looks, i);
                    long written = recorder.ask(open -> open.extent().end().seq());
                    System.out.println(MARK + written);
                }
            }
            case "fill" -> fill(recorder, looks, file);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** From a directory from which nothing can be loaded at first. */
    private static void load(Path directory) throws Exception {
        AtomicLong nanos = new AtomicLong();
        Clock clock = new Clock() {
            @Override
            public long wallMicros() {
                return Clock.system().wallMicros();
            }

            @Override
            public long monotonicNanos() {
                return nanos.get();
            }
        };
        NativeLibrary library = new NativeLibrary(List.of(directory), clock);
        System.out.println(MARK + "at first: " + trouble(library));
        new ProcessBuilder("mount", "-o", "remount,exec", directory.toString())
                .inheritIO()
                .start()
                .waitFor();
        nanos.addAndGet(NativeLibrary.AGAIN.toNanos() - 1);
        System.out.println(MARK + "soon: " + trouble(library));
        nanos.incrementAndGet();
        System.out.println(MARK + "later: " + trouble(library));
    }

    private static String trouble(NativeLibrary library) {
        try {
            library.load();
            return "none";
        } catch (NativeLibrary.UnavailableException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** The directory is a link: to where nobody may write, and then beside it. */
    private static void becomeWritable(Recorder recorder, Looks looks, Path link) throws Exception {
        eventually().until(() -> recorder.trouble() != null);
        System.out.println(MARK + "told: " + recorder.trouble());
        System.out.println(MARK + "recorded: " + recorder.look(looks.down()));
        Files.delete(link);
        Files.createSymbolicLink(link, Files.createDirectory(link.resolveSibling("writable")));
        record(recorder, looks, 0);
        System.out.println(MARK + "afterwards: " + recorder.trouble());
        System.out.println(MARK + "whole: " + recorder.ask(RecordFile::fault).isEmpty());
        recorder.close();
    }

    private static void fill(Recorder recorder, Looks looks, Path file) throws Exception {
        record(recorder, looks, 0);
        Path filler = file.resolveSibling("filler");
        Files.write(filler, new byte[FILLER_BYTES]);
        int i = 1;
        while (recorder.trouble() == null && i < MOST_RECORDS) {
            record(recorder, looks, i++);
        }
        System.out.println(MARK + "told: " + recorder.trouble());
        for (int more = 0; more < 100; more++) {
            record(recorder, looks, i++);
        }
        System.out.println(MARK + "went on: " + recorder.trouble());
        Files.delete(filler);
        while (recorder.trouble() != null && i < MOST_RECORDS) {
            record(recorder, looks, i++);
        }
        System.out.println(MARK + "afterwards: " + recorder.trouble());
        recorder.keepMinute(60_000_000, Map.of(), Optional.empty());
        long let = recorder.ask(open -> open.extent().anchor().point().seq());
        System.out.println(
                MARK + "whole: " + recorder.ask(RecordFile::fault).isEmpty() + ", without the oldest: " + (let > 0));
        long end = recorder.ask(open -> open.extent().end().seq());
        System.out.println(MARK + "all: " + (end >= i));
        recorder.close();
    }

    /** Returns when it is written. */
    private static void record(Recorder recorder, Looks looks, int i) throws Exception {
        eventually().until(() -> recorder.look(i % 2 == 0 ? looks.up() : looks.down()));
        recorder.ask(open -> open.extent().end());
    }

    /** Asked at once, and from then on without the pauses in which a kill would find it doing nothing. */
    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(1)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }
}
