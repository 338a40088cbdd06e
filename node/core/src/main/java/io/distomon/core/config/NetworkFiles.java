package io.distomon.core.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of a network as they were at one moment, and where they came from: a directory, a mounted Secret, a git commit,
 * or whoever has them as a map already. Who reads them needs to know no more. Immutable.
 *
 * @param origin what stands before a file's name in messages, such as {@code networks/lab/}
 * @param files by name: {@code config.yml}, and public keys either flat beside it or below {@code pubkeys/}
 * @param tree whether there is a directory {@code pubkeys}: then keys that lie flat don't count
 * @param directory where a public key can be put beside them; null where nothing can be written
 */
public record NetworkFiles(
        String origin,
        Map<String, NetworkFile> files,
        boolean tree,
        @Nullable Path directory) {
    /** A network's own file. */
    public static final String CONFIG = "config.yml";

    /** The directory of public keys, if they have one of their own. */
    public static final String PUBLIC_KEYS = "pubkeys";

    /** How the file of a public key ends. */
    public static final String PUBLIC_KEY = ".pub";

    /** More files than a network of the largest size has are refused. */
    public static final int MAX_FILES = 4096;

    /** All files together, bytes: those of the largest network take a twentieth of it. */
    public static final int MAX_BYTES = 16 << 20;

    private static final Pattern KEY_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,100}\\.pub");

    public NetworkFiles {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /** Texts that somebody holds already, with the keys flat. */
    public static NetworkFiles of(String origin, Map<String, String> texts) {
        Map<String, NetworkFile> files = new LinkedHashMap<>();
        texts.forEach((name, text) -> files.put(name, new NetworkFile.Text(text)));
        return new NetworkFiles(origin, files, false, null);
    }

    /** Whether a file of this name, without its directory, can be a public key. */
    public static boolean isKeyName(String name) {
        return KEY_NAME.matcher(name).matches();
    }

    /** What is under a name; null when there is nothing. */
    @Nullable
    NetworkFile file(String name) {
        return files.get(name);
    }

    /** How a file is called in messages. */
    String shown(String name) {
        return origin + name;
    }

    /** The name of the file with a member's public keys. */
    String keyName(String nodeId) {
        return (tree ? PUBLIC_KEYS + "/" : "") + nodeId + PUBLIC_KEY;
    }

    /** The text under a name; null, with the mistake noted, when it can't be had. */
    @Nullable
    String text(String name, Findings findings) {
        return switch (files.get(name)) {
            case null -> {
                findings.error(shown(name), 0, "", "no file", "a file here");
                yield null;
            }
            case NetworkFile.Fault(String found, String expected) -> {
                findings.error(shown(name), 0, "", found, expected);
                yield null;
            }
            case NetworkFile.Text(String text) -> text;
        };
    }

    /**
     * Gathers files within the bounds. Not thread-safe.
     */
    public static final class Gathering {
        private final String origin;
        private final Map<String, NetworkFile> files = new LinkedHashMap<>();
        private boolean tree;
        private long bytes;

        /**
         * Has nothing yet.
         *
         * @param origin as of the files
         */
        public Gathering(String origin) {
            this.origin = origin;
        }

        /** There is a directory of public keys. */
        public void hasTree() {
            tree = true;
        }

        /** Takes in a file; see {@link NetworkFile#of}. */
        public void add(String name, byte[] content) {
            bytes += content.length;
            if (bytes > MAX_BYTES) {
                fault(name, "more than %s MiB of files".formatted(MAX_BYTES >> 20), "the files of a network");
            } else {
                files.put(name, NetworkFile.of(content));
            }
        }

        /** Whether more came than the files of a network may have together: of the rest nothing need be read. */
        public boolean isFull() {
            return bytes > MAX_BYTES;
        }

        /** Takes in that a file can't be had. */
        public void fault(String name, String found, String expected) {
            files.put(name, new NetworkFile.Fault(found, expected));
        }

        /** How many files there are. */
        public int size() {
            return files.size();
        }

        /**
         * All that came.
         *
         * @param directory as of the files
         */
        public NetworkFiles files(@Nullable Path directory) {
            return new NetworkFiles(origin, files, tree, directory);
        }
    }
}
