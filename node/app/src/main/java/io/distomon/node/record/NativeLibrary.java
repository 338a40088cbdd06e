package io.distomon.node.record;

import io.distomon.core.Clock;
import io.distomon.core.config.OwnersOnly;
import io.distomon.core.text.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native library, which has to come out of the jar into a file before a process can load it: into the first of
 * some directories that can be written to and loaded from. Once it is loaded it no longer needs its file. Safe for use by
 * many threads.
 */
final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    /** Of directories of ours; no network's id begins so, beside whose directories they may lie. */
    private static final String PREFIX = ".distomon-sqlite-";

    /** What is older was left behind by a process that was killed meanwhile. */
    private static final Duration UNPACKED = Duration.ofMinutes(1);

    /** So long after one could not be loaded from a directory it is tried there again. */
    static final Duration AGAIN = Duration.ofMinutes(5);

    /** Whether this process has it. Guarded by the class. */
    private static boolean loaded;

    private final List<Path> directories;

    private final Clock clock;

    /** Where it lay whole and could not be loaded all the same. Guarded by the class. */
    private final Map<Path, Useless> useless = new HashMap<>();

    /**
     * Why it is no use to try a directory again yet: each try writes megabytes.
     *
     * @param nanos when that turned out
     */
    private record Useless(String reason, long nanos) {}

    /** It can't be loaded now. The message says why not, of each directory. */
    static final class UnavailableException extends IOException {
        private static final long serialVersionUID = 1;

        UnavailableException(String message) {
            super(message);
        }
    }

    NativeLibrary(List<Path> directories, Clock clock) {
        this.directories = List.copyOf(directories);
        this.clock = clock;
    }

    /**
     * Has it loaded, unless it is.
     *
     * @throws UnavailableException when that can't be; it may be possible later
     */
    void load() throws UnavailableException {
        synchronized (NativeLibrary.class) {
            if (loaded) {
                return;
            }
            String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + LibraryLoaderUtil.getNativeLibName();
            if (NativeLibrary.class.getResource(resource) == null) {
                throw new UnavailableException("SQLite has no native library for this platform: found no " + resource);
            }
            List<String> reasons = new ArrayList<>();
            for (Path directory : directories) {
                try {
                    loadFrom(directory, resource);
                    loaded = true;
                    return;
                } catch (IOException e) {
                    LOG.debug("No library can be loaded from {}", directory, e);
                    reasons.add(directory + ": " + FileFault.reason(e));
                }
            }
            throw new UnavailableException("SQLite's native library can't be loaded: " + String.join("; ", reasons));
        }
    }

    private void loadFrom(Path directory, String resource) throws IOException {
        Useless before = useless.get(directory);
        if (before != null && clock.monotonicNanos() - before.nanos() < AGAIN.toNanos()) {
            throw new IOException(before.reason());
        }
        OwnersOnly.directory(directory);
        removeLeftBehind(directory);
        Path own = Files.createTempDirectory(directory, PREFIX);
        try {
            try (InputStream library =
                    Objects.requireNonNull(NativeLibrary.class.getResourceAsStream(resource), resource)) {
                Files.copy(library, own.resolve(LibraryLoaderUtil.getNativeLibName()));
            }
            System.setProperty("org.sqlite.lib.path", own.toString());
            System.setProperty("org.sqlite.tmpdir", own.toString());
            initialize(directory, own);
        } finally {
            remove(own);
        }
    }

    /** What SQLite does by itself at its first use, after which it does not try again. */
    private void initialize(Path directory, Path own) throws IOException {
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception e) {
            String reason = "nothing can be loaded from it: "
                    + String.valueOf(e.getMessage()).replace(own.toString(), directory.toString());
            useless.put(directory, new Useless(reason, clock.monotonicNanos()));
            throw new IOException(reason, e);
        }
    }

    private static void removeLeftBehind(Path from) throws IOException {
        Instant before = Instant.now().minus(UNPACKED);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(from, PREFIX + "*")) {
            for (Path directory : left) {
                if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                        && Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS)
                                .toInstant()
                                .isBefore(before)) {
                    remove(directory);
                }
            }
        }
    }

    /** With nothing but the library in it: whatever else is there is somebody else's, and it stays. */
    private static void remove(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(LibraryLoaderUtil.getNativeLibName()));
            Files.delete(directory);
        } catch (IOException e) {
            LOG.debug("{} stays", directory, e);
        }
    }
}
