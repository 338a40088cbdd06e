package io.distomon.core.config;

import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.Signer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The private keys under {@code .private_keys/} of a config directory, one PKCS8 PEM file for each identity. A missing
 * one is made on the first start. Only key files that nobody else can read are used: mode 0600 or less if ours (a wider
 * one is narrowed, with a warning), 0640 or less if root's, as a Secret mounted with a group is.
 */
public final class PrivateKeys {
    /** The directory's name. */
    public static final String DIRECTORY = ".private_keys";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_AND_READING_GROUP =
            PosixFilePermissions.fromString("rw-r-----");
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    private final Path configDirectory;
    private final SecureRandom random;

    /**
     * The keys of a config directory.
     *
     * @param configDirectory the config directory
     * @param random what new keys are made of
     */
    public PrivateKeys(Path configDirectory, SecureRandom random) {
        this.configDirectory = configDirectory;
        this.random = random;
    }

    /** Where the private key of an identity is. */
    public Path file(NetworkSource source) {
        return configDirectory.resolve(DIRECTORY).resolve(source.privateKeyFileName());
    }

    /** The signer of an identity; null, with the mistake noted, when there is none and none can be made. */
    @Nullable
    Signer readOrMake(NetworkSource source, Findings findings) {
        return ConfigFiles.exists(file(source)) ? read(source, findings) : make(source, findings);
    }

    /** Writes the public half to {@code pubkeys/<id>.pub}, so that it can be given to the others. */
    void publish(Signer signer, Path networkDirectory, Findings findings) {
        Path directory = networkDirectory.resolve(ConfigReader.PUBLIC_KEYS);
        Path file = directory.resolve(signer.nodeId() + ".pub");
        try {
            Files.createDirectories(directory);
            writeWhole(directory, file, signer.verifier().pem(), PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException e) {
            findings.warn(
                    file.toString(),
                    0,
                    "the public key could not be written here (%s); publish it by hand"
                            .formatted(e.getClass().getSimpleName()));
        }
    }

    private @Nullable Signer read(NetworkSource source, Findings findings) {
        Path file = file(source);
        ConfigFiles files = new ConfigFiles(configDirectory, configDirectory, findings);
        if (!isPrivate(file, files.shown(file), findings)) {
            return null;
        }
        String pem = files.text(file);
        if (pem == null) {
            return null;
        }
        try {
            return Signer.fromPem(source.nodeId(), pem);
        } catch (InvalidKeyException e) {
            findings.error(
                    files.shown(file),
                    0,
                    "",
                    "no usable key (" + e.getMessage() + ")",
                    "one PKCS8 PEM block of Ed25519");
            return null;
        }
    }

    private @Nullable Signer make(NetworkSource source, Findings findings) {
        Path file = file(source);
        Signer signer = Signer.generate(source.nodeId(), random);
        try {
            Path directory = configDirectory.resolve(DIRECTORY);
            if (!Files.isDirectory(directory)) {
                createPrivateDirectory(directory);
            }
            writeWhole(directory, file, signer.privatePem(), OWNER_ONLY);
            return signer;
        } catch (IOException e) {
            findings.error(
                    new ConfigFiles(configDirectory, configDirectory, findings).shown(file),
                    0,
                    "",
                    "no private key, and none can be made here (%s)"
                            .formatted(e.getClass().getSimpleName()),
                    "the key file, or a directory that can be written to");
            return null;
        }
    }

    private static boolean isPrivate(Path file, String shown, Findings findings) {
        if (!POSIX) {
            return true;
        }
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            int owner = (Integer) Files.getAttribute(file, "unix:uid");
            if (owner == 0 && OWNER_AND_READING_GROUP.containsAll(mode)) {
                return true;
            }
            boolean ours = isOurs(file, owner);
            if (ours && OWNER_ONLY.containsAll(mode)) {
                return true;
            }
            if (ours) {
                Files.setPosixFilePermissions(file, intersection(mode));
                findings.warn(
                        shown,
                        0,
                        "the mode was %s, others could read the private key; made it %s"
                                .formatted(
                                        PosixFilePermissions.toString(mode),
                                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file))));
                return true;
            }
            findings.error(
                    shown,
                    0,
                    "",
                    "mode %s, owner %d".formatted(PosixFilePermissions.toString(mode), owner),
                    "a private key that others can't read: 0600 or less if it is ours, 0640 or less if it is root's");
        } catch (IOException e) {
            findings.error(
                    shown,
                    0,
                    "",
                    "a mode that can't be read or narrowed (" + e.getClass().getSimpleName() + ")",
                    "a private key that others can't read: 0600 or less if it is ours, 0640 or less if it is root's");
        }
        return false;
    }

    private static Set<PosixFilePermission> intersection(Set<PosixFilePermission> mode) {
        EnumSet<PosixFilePermission> kept = EnumSet.copyOf(OWNER_ONLY);
        kept.retainAll(mode);
        return kept;
    }

    /** Whether the file's owner is the user we run as; by number where /proc tells ours, since a container may have no name for it. */
    private static boolean isOurs(Path file, int owner) throws IOException {
        Path self = Path.of("/proc/self");
        if (Files.exists(self)) {
            return (Integer) Files.getAttribute(self, "unix:uid") == owner;
        }
        return Files.getOwner(file).getName().equals(System.getProperty("user.name"));
    }

    private static void createPrivateDirectory(Path directory) throws IOException {
        if (POSIX) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(directory);
        }
    }

    /** Writes a new file so that it is there whole or not at all, with its mode from the first byte on. */
    private static void writeWhole(Path directory, Path file, String text, Set<PosixFilePermission> mode)
            throws IOException {
        // Made with mode 0600.
        Path temporary = Files.createTempFile(directory, "." + file.getFileName(), ".tmp");
        try {
            Files.writeString(temporary, text);
            if (POSIX) {
                Files.setPosixFilePermissions(temporary, mode);
            }
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
