package io.distomon.node.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The program {@code git} in one directory, without any settings of this machine. */
final class RealGit {
    private static final int MAX_SECONDS = 120;

    private final Path directory;
    private final Path log;

    RealGit(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.log = Files.createTempFile("distomon-git", ".log");
        log.toFile().deleteOnExit();
    }

    /** Whether it is installed. */
    static boolean isThere() throws InterruptedException {
        return isThere("git", "--version");
    }

    /** Whether a program is installed, by a command of it that ends at once, in whatever way. */
    static boolean isThere(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(MAX_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            return false;
        }
    }

    Path directory() {
        return directory;
    }

    /** Runs a command; returns what it prints. */
    String run(String... arguments) throws IOException, InterruptedException {
        return feed("", arguments);
    }

    /** Likewise, with something to read for it. */
    String feed(String input, String... arguments) throws IOException, InterruptedException {
        Process process = start(Map.of(), Stream.of(arguments).toArray(String[]::new));
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String out;
            try (InputStream printed = process.getInputStream()) {
                out = new String(printed.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("git %s: %s".formatted(List.of(arguments), Files.readString(log)));
            }
            return out.strip();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Writes files and commits all; returns the commit's id. */
    String commit(Map<String, String> files, String... options) throws IOException, InterruptedException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        run("add", ".");
        List<String> command = new ArrayList<>(List.of(options));
        command.addAll(List.of("commit", "-q", "--allow-empty", "-m", "a change"));
        run(command.toArray(String[]::new));
        return run("rev-parse", "HEAD");
    }

    /** The server's side of a fetch. */
    Process uploadPack(boolean newProtocol) throws IOException {
        return start(Map.of("GIT_PROTOCOL", newProtocol ? "version=2" : ""), "upload-pack", directory.toString());
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        builder.environment()
                .putAll(Map.of(
                        "HOME", directory.toString(),
                        "GIT_CONFIG_NOSYSTEM", "1",
                        "GIT_CONFIG_GLOBAL", "/dev/null",
                        "GIT_AUTHOR_NAME", "somebody",
                        "GIT_AUTHOR_EMAIL", "somebody@example.com",
                        "GIT_COMMITTER_NAME", "somebody",
                        "GIT_COMMITTER_EMAIL", "somebody@example.com"));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
