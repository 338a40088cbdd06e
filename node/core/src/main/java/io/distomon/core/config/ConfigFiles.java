package io.distomon.core.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text files below one directory, read with the bounds that everything from outside has: at most one megabyte,
 * UTF-8, and no symbolic link that leads out of the directory (a mounted Secret's links stay inside).
 */
final class ConfigFiles {
    /** The longest file that is read. */
    static final int MAX_FILE_BYTES = 1 << 20;

    private static final int MAX_SHOWN_CHARS = 1000;
    private static final int MAX_FAULT_CHARS = 200;

    private final Path root;
    private final Path shownFrom;
    private final String shownPrefix;
    private final Findings findings;

    /**
     * A directory.
     *
     * @param root what no link may leave
     * @param shownFrom what file names in messages are relative to
     */
    ConfigFiles(Path root, Path shownFrom, Findings findings) {
        this(root, shownFrom, "", findings);
    }

    private ConfigFiles(Path root, Path shownFrom, String shownPrefix, Findings findings) {
        this.root = root;
        this.shownFrom = shownFrom;
        this.shownPrefix = shownPrefix;
        this.findings = findings;
    }

    /** The files of a git commit, called {@code NAME/FILE} in messages. */
    static ConfigFiles ofCheckout(String name, Path directory, Findings findings) {
        return new ConfigFiles(directory, directory, name + "/", findings);
    }

    /** How {@code file} is called in messages. */
    String shown(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path base = shownFrom.toAbsolutePath().normalize();
        String name = absolute.startsWith(base) ? shownPrefix + base.relativize(absolute) : absolute.toString();
        return Findings.plain(name, MAX_SHOWN_CHARS);
    }

    /** Whether there is something, a broken link included, at this place. */
    static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** The text without BOM; null, with the mistake noted, when it can't be had. */
    @Nullable
    String text(Path file) {
        byte @Nullable [] bytes = bytes(file);
        if (bytes == null) {
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            findings.error(shown(file), 0, "", "bytes that are no UTF-8", "UTF-8 text");
            return null;
        }
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
        List<X509Certificate> certificates = new ArrayList<>();
        String fault = "none";
        try {
            for (Certificate each : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))) {
                certificates.add((X509Certificate) each);
            }
        } catch (CertificateException e) {
            certificates.clear();
            fault = Findings.plain(String.valueOf(e.getMessage()), MAX_FAULT_CHARS);
        }
        if (certificates.isEmpty()) {
            findings.error(
                    shown(file), 0, "", "no usable certificate (" + fault + ")", "X.509 certificates in PEM form");
        }
        return certificates;
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
                byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
                if (bytes.length > MAX_FILE_BYTES) {
                    findings.error(shown(file), 0, "", "more than 1 MiB", "at most 1 MiB");
                    return null;
                }
                return bytes;
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
