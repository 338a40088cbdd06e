package io.distomon.core.fuzz;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.ConfigReader;
import io.distomon.core.config.Finding;
import io.distomon.core.config.NetworkFiles;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.config.PrivateKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A config directory of the node fra in the network lab, whole but for the file that is tried; one for each kind of file
 * and process, as making one takes longer than reading it. Not thread-safe.
 */
final class ConfigPlace {
    static final NetworkSource LAB = new NetworkSource("lab", "fra", null);

    private static final int MAX_MESSAGE_CHARS = 2_000;

    private final Path directory;
    private final String tried;

    /**
     * A new directory below the system's temporary one.
     *
     * @param tried the file that is tried, relative to the directory
     */
    ConfigPlace(String tried) {
        this(tried, "networks: [{name: lab, node_id: fra, config_type: local}]\n");
    }

    /**
     * Likewise, with another file of the node's own.
     *
     * @param nodeConf the text of {@code nodeconf.yml}
     */
    ConfigPlace(String tried, String nodeConf) {
        this.tried = tried;
        try {
            this.directory = Files.createTempDirectory("distomon-fuzz").toRealPath();
            write("nodeconf.yml", nodeConf.getBytes(StandardCharsets.UTF_8));
            write(
                    "networks/lab/config.yml",
                    "network_id: lab\nnode_config: [{node_id: fra}]\n".getBytes(StandardCharsets.UTF_8));
            write("secret", "from a file\n".getBytes(StandardCharsets.UTF_8));
            Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    NetworkFiles files() {
        return reader().files(LAB);
    }

    ConfigReader reader() {
        return new ConfigReader(directory, ConfigReader.NODE_CONF, "0.1.0");
    }

    PrivateKeys privateKeys() {
        return new PrivateKeys(directory, new SecureRandom());
    }

    /** Writes the file that is tried. */
    void put(byte[] bytes) {
        try {
            write(tried, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every mistake must name its place and stay on a line of its own. */
    static void judge(ConfigException refusal) {
        for (Finding finding : refusal.findings()) {
            String text = finding.text();
            if (finding.file().isBlank()
                    || finding.found().isBlank()
                    || finding.expected().isBlank()
                    || finding.line() < 0) {
                throw new AssertionError("a mistake without its place or what it is: " + text);
            }
            judge(text);
        }
        if (refusal.findings().isEmpty()) {
            throw new AssertionError("a refusal without a mistake");
        }
    }

    static void judge(Collection<String> warnings) {
        warnings.forEach(ConfigPlace::judge);
    }

    private static void judge(String text) {
        if (text.length() > MAX_MESSAGE_CHARS) {
            throw new AssertionError(
                    "a message of %d characters: %s…".formatted(text.length(), text.substring(0, 200)));
        }
        text.codePoints()
                .filter(c -> Character.isISOControl(c)
                        || c == '\u2028'
                        || c == '\u2029'
                        || Character.getType(c) == Character.FORMAT)
                .findFirst()
                .ifPresent(c -> {
                    throw new AssertionError("a message with the character U+%04X: %s".formatted(c, text));
                });
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        boolean isNew = !Files.exists(file);
        Files.write(file, bytes);
        if (isNew) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }
}
