package io.distomon.node;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What runs a command, which is put behind it, with mounts that nobody else sees and that end with it. */
public final class OwnMounts {
    private static final int MAX_SECONDS = 10;

    private OwnMounts() {}

    /** Leaves a test out where one may not mount. */
    public static void required() throws InterruptedException {
        assumeTrue(mayMount(), "only who may mount has a disk of one's own");
    }

    /**
     * A disk of its own at an existing directory.
     *
     * @param size such as {@code 4m}
     */
    public static List<String> smallDisk(String size, Path at) {
        return mounting("mount -t tmpfs -o size=" + size + " tmpfs \"$0\"", at);
    }

    /** Nothing can be written to the directory. */
    public static List<String> readOnly(Path directory) {
        return mounting("mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"", directory);
    }

    /** A disk of its own at an existing directory, from which no program is run and no library loaded. */
    public static List<String> unloadable(Path at) {
        return mounting("mount -t tmpfs -o noexec tmpfs \"$0\"", at);
    }

    /** The file in place of {@code /etc/hosts}; unlike {@code jdk.net.hosts.file} it leaves the JDK's resolver as it is. */
    public static List<String> hosts(Path file) {
        return mounting("mount --bind \"$0\" /etc/hosts", file);
    }

    private static List<String> mounting(String mount, Path at) {
        return List.of("unshare", "-rm", "sh", "-c", mount + " && exec \"$@\"", at.toString());
    }

    private static boolean mayMount() throws InterruptedException {
        try {
            Process tried = new ProcessBuilder("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt").start();
            return tried.waitFor(MAX_SECONDS, TimeUnit.SECONDS) && tried.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
