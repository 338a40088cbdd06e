package io.distomon.core.exchange;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A body that comes with the {@linkplain ContentCoding coding}, in parts of any length; what it is without goes on in
 * parts as well, no more than it may be. Has memory outside of the heap until it is closed. For one thread at a time.
 */
public final class Inflation implements AutoCloseable {
    private static final int PART_BYTES = 8 * 1024;

    /** How far a part may be shorter than others of the same body. */
    private static final int UNEVEN_BYTES = 64 * 1024;

    private final Inflater inflater = new Inflater();
    private final byte[] part = new byte[PART_BYTES];
    private final long mostBytes;
    private final Sink sink;
    private long codedBytes;
    private long bytes;
    private State state = State.BEGUN;

    private enum State {
        BEGUN,
        WHOLE,
        TOO_LONG,
        /** No such stream. */
        GARBLED
    }

    /** Takes the next part. */
    @FunctionalInterface
    public interface Sink {
        /**
         * A part.
         *
         * @param bytes where it is; reused afterwards
         */
        void take(byte[] bytes, int from, int length);
    }

    /** @param mostBytes how long it may be; no longer than it may be in relation to what came, whatever this says */
    Inflation(long mostBytes, Sink sink) {
        this.mostBytes = mostBytes;
        this.sink = sink;
    }

    /** What comes next; of what is too long, or no such stream, nothing is looked at any more. */
    public void add(ByteBuffer coded) {
        if (state == State.WHOLE && coded.hasRemaining()) {
            state = State.GARBLED;
        }
        codedBytes += coded.remaining();
        inflater.setInput(coded);
        try {
            while (state == State.BEGUN && inflate() > 0) {
                // There may be more in it.
            }
        } catch (DataFormatException e) {
            state = State.GARBLED;
        }
    }

    private int inflate() throws DataFormatException {
        int length = inflater.inflate(part);
        bytes += length;
        if (bytes > Math.min(mostBytes, ContentCoding.MAX_RATIO * codedBytes + UNEVEN_BYTES)) {
            state = State.TOO_LONG;
            return 0;
        }
        sink.take(part, 0, length);
        if (inflater.finished()) {
            state = inflater.getRemaining() == 0 ? State.WHOLE : State.GARBLED;
        } else if (inflater.needsDictionary()) {
            state = State.GARBLED;
        }
        return length;
    }

    /** Whether all of it is here. */
    public boolean isWhole() {
        return state == State.WHOLE;
    }

    /** Whether it is longer than it may be. */
    public boolean isTooLong() {
        return state == State.TOO_LONG;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
