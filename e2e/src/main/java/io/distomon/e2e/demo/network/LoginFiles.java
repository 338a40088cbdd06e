package io.distomon.e2e.demo.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The login's password in files that only their owner can read, so that it stands on no screen and no command line.
 *
 * @param directory the demo's
 */
record LoginFiles(Path directory) {
    /** With the password of the user {@code admin}, in one line. */
    Path password() {
        return directory.resolve("password");
    }

    /** The same in the form that {@code curl --netrc-file} reads. */
    Path netrc() {
        return directory.resolve("netrc");
    }

    void write(String password) throws IOException {
        writePrivate(password(), password + "\n");
        writePrivate(netrc(), "machine 127.0.0.1 login admin password %s\n".formatted(password));
    }

    private static void writePrivate(Path file, String text) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, text);
    }
}
