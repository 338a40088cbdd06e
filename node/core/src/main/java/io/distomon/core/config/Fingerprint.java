package io.distomon.core.config;

import io.distomon.core.crypto.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What files look like from outside: equal as long as nobody changed one of them. Size, times, owner, mode and number of
 * each, and where links lead; and the content where the file system knows no times below a second. Immutable.
 *
 * @param files by path
 */
public record Fingerprint(Map<Path, Seen> files) {
    private static final String IS_LINK = "isSymbolicLink";
    private static final String ATTRIBUTES = PrivateFile.POSIX
            ? "unix:size,lastModifiedTime,ctime,ino,mode,uid," + IS_LINK
            : "size,lastModifiedTime,creationTime,fileKey," + IS_LINK;

    public Fingerprint {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /**
     * One file.
     *
     * @param real where it is, links followed; null when it is nowhere
     * @param look what it looks like, for comparison
     * @param modified when it was written last; null when it is nowhere, or was whole from then on
     */
    public record Seen(
            @Nullable String real, String look, @Nullable Instant modified) {
        private static final Seen NOTHING = new Seen(null, "nothing", null);

        static Seen of(Path file, RealPaths paths) {
            try {
                Map<String, Object> own = Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                boolean isLink = Boolean.TRUE.equals(own.get(IS_LINK));
                Path real = isLink ? file.toRealPath() : paths.ofNoLink(file);
                Map<String, Object> attributes = new TreeMap<>(isLink ? Files.readAttributes(real, ATTRIBUTES) : own);
                FileTime modified =
                        (FileTime) attributes.getOrDefault("lastModifiedTime", FileTime.from(Instant.EPOCH));
                boolean coarse = modified.to(TimeUnit.NANOSECONDS) % TimeUnit.SECONDS.toNanos(1) == 0;
                return new Seen(
                        real.toString(),
                        attributes + (coarse && Files.isRegularFile(real) ? content(real) : ""),
                        modified.toInstant());
            } catch (NoSuchFileException e) {
                return NOTHING;
            } catch (IOException e) {
                return new Seen(null, e.toString(), null);
            }
        }

        private static String content(Path file) throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                return Sha256.hex(in.readNBytes(NetworkFile.MAX_BYTES + 1));
            }
        }

        /** Several as one that are whole whenever they are there. */
        static Seen ofMounted(Path real, Map<String, Seen> all) {
            String look = new TreeMap<>(all)
                    .entrySet().stream()
                            .map(each -> each.getKey() + "=" + each.getValue().look())
                            .collect(Collectors.joining("\n"));
            return new Seen(real.toString(), look, null);
        }
    }

    /** The fingerprint of some files, whether they are there or not. */
    public static Fingerprint of(Collection<Path> paths) {
        Map<Path, Seen> files = new TreeMap<>();
        RealPaths real = new RealPaths();
        paths.forEach(path -> files.put(path, Seen.of(path, real)));
        return new Fingerprint(files);
    }

    /** All of these files and of others. */
    Fingerprint and(Fingerprint others) {
        Map<Path, Seen> all = new TreeMap<>(files);
        all.putAll(others.files);
        return new Fingerprint(all);
    }

    /**
     * Whether all that changed is that links lead elsewhere: whoever turns a link has made what it leads to before, as the
     * kubelet does. Everything else may be half-way.
     */
    public boolean isSwapOf(Fingerprint before) {
        return files.keySet().equals(before.files.keySet())
                && files.entrySet().stream().allMatch(entry -> {
                    Seen then = before.files.get(entry.getKey());
                    Seen now = entry.getValue();
                    return now.equals(then)
                            || (then != null
                                    && then.real() != null
                                    && now.real() != null
                                    && !now.real().equals(then.real()));
                });
    }

    /** Whether one of the files was written so short a while ago that it may still be. */
    public boolean isYounger(Duration age, Instant now) {
        return files.values().stream()
                .map(Seen::modified)
                .anyMatch(modified ->
                        modified != null && modified.isAfter(now.minus(age)) && modified.isBefore(now.plus(age)));
    }
}
