package io.distomon.node.http;

import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.exchange.Inflation;
import io.distomon.core.exchange.Limits;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, as it comes: kept, or only its digest. Has memory outside of the heap, when nothing but the digest
 * is kept of one that is coded, until it is closed. Used by one thread at a time.
 */
final class ArrivingBody implements AutoCloseable {
    private final int declared;
    private byte[] bytes = new byte[0];
    private int length;
    private boolean isAwaited;
    private ContentDigest.@Nullable OfParts passing;
    private @Nullable Inflation inflation;

    /** @param declaredBytes by the head; negative when it does not say */
    ArrivingBody(long declaredBytes) {
        this.declared = Math.clamp(declaredBytes, 0, Limits.MAX_MESSAGE_BYTES);
    }

    /** The next part, which stays the caller's. Of what is too long nothing more is kept. */
    void add(ByteBuf part) {
        int count = part.readableBytes();
        if (passing != null) {
            pass(passing, part.nioBuffer());
        } else if (!isTooLong()) {
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, room(length + count));
            }
            part.getBytes(part.readerIndex(), bytes, length, Math.min(count, bytes.length - length));
        }
        length = (int) Math.min((long) length + count, Limits.MAX_MESSAGE_BYTES + 1L);
    }

    private void pass(ContentDigest.OfParts digest, ByteBuffer part) {
        if (inflation == null) {
            digest.add(part);
        } else {
            inflation.add(part);
        }
    }

    private int room(int needed) {
        if (isAwaited && needed <= declared) {
            return declared;
        }
        return Math.min(Math.max(needed, 2 * bytes.length), Limits.MAX_MESSAGE_BYTES + 1);
    }

    /** From now on there is room for as much as was declared: nobody's word counts before that. */
    void await() {
        isAwaited = true;
    }

    /**
     * From now on nothing is kept but the digest.
     *
     * @param isCoded whether that is to be of what the body is without its coding
     */
    void keepDigestOnly(boolean isCoded) {
        ContentDigest.OfParts digest = new ContentDigest.OfParts();
        passing = digest;
        if (isCoded) {
            inflation = Inflation.ofAnyLength((part, from, count) -> digest.add(ByteBuffer.wrap(part, from, count)));
        }
        pass(digest, ByteBuffer.wrap(bytes, 0, length));
        bytes = new byte[0];
    }

    int length() {
        return length;
    }

    /** Whether it is longer than a message may be. */
    boolean isTooLong() {
        return length > Limits.MAX_MESSAGE_BYTES || (inflation != null && inflation.isTooLong());
    }

    /** All of it; for what was kept. */
    byte[] whole() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** The {@code Content-Digest} of all of it, for what was not kept; nothing's if it can't be told. */
    String digest() {
        if (passing == null) {
            throw new IllegalStateException("found a body that is kept, expected one whose digest alone is");
        }
        return inflation == null || inflation.isWhole() ? passing.field() : "";
    }

    @Override
    public void close() {
        if (inflation != null) {
            inflation.close();
        }
    }
}
