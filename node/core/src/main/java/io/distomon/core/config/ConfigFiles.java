package io.distomon.core.config;

import io.distomon.core.text.ForeignText;
import io.distomon.core.tls.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text files below one directory, read with the bounds that everything from outside has: at most one megabyte,
 * UTF-8, and no symbolic link that leads out of the directory (a mounted Secret's links stay inside).
 */
final class ConfigFiles {
    private static final int MAX_SHOWN_CHARS = 1000;
    private static final int MAX_FAULT_CHARS = 200;

    private final Path root;
    private final Path shownFrom;
    private final Findings findings;
    private final Collection<Path> looked;

    /**
     * A directory.
     *
     * @param root what no link may leave
     * @param shownFrom what file names in messages are relative to
     */
    ConfigFiles(Path root, Path shownFrom, Findings findings) {
        this(root, shownFrom, findings, new ArrayList<>());
    }

    /**
     * Likewise.
     *
     * @param looked gets every file whose text is asked for, whether it is there or not
     */
    ConfigFiles(Path root, Path shownFrom, Findings findings, Collection<Path> looked) {
        this.root = root;
        this.shownFrom = shownFrom;
        this.findings = findings;
        this.looked = looked;
    }

    /** How {@code file} is called in messages. */
    String shown(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path base = shownFrom.toAbsolutePath().normalize();
        String name = absolute.startsWith(base) ? base.relativize(absolute).toString() : absolute.toString();
        return ForeignText.plain(name, MAX_SHOWN_CHARS);
    }

    /** Whether there is something, a broken link included, at this place. */
    static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** The text without BOM; null, with the mistake noted, when it can't be had. */
    @Nullable
    String text(Path file) {
        looked.add(file);
        byte @Nullable [] bytes = bytes(file);
        return switch (bytes == null ? null : NetworkFile.of(bytes)) {
            case null -> null;
            case NetworkFile.Text(String text) -> text;
            case NetworkFile.Fault(String found, String expected) -> {
                findings.error(shown(file), 0, "", found, expected);
                yield null;
            }
        };
    }

    /** Whether a directory may be read and written to: it is inside, or absent. The mistake is noted otherwise. */
    boolean isInside(Path candidate) {
        try {
            if (!Files.isDirectory(candidate) || candidate.toRealPath().startsWith(root.toRealPath())) {
                return true;
            }
            findings.error(shown(candidate), 0, "", leaves(), "a directory inside it");
        } catch (IOException e) {
            findings.error(
                    shown(candidate),
                    0,
                    "",
                    "a directory that can't be read (" + e.getClass().getSimpleName() + ")",
                    "a readable directory");
        }
        return false;
    }

    /** The certificates of a PEM file; empty, with the mistake noted, when there are none to be had. */
    List<X509Certificate> certificates(Path file) {
        String pem = text(file);
        if (pem == null) {
            return List.of();
        }
        try {
            return Certificates.read(pem);
        } catch (CertificateException e) {
            String fault = ForeignText.plain(String.valueOf(e.getMessage()), MAX_FAULT_CHARS);
            findings.error(
                    shown(file), 0, "", "no usable certificate (" + fault + ")", "X.509 certificates in PEM form");
            return List.of();
        }
    }

    /** Whether others can't read the file; see {@link PrivateFile}. The mistake is noted when they can. */
    boolean isPrivate(Path file) {
        return PrivateFile.check(file, shown(file), findings);
    }

    private String leaves() {
        return "a symbolic link that leaves " + root;
    }

    private byte @Nullable [] bytes(Path file) {
        if (!exists(file)) {
            findings.error(shown(file), 0, "", "no file", "a file here");
            return null;
        }
        try {
            if (!file.toRealPath().startsWith(root.toRealPath())) {
                findings.error(shown(file), 0, "", leaves(), "a file inside it");
                return null;
            }
            if (!Files.isRegularFile(file)) {
                findings.error(shown(file), 0, "", "no regular file", "a regular file");
                return null;
            }
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes(NetworkFile.MAX_BYTES + 1);
            }
        } catch (IOException e) {
            findings.error(
                    shown(file),
                    0,
                    "",
                    "a file that can't be read (" + e.getClass().getSimpleName() + ")",
                    "a readable file");
            return null;
        }
    }
}
