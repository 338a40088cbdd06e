package io.distomon.core.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The networks whose files are in the config directory, which no symbolic link may leave. A mounted Secret, which has its
 * files behind one link {@code ..data} that is turned when they change, is read through that link once: so what is read is
 * of one time. Immutable; safe for use by many threads.
 */
final class LocalNetworks {
    /** The link that a mounted Secret's or ConfigMap's files are behind. */
    static final String MOUNTED = "..data";

    private final Path root;

    /**
     * @param root the config directory
     */
    LocalNetworks(Path root) {
        this.root = root;
    }

    private Path directory(NetworkSource source) {
        return root.resolve("networks").resolve(source.name());
    }

    /** The files of a network as they are now. */
    NetworkFiles files(NetworkSource source) {
        Path directory = directory(source);
        NetworkFiles.Gathering found = new NetworkFiles.Gathering(root.relativize(directory) + "/");
        boolean mounted = isMounted(directory);
        try {
            Path base = base(directory);
            // Looked at by its name, so that it is told of even where the directory can't be listed.
            add(found, base, NetworkFiles.CONFIG);
            Path keys = base.resolve(NetworkFiles.PUBLIC_KEYS);
            if (Files.isDirectory(keys)) {
                if (isInside(keys)) {
                    found.hasTree();
                } else {
                    found.fault(NetworkFiles.PUBLIC_KEYS, leaves(), "a directory inside it");
                }
            }
            for (String name : keyNames(base, new RealPaths())) {
                if (found.size() >= NetworkFiles.MAX_FILES) {
                    found.fault(
                            NetworkFiles.CONFIG,
                            "more than %s files beside it".formatted(NetworkFiles.MAX_FILES),
                            "the files of a network");
                    break;
                }
                add(found, base, name);
            }
        } catch (IOException e) {
            found.fault(
                    NetworkFiles.CONFIG,
                    "a directory that can't be read (" + e.getClass().getSimpleName() + ")",
                    "a readable directory");
        }
        return found.files(mounted ? null : directory);
    }

    /** What the files of a network look like; as one where they are mounted, since they change as one. */
    Fingerprint fingerprint(NetworkSource source) {
        Path directory = directory(source);
        Map<String, Fingerprint.Seen> seen = new TreeMap<>();
        RealPaths paths = new RealPaths();
        try {
            Path base = base(directory);
            List<String> names = new ArrayList<>(keyNames(base, paths));
            names.add(NetworkFiles.CONFIG);
            names.add(NetworkFiles.PUBLIC_KEYS);
            names.stream()
                    .limit(NetworkFiles.MAX_FILES)
                    .forEach(name -> seen.put(name, Fingerprint.Seen.of(base.resolve(name), paths)));
            if (isMounted(directory)) {
                return new Fingerprint(Map.of(directory.resolve(MOUNTED), Fingerprint.Seen.ofMounted(base, seen)));
            }
        } catch (IOException e) {
            return new Fingerprint(Map.of(directory, new Fingerprint.Seen(null, e.toString(), null)));
        }
        Map<Path, Fingerprint.Seen> files = new TreeMap<>();
        seen.forEach((name, each) -> files.put(directory.resolve(name), each));
        return new Fingerprint(files);
    }

    private static boolean isMounted(Path directory) {
        return Files.isSymbolicLink(directory.resolve(MOUNTED));
    }

    private static Path base(Path directory) throws IOException {
        return isMounted(directory) ? directory.resolve(MOUNTED).toRealPath() : directory;
    }

    /** The files that can be public keys, flat and in a directory of their own. */
    private List<String> keyNames(Path base, RealPaths paths) throws IOException {
        List<String> names = new ArrayList<>();
        for (String prefix : List.of("", NetworkFiles.PUBLIC_KEYS + "/")) {
            Path directory = base.resolve(prefix);
            if (!Files.isDirectory(directory) || !paths.of(directory).startsWith(paths.of(root))) {
                continue;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    if (NetworkFiles.isKeyName(name) && names.size() <= NetworkFiles.MAX_FILES) {
                        names.add(prefix + name);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
        return names;
    }

    private void add(NetworkFiles.Gathering found, Path base, String name) {
        Path file = base.resolve(name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            if (!isInside(file)) {
                found.fault(name, leaves(), "a file inside it");
            } else if (!Files.isRegularFile(file)) {
                found.fault(name, "no regular file", "a regular file");
            } else {
                try (InputStream in = Files.newInputStream(file)) {
                    found.add(name, in.readNBytes(NetworkFile.MAX_BYTES + 1));
                }
            }
        } catch (IOException e) {
            found.fault(name, "a file that can't be read (" + e.getClass().getSimpleName() + ")", "a readable file");
        }
    }

    private boolean isInside(Path file) throws IOException {
        return file.toRealPath().startsWith(root.toRealPath());
    }

    private String leaves() {
        return "a symbolic link that leaves " + root;
    }
}
