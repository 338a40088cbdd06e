package io.distomon.node.git;

import io.distomon.core.config.GitSource;
import io.distomon.core.config.NetworkFiles;
import io.distomon.core.crypto.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was fetched of one repository, on disk, in a directory whose name says of which repository and branch: a bare
 * repository {@code <commit>.git} for the newest commit and for the last that proved good, {@code good} with the id of the
 * latter, and {@code seen} with the ids of all that were the newest. A repository appears by a rename once it is whole, so
 * a process that dies half-way leaves only directories {@code .new-*}, which the next one removes. What a machine that
 * loses its power leaves damaged is noticed when it is read, and fetched once more.
 *
 * <p>Nothing is deleted because something can't be read: other commits only when it is known which one is good, other
 * repositories only when a commit of this one proved so. Safe for use by many threads.
 */
final class Clones {
    private static final Logger LOG = LoggerFactory.getLogger(Clones.class);
    private static final String GOOD = "good";
    private static final String SEEN = "seen";
    private static final String REPOSITORY = ".git";
    private static final int ORIGIN_BYTES = 16;
    private static final int MAX_SEEN = 1000;

    /** What we make beside each other for one network, now and formerly: nothing else there is ours to delete. */
    private static final Pattern OURS = Pattern.compile("[0-9a-f]{32}|[0-9a-f]{40}|origin|good");

    /** What the name of what is half-written begins with; digits follow. */
    static final String NEW = ".new-";

    private final Path parent;
    private final Path directory;
    private boolean closed;

    // What is on disk, once it was read.
    private @Nullable List<Commit> good;

    /**
     * @param parent for the repositories of one network, and for nothing else; made when absent
     */
    Clones(Path parent, GitSource source) {
        this.parent = parent;
        String origin = source.repo() + "\n" + (source.branch() == null ? "" : source.branch()) + "\n";
        this.directory = parent.resolve(HexFormat.of().formatHex(Sha256.of(origin), 0, ORIGIN_BYTES));
    }

    /** Where all of it is. */
    Path directory() {
        return directory;
    }

    /** Removes what is half-written. */
    synchronized void open() throws IOException {
        Files.createDirectories(directory);
        for (Path file : list(directory)) {
            if (file.getFileName().toString().startsWith(NEW)) {
                discard(file);
            }
        }
    }

    /** An empty directory for one attempt, to be given to {@link #discard}. */
    synchronized Path begin() throws IOException {
        Files.createDirectories(directory);
        return Files.createTempDirectory(directory, NEW);
    }

    /** From now on nothing here changes any more; another may have the directory. */
    synchronized void close() {
        closed = true;
    }

    /** Where a commit is, if it was fetched; it may be damaged. */
    synchronized Optional<Path> repository(Commit commit) {
        return Optional.of(path(commit)).filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
    }

    /** Likewise, where it must have been. */
    Path require(Commit commit) throws NoSuchFileException {
        return repository(commit).orElseThrow(() -> new NoSuchFileException(commit.shortId()));
    }

    /** Whether a commit was fetched and can be read. */
    boolean isWhole(Commit commit) {
        Optional<Path> repository = repository(commit);
        try {
            if (repository.isPresent()) {
                files(commit, "");
                return true;
            }
        } catch (IOException | GitException e) {
            LOG.warn("{} is damaged, the repository is asked: {}", repository.get(), e.toString());
        }
        return false;
    }

    /**
     * The files of a commit.
     *
     * @param origin what stands before a file's name in messages
     */
    NetworkFiles files(Commit commit, String origin) throws IOException, GitException {
        try (Repository repository = CommitFiles.open(require(commit))) {
            return CommitFiles.read(repository, commit, origin);
        } catch (RuntimeException e) {
            // JGit's, of what is damaged in a way that it did not think of.
            throw new IOException(e);
        }
    }

    /** The ids of all commits that were the newest, oldest first; empty when none is known. */
    synchronized List<String> seen() {
        try {
            return Files.readString(directory.resolve(SEEN))
                    .lines()
                    .filter(Commit::isId)
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.warn("Which commits were seen is forgotten: {}", e.toString());
            return List.of();
        }
    }

