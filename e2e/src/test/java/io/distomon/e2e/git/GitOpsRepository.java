package io.distomon.e2e.git;

import io.distomon.e2e.cluster.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A git repository on this machine that Argo CD fetches from, and a clone from which commits are pushed to it. */
public final class GitOpsRepository {
    private final Path bare;
    private final Path clone;

    private GitOpsRepository(Path bare, Path clone) {
        this.bare = bare;
        this.clone = clone;
    }

    /** An empty one below a directory. */
    public static GitOpsRepository make(Path directory) {
        GitOpsRepository repository = new GitOpsRepository(directory.resolve("bare.git"), directory.resolve("clone"));
        Command.of("git", "init", "-q", "--bare", "-b", "main", repository.bare.toString())
                .output();
        Command.of("git", "init", "-q", "-b", "main", repository.clone.toString())
                .output();
        return repository;
    }

    public String url() {
        return "file://" + bare;
    }

    /** Pushes a commit that writes a file. */
    public void commit(String path, String text) {
        try {
            Path file = clone.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        push(path);
    }

    /** Pushes a commit with a copy of a directory. */
    public void commitCopy(String path, Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy =
                        clone.resolve(path).resolve(directory.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        push(path);
    }

    /** Pushes a commit without a file. */
    public void remove(String path) {
        try {
            Files.delete(clone.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        push(path);
    }

    private void push(String path) {
        git("add", "--all");
        git("-c", "user.name=e2e", "-c", "user.email=e2e@example.com", "commit", "-q", "-m", "Change " + path);
        git("push", "-q", bare.toString(), "main");
    }

    private void git(String... arguments) {
        Command.of(Stream.concat(Stream.of("git", "-C", clone.toString()), Stream.of(arguments))
                        .toArray(String[]::new))
                .output();
    }
}
