package io.distomon.core.config;

/**
 * One mistake in a file, or one oddity that is only warned of.
 *
 * @param file the file, relative to the directory that was read
 * @param line the line in it, from 1; 0 when the finding is the whole file's
 * @param column the column in the line, from 1; 0 where the key says the place
 * @param key the key, such as {@code node_config[2].poll_rate}; empty when the finding is the whole file's
 * @param found what is there, shortened; never a secret
 * @param expected what should be there, or what happens now
 */
public record Finding(String file, int line, int column, String key, String found, String expected) {
    /** A finding whose key says the place in the line. */
    public Finding(String file, int line, String key, String found, String expected) {
        this(file, line, 0, key, found, expected);
    }

    /** The finding in one line: {@code FILE:LINE: KEY: found …, expected …}, or {@code FILE:LINE:COLUMN: …}. */
    public String text() {
        return file + (line > 0 ? ":" + line : "") + (column > 0 ? ":" + column : "") + ": "
                + (key.isEmpty() ? "" : key + ": ") + "found " + found + ", expected " + expected;
    }

    @Override
    public String toString() {
        return text();
    }
}
