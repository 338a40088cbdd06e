package io.distomon.e2e.demo.node;

import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A Secret as a directory, laid out as a kubelet does it: each entry is a link through {@code ..data} to a file in a
 * directory that changes with the Secret, so that a reader sees all of the old files or all of the new ones.
 */
public final class MountedSecret {
    private static final String DATA = "..data";

    private MountedSecret() {}

    /**
     * Makes {@code directory} hold what {@code secret} holds, for its owner only.
     *
     * @param directory used for nothing else
     */
    public static void write(Secret secret, Path directory) throws IOException {
        write(secret.getData(), directory);
    }

    /**
     * Makes {@code directory} hold these files, for its owner only.
     *
     * @param base64 file name to content, as in a Secret's {@code data}
     */
    public static void write(Map<String, String> base64, Path directory) throws IOException {
        makePrivate(directory);
        Path link = directory.resolve(DATA);
        Path before =
                Files.exists(link, LinkOption.NOFOLLOW_LINKS) ? directory.resolve(Files.readSymbolicLink(link)) : null;
        Path after = Files.createTempDirectory(directory, ".."); // mode 0700
        for (Map.Entry<String, String> entry : base64.entrySet()) {
            Path file = Files.createFile(
                    after.resolve(entry.getKey()),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, Base64.getDecoder().decode(entry.getValue()));
        }
        Path next = directory.resolve("..data_next");
        Files.createSymbolicLink(next, after.getFileName());
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Set<String> wanted = new TreeSet<>(base64.keySet());
        try (DirectoryStream<Path> links = Files.newDirectoryStream(directory)) {
            for (Path found : links) {
                String name = found.getFileName().toString();
                if (!name.startsWith("..") && !wanted.remove(name)) {
                    Files.delete(found);
                }
            }
        }
        for (String name : wanted) {
            Files.createSymbolicLink(directory.resolve(name), Path.of(DATA, name));
        }
        if (before != null) {
            Trees.delete(before);
        }
    }

    static void makePrivate(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
}