    /** Takes in the whole repository of a commit, which now is the newest; others than it and the good one go. */
    synchronized void add(Commit commit, Path repository) throws IOException {
        mustBeOpen();
        Path target = path(commit);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            // It is damaged, or would not have been fetched.
            Path damaged = Files.createTempDirectory(directory, NEW);
            Files.move(target, damaged.resolve("damaged"));
            Files.move(repository, target, StandardCopyOption.ATOMIC_MOVE);
            discard(damaged);
        } else {
            Files.move(repository, target, StandardCopyOption.ATOMIC_MOVE);
        }
        List<String> seen = new ArrayList<>(seen());
        if (seen.isEmpty() || !seen.getLast().equals(commit.id())) {
            seen.add(commit.id());
            List<String> kept = seen.subList(Math.max(0, seen.size() - MAX_SEEN), seen.size());
            write(SEEN, String.join("\n", kept) + "\n");
        }
        keep(commit, null);
    }

    /** The last commit that proved good; where that can't be read any more, all there are. */
    synchronized List<Commit> good() {
        if (good == null) {
            try {
                good = readGood().stream().toList();
            } catch (IOException e) {
                LOG.warn("Which commit was good can't be read, any is tried: {}", e.toString());
                good = all();
            }
        }
        return good.stream().filter(each -> repository(each).isPresent()).toList();
    }

    /**
     * Remembers, beyond a restart, that a commit is good.
     *
     * @param newest the commit that was fetched last, which stays too
     */
    synchronized void markGood(Commit commit, @Nullable Commit newest) throws IOException {
        mustBeOpen();
        if (Files.isDirectory(directory.resolve(GOOD), LinkOption.NOFOLLOW_LINKS)) {
            delete(directory.resolve(GOOD));
        }
        write(GOOD, commit.id() + "\n");
        good = List.of(commit);
        keep(commit, newest);
        for (Path other : list(parent)) {
            if (!other.equals(directory)
                    && OURS.matcher(other.getFileName().toString()).matches()) {
                delete(other);
            }
        }
    }

    /** Removes what an attempt left. */
    void discard(Path work) {
        try {
            delete(work);
        } catch (IOException e) {
            LOG.debug("{} is removed at the next start", work, e);
        }
    }

    private Path path(Commit commit) {
        return directory.resolve(commit.id() + REPOSITORY);
    }

    private void mustBeOpen() throws IOException {
        if (closed) {
            throw new IOException("no longer followed");
        }
    }

    /** Of the newest first, as far as that is known. */
    private List<Commit> all() {
        List<Commit> all = new ArrayList<>();
        for (String id : seen().reversed()) {
            Commit commit = new Commit(id);
            if (!all.contains(commit) && repository(commit).isPresent()) {
                all.add(commit);
            }
        }
        return all;
    }

    private Optional<Commit> readGood() throws IOException {
        Path file = directory.resolve(GOOD);
        String id;
        try {
            id = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!Commit.isId(id)) {
            throw new IOException("%s does not hold a commit's id".formatted(file));
        }
        return Optional.of(new Commit(id));
    }

    private void keep(Commit one, @Nullable Commit other) {
        try {
            // The last that was seen too: what comes is judged by it, also after a restart.
            List<String> seen = seen();
            Stream<Commit> last = seen.isEmpty() ? Stream.empty() : Stream.of(new Commit(seen.getLast()));
            Set<Path> kept = Stream.of(Stream.of(one), Stream.ofNullable(other), readGood().stream(), last)
                    .flatMap(Function.identity())
                    .map(this::path)
                    .collect(Collectors.toSet());
            for (Path file : list(directory)) {
                if (file.getFileName().toString().endsWith(REPOSITORY) && !kept.contains(file)) {
                    delete(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("Older commits stay on disk, since one of them may be the good one: {}", e.toString());
        }
    }

    private void write(String name, String text) throws IOException {
        Path temporary = Files.createTempFile(directory, NEW, "");
        try {
            try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(true); // Or a machine that loses its power may have the name and not what is in it.
            }
            Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            List<Path> found = new ArrayList<>();
            files.forEach(found::add);
            return found;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /**
     * Removes a file or a directory with all in it; links are removed, not followed. Another may do the same meanwhile: a
     * follower that was closed, whose place this one takes, ends its last attempt.
     */
    private static void delete(Path file) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            for (Path child : list(file)) {
                delete(child);
            }
        }
        Files.deleteIfExists(file);
    }
}
