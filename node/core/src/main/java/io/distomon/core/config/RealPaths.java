package io.distomon.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where files are, links followed: as {@link Path#toRealPath} says it, which asks for each part of a path whether it is a
 * link, again for every file. Here each directory is looked at once. For one look at many files, by one thread.
 */
final class RealPaths {
    private static final Set<String> DOTS = Set.of(".", "..");

    private final Map<Path, Path> known = new HashMap<>();

    /** Where a directory is. */
    Path of(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        Path real = known.get(absolute);
        if (real == null) {
            real = isLink(absolute) ? absolute.toRealPath() : ofNoLink(absolute);
            known.put(absolute, real);
        }
        return real;
    }

    /** Where something is that is there, and no link itself. */
    Path ofNoLink(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        return parent == null || name == null || DOTS.contains(name.toString())
                ? absolute.toRealPath()
                : of(parent).resolve(name);
    }

    private static boolean isLink(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isSymbolicLink();
    }
}
