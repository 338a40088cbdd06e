package io.distomon.core.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What is under a name: a text, or why there is none to be had. */
public sealed interface NetworkFile {
    /** The longest file that is read, bytes. */
    int MAX_BYTES = 1 << 20;

    /** How a file begins that stands for another one which Git LFS keeps elsewhere. */
    String LFS_POINTER = "version https://git-lfs.github.com/spec/";

    /**
     * A text.
     *
     * @param text without byte order marks before it: written to a file it is read as what it is
     */
    record Text(String text) implements NetworkFile {}

    /**
     * Something that can't be used.
     *
     * @param found what is there, as for {@link Finding}
     * @param expected what should be there
     */
    record Fault(String found, String expected) implements NetworkFile {}

    /** A file of more than {@link #MAX_BYTES}. */
    Fault TOO_LARGE = new Fault("more than 1 MiB", "at most 1 MiB");

    /**
     * Takes bytes for text.
     *
     * @param bytes all of a file, or of a longer one at least one more than {@link #MAX_BYTES}
     */
    static NetworkFile of(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return TOO_LARGE;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .replaceFirst("^\uFEFF+", "");
            return text.startsWith(LFS_POINTER)
                    ? new Fault("a pointer of Git LFS", "the file itself, without LFS: what LFS keeps is not fetched")
                    : new Text(text);
        } catch (CharacterCodingException e) {
            return new Fault("bytes that are no UTF-8", "UTF-8 text");
        }
    }
}
