package io.distomon.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.exchange.Limits;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body in parts of any length, whatever length its head declares. */
class ArrivingBodyTest {
    private final Random random = new Random(7);

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 70_000, 200_000, Limits.MAX_MESSAGE_BYTES, Long.MAX_VALUE})
    void isWholeInTheEnd(long declared) {
        byte[] sent = bytes(200_000);
        ArrivingBody body = new ArrivingBody(declared);
        body.add(Unpooled.wrappedBuffer(sent, 0, 100));
        body.await();

        addInParts(body, sent);

        assertThat(body.handOver()).isEqualTo(sent);
        assertThat(body.isTooLong()).isFalse();
    }

    @Test
    void ofWhatIsNotKeptTheDigestIsThatOfAll() {
        byte[] sent = bytes(200_000);
        ArrivingBody body = new ArrivingBody(sent.length);
        body.add(Unpooled.wrappedBuffer(sent, 0, 1_000));
        body.keepDigestOnly();

        body.add(Unpooled.wrappedBuffer(sent, 1_000, sent.length - 1_000));

        assertThat(body.digest()).isEqualTo(ContentDigest.of(sent));
    }

    @Test
    void oneByteMoreThanAMessageMayHaveIsTooLongKeptOrNot() {
        ArrivingBody kept = new ArrivingBody(-1);
        ArrivingBody passing = new ArrivingBody(-1);
        passing.keepDigestOnly();
        for (ArrivingBody body : new ArrivingBody[] {kept, passing}) {
            body.add(Unpooled.wrappedBuffer(new byte[Limits.MAX_MESSAGE_BYTES]));
            assertThat(body.isTooLong()).isFalse();

            body.add(Unpooled.wrappedBuffer(new byte[1]));

            assertThat(body.isTooLong()).isTrue();
            body.add(Unpooled.wrappedBuffer(new byte[Limits.MAX_MESSAGE_BYTES]));
            assertThat(body.isTooLong()).isTrue();
        }
    }

    private void addInParts(ArrivingBody body, byte[] sent) {
        for (int from = body.length(); from < sent.length; ) {
            int length = Math.min(1 + random.nextInt(60_000), sent.length - from);
            body.add(Unpooled.wrappedBuffer(sent, from, length));
            from += length;
        }
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
