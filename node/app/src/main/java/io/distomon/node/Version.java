package io.distomon.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Which version this is, as the build wrote it down. */
public final class Version {
    private static final String FILE = "/distomon-version.txt";

    private Version() {}

    /** The version, such as {@code 1.0.0}: it stands in entries and in {@code /info}. */
    public static String current() {
        try (InputStream in = Version.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("the build left out " + FILE);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
