package io.distomon.core.config;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Whether a file is kept from others: mode 0600 or less if it is ours (a wider one is narrowed, with a warning), 0640 or
 * less if it is root's, as a Secret mounted with a group is.
 */
final class PrivateFile {
    /** Whether modes are known here at all. */
    static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private static final int ROOT = 0;
    private static final Set<PosixFilePermission> OWNER_AND_READING_GROUP =
            PosixFilePermissions.fromString("rw-r-----");
    private static final String EXPECTED =
            "a private key that others can't read: 0600 or less if it is ours, 0640 or less if it is root's";

    private PrivateFile() {}

    /** What is to be done with a file. */
    enum Standing {
        /** It may be used. */
        KEPT,
        /** It may be used once its mode is narrowed, which we can do. */
        TO_NARROW,
        /** It must not be used. */
        EXPOSED
    }

    /** Says which user we are. */
    @FunctionalInterface
    interface Us {
        /**
         * Our user's number.
         *
         * @param owner the number of the file's owner
         */
        int number(Path file, int owner) throws IOException;
    }

    /** Judges a file by its mode, its owner's number, and ours. */
    static Standing judge(Set<PosixFilePermission> mode, int owner, int us) {
        if (owner == ROOT && OWNER_AND_READING_GROUP.containsAll(mode)) {
            return Standing.KEPT;
        }
        if (owner != us) {
            return Standing.EXPOSED;
        }
        return OWNER_ONLY.containsAll(mode) ? Standing.KEPT : Standing.TO_NARROW;
    }

    /** Whether a file may be used; narrows its mode where needed. A mistake is noted when it may not. */
    static boolean check(Path file, String shown, Findings findings) {
        return !POSIX || check(file, shown, findings, PrivateFile::ourNumber);
    }

    /** Likewise, where somebody says who we are. */
    static boolean check(Path file, String shown, Findings findings, Us us) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            int owner = (Integer) Files.getAttribute(file, "unix:uid");
            return switch (judge(mode, owner, us.number(file, owner))) {
                case KEPT -> true;
                case TO_NARROW -> {
                    EnumSet<PosixFilePermission> narrow = EnumSet.copyOf(OWNER_ONLY);
                    narrow.retainAll(mode);
                    Files.setPosixFilePermissions(file, narrow);
                    findings.warn(
                            shown,
                            0,
                            "the mode was %s, others could read the private key; made it %s"
                                    .formatted(
                                            PosixFilePermissions.toString(mode),
                                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file))));
                    yield true;
                }
                case EXPOSED -> {
                    String found = "mode %s, owner %s".formatted(PosixFilePermissions.toString(mode), owner);
                    findings.error(shown, 0, "", found, EXPECTED);
                    yield false;
                }
            };
        } catch (IOException e) {
            findings.error(
                    shown,
                    0,
                    "",
                    "a mode that can't be read or narrowed (" + e.getClass().getSimpleName() + ")",
                    EXPECTED);
            return false;
        }
    }

    /** The number of the user we run as; by /proc where there is one, since a container may have no name for it. */
    private static int ourNumber(Path file, int owner) throws IOException {
        Path self = Path.of("/proc/self");
        if (Files.exists(self)) {
            return (Integer) Files.getAttribute(self, "unix:uid");
        }
        return Files.getOwner(file).getName().equals(System.getProperty("user.name")) ? owner : -1;
    }
}
