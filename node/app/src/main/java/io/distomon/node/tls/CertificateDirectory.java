package io.distomon.node.tls;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.Finding;
import io.distomon.core.config.Fingerprint;
import io.distomon.core.tls.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A directory with a certificate and its key, named as in Kubernetes' Secrets of the type {@code kubernetes.io/tls}. Other
 * files there are of no account.
 */
final class CertificateDirectory {
    static final String CERTIFICATE = "tls.crt";
    static final String KEY = "tls.key";

    private static final int MAX_BYTES = 1 << 20;

    private final Path directory;

    CertificateDirectory(Path directory) {
        this.directory = directory;
    }

    /** What the files look like. */
    Fingerprint fingerprint() {
        return Fingerprint.of(List.of(directory.resolve(CERTIFICATE), directory.resolve(KEY)));
    }

    /**
     * What is in the files, whether it is valid now or not.
     *
     * @throws ConfigException when they hold no certificate with its key
     */
    ServedCertificate read() throws ConfigException {
        ServedCertificate found =
                new ServedCertificate(read(KEY, PrivateKeyPem::read), read(CERTIFICATE, CertificateDirectory::chain));
        if (!found.isWhole()) {
            throw unfit(
                    KEY,
                    new UnfitException(
                            "another key than that of the certificate for " + found.subject(),
                            "the key of the first certificate in " + CERTIFICATE));
        }
        return found;
    }

    /** That the certificate can't be used. */
    ConfigException unfit(String found) {
        return unfit(CERTIFICATE, new UnfitException(found, "one that is valid now"));
    }

    private interface Reader<T> {
        T read(String text) throws UnfitException;
    }

    private <T> T read(String name, Reader<T> reader) throws ConfigException {
        Path file = directory.resolve(name);
        try {
            if (!Files.exists(file)) {
                throw new UnfitException("no file", "a file here");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    throw new UnfitException(
                            "more than %s bytes".formatted(MAX_BYTES), "at most %s".formatted(MAX_BYTES));
                }
                return reader.read(new String(bytes, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw unfit(
                    name,
                    new UnfitException(
                            "a file that can't be read (%s)"
                                    .formatted(e.getClass().getSimpleName()),
                            "a readable file"));
        } catch (UnfitException e) {
            throw unfit(name, e);
        }
    }

    private static List<X509Certificate> chain(String text) throws UnfitException {
        try {
            return Certificates.read(text);
        } catch (CertificateException e) {
            throw new UnfitException("no usable certificate", "X.509 certificates in PEM form");
        }
    }

    private ConfigException unfit(String name, UnfitException e) {
        return new ConfigException(List.of(
                new Finding(directory.resolve(name).toString(), 0, "", String.valueOf(e.getMessage()), e.expected())));
    }
}
