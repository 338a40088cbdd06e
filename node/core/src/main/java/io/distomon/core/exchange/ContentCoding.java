package io.distomon.core.exchange;

import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * How bodies are made shorter on the way between two nodes that both know of it: by the content coding {@code deflate}
 * (RFC 9110 section 8.4.1.2, the format of RFC 1950), by R12 of exchange.md:
 *
 * <ul>
 *   <li>Digest and signature are of the body without the coding, unlike RFC 9530 has it, so that what is on the way may
 *       add one and take it away.
 *   <li>A request says {@code Accept-Encoding: deflate} instead of {@code identity}, an answer to it {@code
 *       Accept-Encoding: deflate} too (RFC 7694). A node that knows nothing of this says nothing, and gets and sends what
 *       it always did.
 *   <li>Answers to requests that say so are coded, and requests to whom has said so, with {@code Content-Encoding:
 *       deflate}; not a body shorter than {@link #MIN_BYTES}, nor one that would be more than {@link #MAX_RATIO} times as
 *       long as what becomes of it.
 *   <li>When an answer does not count that is coded itself, or answers a coded request (415 of a node that was set back to
 *       an older version, or whatever something on the way makes of it, but for a 429, 502, 503 or 504 of its own),
 *       nothing is coded with that peer for {@link Peer#PLAIN}, and the next request goes at once.
 *   <li>Likewise, but for the request at once, when two such requests with nothing coded that got through in between have
 *       one of those answers, or none at all, as of something on the way that closes connections over a coding, or drops
 *       what has one; afterwards, until something coded gets through, one is enough.
 *   <li>The body of a coded request that its head shows to be refused (a replay, an old one) is not read: whoever recorded
 *       the head may send it with any coded body, as often as they like. The answer is an unsigned 401, for which an
 *       honest sender asks without the coding, and learns why.
 *   <li>A body that is longer than {@link Limits#MAX_MESSAGE_BYTES}, or {@link #MAX_RATIO} times as long as it came, is
 *       too long (413). What is no whole stream with its checksum, and nothing behind it, is not what was signed (401).
 *       All that senders may use is counted without the coding.
 * </ul>
 */
final class ContentCoding {
    static final String NAME = "deflate";
    static final String ACCEPTED = "Accept-Encoding";
    static final String APPLIED = "Content-Encoding";

    /** Of shorter ones a few hundred bytes would be saved, in networks of few nodes, which send little anyway. */
    static final int MIN_BYTES = 2048;

    /** Messages become a fourth or a fifth; there has to be room for as much as may come of a body. */
    static final int MAX_RATIO = 8;

    /** RFC 1950 section 2.2: "deflate" with a window of 32 KiB. */
    private static final byte FIRST_BYTE = 0x78;

    private static final int PART_BYTES = 8 * 1024;

    private ContentCoding() {}

    /** A body that could not be read. */
    static final class Undecodable extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean tooLong;

        Undecodable(boolean tooLong) {
            super(tooLong ? "too long" : "no whole stream", null, false, false);
            this.tooLong = tooLong;
        }

        boolean isTooLong() {
            return tooLong;
        }
    }

    /** Whether the sender of these takes bodies with the coding. */
    static boolean isAccepted(HttpFields fields) {
        return fields.isExactly(ACCEPTED, NAME);
    }

    /** Whether the body behind these has the coding. */
    static boolean isApplied(HttpFields fields) {
        return fields.isExactly(APPLIED, NAME);
    }

    /** Whether a body begins as one with the coding does, and no message: its fields may have got lost. */
    static boolean looksCoded(byte[] body) {
        return body.length > 0 && body[0] == FIRST_BYTE;
    }

    /** How long a body may become of which so much comes. */
    static int mostBytes(int codedBytes) {
        return (int) Math.min(Limits.MAX_MESSAGE_BYTES, (long) MAX_RATIO * codedBytes);
    }

    /** A body with the coding; empty when it goes without. */
    static Optional<byte[]> coded(byte[] body) {
        if (body.length < MIN_BYTES) {
            return Optional.empty();
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(body);
            deflater.finish();
            byte[] coded = new byte[body.length];
            int length = deflater.deflate(coded);
            return deflater.finished() && body.length <= mostBytes(length)
                    ? Optional.of(Arrays.copyOf(coded, length))
                    : Optional.empty();
        } finally {
            deflater.end();
        }
    }

    /** A body without the coding; inflated twice, so that there is no more of it in memory than its length. */
    static byte[] decoded(byte[] coded) throws Undecodable {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(coded);
            byte[] body = new byte[length(inflater, mostBytes(coded.length))];
            inflater.reset();
            inflater.setInput(coded);
            inflater.inflate(body);
            return body;
        } catch (DataFormatException e) {
            throw new Undecodable(false);
        } finally {
            inflater.end();
        }
    }

    private static int length(Inflater inflater, int mostBytes) throws DataFormatException, Undecodable {
        byte[] part = new byte[PART_BYTES];
        int length = 0;
        int count;
        do {
            count = inflater.inflate(part);
            length += count;
            if (length > mostBytes) {
                throw new Undecodable(true);
            }
        } while (count > 0);
        if (!inflater.finished() || inflater.getRemaining() > 0) {
            throw new Undecodable(false);
        }
        return length;
    }
}
