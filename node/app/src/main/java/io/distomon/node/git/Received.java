package io.distomon.node.git;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a server said during one call: the pack with the objects that were asked for, and besides it branches, capabilities
 * and messages, all of which JGit keeps in memory, however much it is. Safe for use by many threads.
 */
final class Received {
    /** The most that a server may say besides the pack, uncompressed: some 80,000 branches. */
    static final long MAX_BYTES = 4L << 20;

    /** The most that it may say once the pack has begun: we ask it to say nothing then, and JGit takes long over each line. */
    static final long MAX_MESSAGE_BYTES = 256L << 10;

    private final long maxPackBytes;
    private final AtomicLong besidesThePack = new AtomicLong();
    private final AtomicLong ofPack = new AtomicLong();

    /** Nothing yet. */
    Received(long maxPackBytes) {
        this.maxPackBytes = maxPackBytes;
    }

    /** What a server says on a connection: a stream that fails once it is too much. */
    InputStream counted(InputStream from) {
        return new Counted(from);
    }

    /** From now on it may say little besides the pack. */
    void packBegins() {
        besidesThePack.set(MAX_BYTES - MAX_MESSAGE_BYTES);
    }

    /**
     * So much of what was read was the pack's.
     *
     * @throws TooMuchException when it is more than a pack may have
     */
    void ofPack(int bytes) throws TooMuchException {
        besidesThePack.addAndGet(-bytes);
        if (ofPack.addAndGet(bytes) > maxPackBytes) {
            throw new TooMuchException("more than %s MiB".formatted(maxPackBytes >> 20));
        }
    }

    private void add(int bytes) throws TooMuchException {
        if (besidesThePack.addAndGet(bytes) > MAX_BYTES) {
            throw new TooMuchException(
                    "found more than %s MiB of branches and messages, expected less".formatted(MAX_BYTES >> 20));
        }
    }

    private final class Counted extends FilterInputStream {
        Counted(InputStream from) {
            super(from);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            if (read >= 0) {
                add(1);
            }
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            if (read > 0) {
                add(read);
            }
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            add((int) Math.min(skipped, MAX_BYTES + 1));
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false; // What is read again would be counted again.
        }
    }
}
