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
 * Whether a file is kept from others: mode 0700 or less if it is ours (a wider one is narrowed, with a warning), 0640 or
 * less if it is root's, as a Secret mounted with a group is. Where the file system keeps no modes (vfat, some network
 * ones), a file has the mode that it was mounted with, whatever is set: so a mode counts only as it is read.
 */
final class PrivateFile {
    /** Whether modes are known here at all. */
    static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private static final int ROOT = 0;

    /** On a file system without modes, files can be run that are nothing to run. */
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    private static final Set<PosixFilePermission> OWNER_AND_READING_GROUP =
            PosixFilePermissions.fromString("rw-r-----");
    private static final String EXPECTED =
            "a private key that others can't read: 0600 or less if it is ours, 0640 or less if it is root's";

    /** The one way out where no mode can be set. */
    static final String MOUNT =
            "a file system that keeps modes, or one that is mounted with umask=077 and our user as uid";

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

    /** What is asked of the file system. */
    interface Modes {
        /** This machine's. */
        Modes SYSTEM = new Modes() {
            @Override
            public Set<PosixFilePermission> mode(Path file) throws IOException {
                return Files.getPosixFilePermissions(file);
            }

            @Override
            public void narrow(Path file, Set<PosixFilePermission> mode) throws IOException {
                Files.setPosixFilePermissions(file, mode);
            }

            // By /proc where there is one, since a container may have no name for us.
            @Override
            public int us(Path file, int owner) throws IOException {
                Path status = Path.of("/proc/self/status");
                if (Files.exists(status)) {
                    return effectiveUser(Files.readString(status));
                }
                return Files.getOwner(file).getName().equals(System.getProperty("user.name")) ? owner : -1;
            }
        };

        Set<PosixFilePermission> mode(Path file) throws IOException;

        /** Asks for another mode; whether there is another afterwards is to be seen. */
        void narrow(Path file, Set<PosixFilePermission> mode) throws IOException;

        /**
         * The number of the user that we are.
         *
         * @param owner the number of the file's owner
         */
        int us(Path file, int owner) throws IOException;
    }

    /** Judges a file by its mode, its owner's number, and ours. */
    static Standing judge(Set<PosixFilePermission> mode, int owner, int us) {
        if (owner == ROOT && OWNER_AND_READING_GROUP.containsAll(mode)) {
            return Standing.KEPT;
        }
        if (owner != us) {
            return Standing.EXPOSED;
        }
        return OWNER.containsAll(mode) ? Standing.KEPT : Standing.TO_NARROW;
    }

    /** Whether a file may be used; narrows its mode where needed. A mistake is noted when it may not. */
    static boolean check(Path file, String shown, Findings findings) {
        return !POSIX || check(file, shown, findings, Modes.SYSTEM);
    }

    /** Likewise, of another file system. */
    static boolean check(Path file, String shown, Findings findings, Modes modes) {
        try {
            Set<PosixFilePermission> mode = modes.mode(file);
            int owner = (Integer) Files.getAttribute(file, "unix:uid");
            return switch (judge(mode, owner, modes.us(file, owner))) {
                case KEPT -> true;
                case TO_NARROW -> narrow(file, mode, shown, findings, modes);
                case EXPOSED -> {
                    String found = "mode %s, owner %s".formatted(PosixFilePermissions.toString(mode), owner);
                    findings.error(shown, 0, "", found, EXPECTED);
                    yield false;
                }
            };
        } catch (IOException e) {
            findings.error(
                    shown, 0, "", "a mode that can't be read (" + e.getClass().getSimpleName() + ")", EXPECTED);
            return false;
        }
    }

    /**
     * The user whose rights a process has, by its {@code /proc/<pid>/status}: real, effective, saved and file system's. The
     * owner of {@code /proc/<pid>} would not do, which is root's where the process can't be dumped, as a program with
     * capabilities of its own can't.
     */
    static int effectiveUser(String status) throws IOException {
        for (String line : status.lines().toList()) {
            String[] words = line.split("\\s+", -1);
            if (words.length > 2 && words[0].equals("Uid:")) {
                return Integer.parseUnsignedInt(words[2]);
            }
        }
        throw new IOException("no user in /proc/self/status");
    }

    private static boolean narrow(
            Path file, Set<PosixFilePermission> mode, String shown, Findings findings, Modes modes) throws IOException {
        EnumSet<PosixFilePermission> narrow = EnumSet.copyOf(OWNER_ONLY);
        narrow.retainAll(mode);
        String why = "it was set, and is as it was";
        try {
            modes.narrow(file, narrow);
        } catch (IOException e) {
            why = e.getClass().getSimpleName();
        }
        Set<PosixFilePermission> now = modes.mode(file);
        if (!OWNER.containsAll(now)) {
            findings.error(
                    shown,
                    0,
                    "",
                    "mode %s, which others can read and which can't be narrowed here (%s)"
                            .formatted(PosixFilePermissions.toString(now), why),
                    MOUNT);
            return false;
        }
        findings.warn(
                shown,
                0,
                "the mode was %s, others could read the private key; made it %s"
                        .formatted(PosixFilePermissions.toString(mode), PosixFilePermissions.toString(now)));
        return true;
    }
}
