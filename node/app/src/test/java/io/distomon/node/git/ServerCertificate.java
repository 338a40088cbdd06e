package io.distomon.node.git;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;

/**
 * A certificate that a server made for itself, and its key.
 *
 * @param keyStore a PKCS12 file
 */
record ServerCertificate(Path keyStore, X509Certificate certificate) {
    static final String PASSWORD = "changeit";

    private static final String ALIAS = "server";

    /**
     * Makes one with the JDK's keytool.
     *
     * @param directory a new directory for the key store
     * @param name whom the certificate is for, such as {@code ip:127.0.0.1}
     */
    static ServerCertificate make(Path directory, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path keyStore = Files.createDirectories(directory).resolve("server.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        File output = directory.resolve("keytool.log").toFile();
        Process process = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        ALIAS,
                        "-dname",
                        "CN=git",
                        "-ext",
                        "SAN=" + name,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        keyStore.toString())
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("keytool failed: " + Files.readString(output.toPath()));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new ServerCertificate(keyStore, (X509Certificate) store.getCertificate(ALIAS));
    }
}
