package io.distomon.e2e.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A bare repository {@code lab.git}, and a clone of it from which commits are pushed. Needs the program {@code git}. */
public final class ServedRepository implements AutoCloseable {
    private static final long MAX_SECONDS = 120;

    private final Path directory;
    private final Path clone;
    private final HttpsGit https;
    private final SshGit ssh;

    private ServedRepository(Path directory, HttpsGit https, SshGit ssh) {
        this.directory = directory;
        this.clone = directory.resolve("clone");
        this.https = https;
        this.ssh = ssh;
    }

    /**
     * Serves one, without a commit, below a directory of its own.
     *
     * @param addresses by which it is reached besides loopback, by https
     */
    public static ServedRepository start(Path directory, String... addresses) throws Exception {
        Path served = Files.createDirectories(directory.resolve("served"));
        git(
                directory,
                "init",
                "-q",
                "--bare",
                "-b",
                "main",
                served.resolve("lab.git").toString());
        git(directory, "init", "-q", "-b", "main", directory.resolve("clone").toString());
        HttpsGit https = HttpsGit.start(directory, served, addresses);
        try {
            return new ServedRepository(directory, https, SshGit.start(directory, served));
        } catch (Exception e) {
            https.close();
            throw e;
        }
    }

    /** By https. */
    public HttpsGit https() {
        return https;
    }

    /** By ssh. */
    public SshGit ssh() {
        return ssh;
    }

    /** Pushes a commit that writes these files; returns its id. */
    public String commit(Map<String, String> files) {
        try {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = clone.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            git(clone, "add", "--all");
            git(clone, "commit", "-q", "--allow-empty", "-m", "A change");
            git(clone, "push", "-q", directory.resolve("served/lab.git").toString(), "main");
            return git(clone, "rev-parse", "HEAD");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        https.close();
        ssh.close();
    }

    /** Without any settings of this machine; what it prints. */
    static ProcessBuilder program(List<String> arguments, Path directory) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
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
        return builder;
    }

    private static String git(Path directory, String... arguments) throws IOException {
        Process process =
                program(List.of(arguments), directory).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("git %s: %s".formatted(List.of(arguments), out));
            }
            return out;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
