package io.distomon.node.http;

import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.exchange.Limits;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The body of a request, as it comes: kept, or only its digest. Used by one thread at a time. */
final class ArrivingBody {
    private final int declared;
    private byte[] bytes = new byte[0];
    private int length;
    private boolean isAwaited;
    private ContentDigest.@Nullable OfParts passing;

    /** @param declaredBytes by the head; negative when it does not say */
    ArrivingBody(long declaredBytes) {
        this.declared = Math.clamp(declaredBytes, 0, Limits.MAX_MESSAGE_BYTES);
    }

    /** The next part, which stays the caller's. Of what is too long nothing more is kept. */
    void add(ByteBuf part) {
        int count = part.readableBytes();
        if (passing != null) {
            passing.add(part.nioBuffer());
        } else if (!isTooLong()) {
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, room(length + count));
            }
            part.getBytes(part.readerIndex(), bytes, length, Math.min(count, bytes.length - length));
        }
        length = (int) Math.min((long) length + count, Limits.MAX_MESSAGE_BYTES + 1L);
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

    /** From now on nothing is kept but the digest. */
    void keepDigestOnly() {
        passing = new ContentDigest.OfParts();
        passing.add(ByteBuffer.wrap(bytes, 0, length));
        bytes = new byte[0];
    }

    int length() {
        return length;
    }

    /** Whether it is longer than a message may be. */
    boolean isTooLong() {
        return length > Limits.MAX_MESSAGE_BYTES;
    }

    /** All of it, for what was kept; from now on it is the caller's alone, who may be done with it before this is. */
    byte[] handOver() {
        byte[] whole = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        bytes = new byte[0];
        return whole;
    }

    /** The {@code Content-Digest} of all of it; for what was not kept. */
    String digest() {
        if (passing == null) {
            throw new IllegalStateException("found a body that is kept, expected one whose digest alone is");
        }
        return passing.field();
    }
}
