package io.distomon.core.config;

import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.Pem;
import io.distomon.core.crypto.Signer;
import io.distomon.core.text.FileFault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private keys under {@code .private_keys/} of a config directory, one file for each identity, PKCS8 or OpenSSH's as
 * PEM; during a rotation it may hold the old key and the new one, a block each. A missing file is made on the first start.
 * Only files that nobody else can read are used: see {@link PrivateFile}.
 */
public final class PrivateKeys {
    /** The directory's name. */
    public static final String DIRECTORY = ".private_keys";

    private static final Logger LOG = LoggerFactory.getLogger(PrivateKeys.class);

    private final Path configDirectory;
    private final SecureRandom random;
    private final PrivateFile.Modes modes;

    /**
     * The keys of a config directory.
     *
     * @param configDirectory the config directory
     * @param random what new keys are made of
     */
    public PrivateKeys(Path configDirectory, SecureRandom random) {
        this(configDirectory, random, PrivateFile.Modes.SYSTEM);
    }

    /** Likewise, on another file system. */
    PrivateKeys(Path configDirectory, SecureRandom random, PrivateFile.Modes modes) {
        this.configDirectory = configDirectory;
        this.random = random;
        this.modes = modes;
    }

    /** Where the private key of an identity is. */
    public Path file(NetworkSource source) {
        return configDirectory.resolve(DIRECTORY).resolve(source.privateKeyFileName());
    }

    /** Whether an identity has a private key file, good or bad. */
    public boolean exist(NetworkSource source) {
        return ConfigFiles.exists(file(source));
    }

    /**
     * Makes a key pair for an identity that has none.
     *
     * @throws ConfigException when it has one, which is never overwritten, or when none can be written
     */
    public Signer make(NetworkSource source) throws ConfigException {
        Findings findings = new Findings();
        Signer signer = null;
        if (exist(source)) {
            findings.error(shown(source), 0, "", "a private key already", "no file: a key is never overwritten");
        } else {
            signer = make(source, findings);
        }
        findings.throwIfErrors();
        return Objects.requireNonNull(signer, "a key that can't be made was noted as a mistake");
    }

    /** The name of an identity's private key file in messages. */
    String shown(NetworkSource source) {
        return DIRECTORY + "/" + source.privateKeyFileName();
    }

    /** Writes the public half to {@code pubkeys/<id>.pub}, so that it can be given to the others. */
    void publish(Signer signer, Path networkDirectory, Findings findings) {
        Path directory = networkDirectory.resolve(NetworkFiles.PUBLIC_KEYS);
        Path file = directory.resolve(signer.nodeId() + ".pub");
        try {
            Files.createDirectories(directory);
            writeWhole(directory, file, signer.verifier().pem(), PrivateKeys::isForAll);
        } catch (IOException e) {
            findings.warn(
                    file.toString(),
                    0,
                    e instanceof FileAlreadyExistsException && ConfigFiles.exists(file)
                            ? "a public key appeared here while ours was made, and stays"
                            : "the public key could not be written here (%s); publish it by hand"
                                    .formatted(FileFault.reason(e)));
        }
    }

    /**
     * The keys of an identity in the file's order; empty, with the mistake noted, when they can't be had. The mode of a
     * file that others could read is narrowed.
     */
    List<Signer> read(NetworkSource source, Findings findings) {
        List<Signer> keys = look(source, findings);
        // Only now its mode: not that of a file elsewhere that a link leads to.
        return !keys.isEmpty() && isPrivate(file(source), shown(source), findings) ? keys : List.of();
    }

    /** Likewise, but leaves the mode as it is, and does not judge it. */
    List<Signer> look(NetworkSource source, Findings findings) {
        Path file = file(source);
        ConfigFiles files = files(findings);
        String pem = files.text(file);
        if (pem == null) {
            return List.of();
        }
        try {
            return Signer.allFromPem(source.nodeId(), pem);
        } catch (InvalidKeyException e) {
            findings.error(
                    files.shown(file),
                    0,
                    "",
                    "no usable key (" + e.getMessage() + ")",
                    "1 to " + Pem.MAX_KEYS + " Ed25519 private keys as PEM, PKCS8 or OpenSSH's, without a password");
            return List.of();
        }
    }

    /** Makes a key; null, with the mistake noted, when it can't be written. */
    @Nullable
    Signer make(NetworkSource source, Findings findings) {
        Path file = file(source);
        Path directory = configDirectory.resolve(DIRECTORY);
        if (!files(findings).isInside(directory)) {
            return null;
        }
        Signer signer = Signer.generate(source.nodeId(), random);
        try {
            if (!Files.isDirectory(directory)) {
                OwnersOnly.directory(directory);
            }
            writeWhole(directory, file, signer.privatePem(), written -> isPrivate(written, shown(source), findings));
            return findings.hasErrors() ? null : signer;
        } catch (IOException e) {
            if (e instanceof FileAlreadyExistsException && exist(source)) {
                findings.error(
                        shown(source),
                        0,
                        "",
                        "a private key that appeared while one was made",
                        "nobody else who makes one: a key is never overwritten, and the next start uses what is there");
                return null;
            }
            findings.error(
                    shown(source),
                    0,
                    "",
                    "no private key, and none can be made here (%s)".formatted(FileFault.reason(e)),
                    "the key file, or a directory that can be written to");
            return null;
        }
    }

    private ConfigFiles files(Findings findings) {
        return new ConfigFiles(configDirectory, configDirectory, findings);
    }

    private boolean isPrivate(Path file, String shown, Findings findings) {
        return !PrivateFile.POSIX || PrivateFile.check(file, shown, findings, modes);
    }

    /** Lets everybody read a file; where no mode can be set, it has the one that all files have. */
    private static boolean isForAll(Path file) {
        if (PrivateFile.POSIX) {
            try {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            } catch (IOException e) {
                LOG.debug("{} keeps its mode", file, e);
            }
        }
        return true;
    }

    /**
     * Writes a new file so that it is there whole or not at all.
     *
     * @param fit sets the mode of the file, which only we can read before; when it is false, there will be no file
     * @throws FileAlreadyExistsException when one has appeared, which stays as it is
     */
    private static void writeWhole(Path directory, Path file, String text, Predicate<Path> fit) throws IOException {
        // Made with mode 0600.
        Path temporary = Files.createTempFile(directory, "." + file.getFileName(), ".tmp");
        try {
            if (!fit.test(temporary)) {
                return;
            }
            Files.writeString(temporary, text);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            appear(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A move would take the place of what is there; a second name can't. */
    private static void appear(Path temporary, Path file) throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            // A file system without second names: whoever comes first makes the file, and then fills it.
            Files.createFile(file);
            try {
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException notMoved) {
                Files.deleteIfExists(file);
                throw notMoved;
            }
        }
    }
}
