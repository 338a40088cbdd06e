package io.distomon.node.git;

import io.distomon.core.config.GitSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was fetched of one repository, on disk: {@code <commit>/} for the newest commit and for the last that proved good,
 * {@code good} with the id of the latter, and {@code origin}, which says of which repository and branch all this is. A
 * directory of a commit appears by a rename once it is whole, so a process that dies half-way leaves only directories
 * {@code .new-*}, which the next one removes. A machine that loses its power may still leave such a directory without
 * what was in its files; so what an earlier process left serves as long as the repository does not answer, and then the
 * commit is fetched once more. Safe for use by many threads.
 */
final class Checkouts {
    private static final Logger LOG = LoggerFactory.getLogger(Checkouts.class);
    private static final String ORIGIN = "origin";
    private static final String GOOD = "good";
    private static final String NEW = ".new-";
    private static final String COMMIT = "[0-9a-f]{40}";

    private final Path directory;
    private final String origin;
    private final Set<String> fetched = new HashSet<>();
    private boolean closed;

    /**
     * @param directory for this repository alone; made when absent
     */
    Checkouts(Path directory, GitSource source) {
        this.directory = directory;
        this.origin = source.repo() + "\n" + (source.branch() == null ? "" : source.branch()) + "\n";
    }

    /** Removes what is half-written or of another repository. */
    synchronized void open() throws IOException {
        Files.createDirectories(directory);
        boolean ours = read(ORIGIN).filter(origin::equals).isPresent();
        for (Path file : list()) {
            if (file.getFileName().toString().startsWith(NEW)) {
                discard(file);
            } else if (!ours) {
                delete(file);
            }
        }
        if (!ours) {
            write(ORIGIN, origin);
        }
    }

    /** An empty directory for one attempt, to be given to {@link #discard}. */
    synchronized Path begin() throws IOException {
        return Files.createTempDirectory(directory, NEW);
    }

    /** From now on nothing here changes any more; another may have the directory. */
    synchronized void close() {
        closed = true;
    }

    /** The files of a commit, if they were fetched since the start. */
    synchronized Optional<Checkout> findFetched(String commit) {
        return fetched.contains(commit) ? find(commit) : Optional.empty();
    }

    /** The files of a commit, if they were fetched before. */
    synchronized Optional<Checkout> find(String commit) {
        // Of anything else it may not even be possible to make a path.
        return Optional.of(commit)
                .filter(id -> id.matches(COMMIT))
                .map(id -> new Checkout(id, directory.resolve(id)))
                .filter(files -> Files.isDirectory(files.directory(), LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * Takes in the whole files of a commit; others than these and the good one's go. What is there already and the same
     * is left alone, since somebody may be reading it.
     */
    synchronized Checkout add(String commit, Path files) throws IOException {
        mustBeOpen();
        Path target = directory.resolve(commit);
        if (find(commit).isEmpty() || !isSame(files, target)) {
            delete(target);
            Files.move(files, target, StandardCopyOption.ATOMIC_MOVE);
        }
        fetched.add(commit);
        keep(commit, good().map(Checkout::commit).orElse(null));
        return new Checkout(commit, target);
    }

    /** The last commit that proved good. */
    synchronized Optional<Checkout> good() {
        return read(GOOD).map(String::strip).flatMap(this::find);
    }

    /**
     * Remembers, beyond a restart, that a commit is good.
     *
     * @param newest the commit that was fetched last, which stays too
     */
    synchronized void markGood(String commit, @Nullable String newest) throws IOException {
        mustBeOpen();
        write(GOOD, commit + "\n");
        keep(commit, newest);
    }

    /** Removes what an attempt left. */
    void discard(Path work) {
        try {
            delete(work);
        } catch (IOException e) {
            LOG.debug("{} is removed at the next start", work, e);
        }
    }

    private void mustBeOpen() throws IOException {
        if (closed) {
            throw new IOException("no longer followed");
        }
    }

    private void keep(@Nullable String... commits) throws IOException {
        for (Path file : list()) {
            String name = file.getFileName().toString();
            if (name.matches(COMMIT) && !Stream.of(commits).anyMatch(name::equals)) {
                fetched.remove(name);
                delete(file);
            }
        }
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    /** What was written; empty when it was not, or is damaged. */
    private Optional<String> read(String name) {
        Path file = directory.resolve(name);
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(Files.readString(file))
                    : Optional.empty();
        } catch (IOException e) {
            LOG.warn(
                    "{} can't be read ({}): the repository is asked",
                    file,
                    e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    private void write(String name, String text) throws IOException {
        Path temporary = Files.createTempFile(directory, NEW, "");
        Files.writeString(temporary, text);
        Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        List<Path> names = names(one);
        if (!names.equals(names(other))) {
            return false;
        }
        for (Path name : names) {
            if (!isSameFile(one.resolve(name), other.resolve(name))) {
                return false;
            }
        }
        return true;
    }

    private static List<Path> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(directory::relativize).sorted().toList();
        }
    }

    /** Whether both are directories, links to the same, or files with the same content. */
    private static boolean isSameFile(Path one, Path other) throws IOException {
        if (Files.isSymbolicLink(one) && Files.isSymbolicLink(other)) {
            return Files.readSymbolicLink(one).equals(Files.readSymbolicLink(other));
        }
        boolean files = Files.isRegularFile(one, LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(other, LinkOption.NOFOLLOW_LINKS);
        return files
                ? Files.mismatch(one, other) < 0
                : Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)
                        && Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Removes a file or a directory with all in it; links are removed, not followed. Another may do the same meanwhile: a
     * follower that was closed, whose place this one takes, ends its last attempt.
     */
    private static void delete(Path file) throws IOException {
        for (Path child : children(file)) {
            delete(child);
        }
        Files.deleteIfExists(file);
    }

    private static List<Path> children(Path file) throws IOException {
        if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(file)) {
            return files.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
