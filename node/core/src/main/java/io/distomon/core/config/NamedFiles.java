package io.distomon.core.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files that are named in {@code nodeconf.yml}: with secrets, keys and certificates. */
final class NamedFiles {
    private static final int MAX_FILE_NAME_CHARS = 4096;
    private static final String FILE_RULE = "the path of a file";

    private final Path directory;
    private final ConfigFiles files;

    /**
     * @param directory what their paths are relative to
     */
    NamedFiles(Path directory, ConfigFiles files) {
        this.directory = directory;
        this.files = files;
    }

    /** The certificates of a file; empty when none is named, or, with the mistake noted, when they can't be had. */
    List<X509Certificate> certificates(YamlMap item, String key) {
        String name = item.optional(key, FILE_RULE, NamedFiles::isFileName);
        return name == null ? List.of() : files.certificates(directory.resolve(name));
    }

    /** The text of a file; null when none is named, or, with the mistake noted, when it can't be had. */
    @Nullable
    String text(YamlMap item, String key) {
        String name = item.optional(key, FILE_RULE, NamedFiles::isFileName);
        return name == null ? null : files.text(directory.resolve(name));
    }

    /** The path of a file that somebody else will read; null when none is named, or, with the mistake noted, unusable. */
    @Nullable
    Path file(YamlMap item, String key, boolean isPrivate) {
        String name = item.optional(key, FILE_RULE, NamedFiles::isFileName);
        if (name == null) {
            return null;
        }
        Path path = directory.resolve(name);
        if (files.text(path) == null || (isPrivate && !files.isPrivate(path))) {
            return null;
        }
        return path;
    }

    /** A URL in the place of a path would be shown as the name of a file that is not there. */
    private static boolean isFileName(String text) {
        try {
            return !text.isBlank()
                    && !text.contains("://")
                    && Path.of(text).toString().length() <= MAX_FILE_NAME_CHARS;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * A secret, from the file itself or from another one.
     *
     * @param key the key of the secret; null when it may stand only in a file of its own
     * @param fileKey the key of the path
     * @return null when there is none, or, with the mistake noted, when it can't be had
     */
    @Nullable
    Secret secret(YamlMap yaml, @Nullable String key, String fileKey) {
        Secret direct = key == null
                ? null
                : yaml.secret(key, SecretFile.RULE, text -> !text.isEmpty() && text.length() <= SecretFile.MAX_CHARS);
        String file = yaml.optional(fileKey, FILE_RULE, NamedFiles::isFileName);
        if (file == null) {
            return direct;
        }
        if (key != null && yaml.has(key)) {
            yaml.error(fileKey, "both " + key + " and " + fileKey, "one of them");
            return direct;
        }
        Path path = directory.resolve(file);
        String text = files.text(path);
        return switch (text == null ? null : SecretFile.of(text)) {
            case null -> null;
            case NetworkFile.Text(String value) -> new Secret(value);
            case NetworkFile.Fault(String found, String expected) -> {
                yaml.error(fileKey, "%s in %s".formatted(found, files.shown(path)), expected);
                yield null;
            }
        };
    }
}
