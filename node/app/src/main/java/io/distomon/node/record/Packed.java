package io.distomon.node.record;

import io.distomon.core.alert.Dispatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** What lies in the file takes a quarter of its room, with a checksum: zlib (RFC 1950). */
final class Packed {
    /** Nothing packed here is longer, so what unpacks to more is no such thing: the longest is what is kept of alerts. */
    private static final int MAX_BYTES = Dispatch.MAX_KEPT_BYTES;

    private Packed() {}

    static byte[] pack(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "found %s bytes, expected at most %s".formatted(bytes.length, MAX_BYTES));
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 2 + 16);
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
            deflater.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return packed.toByteArray();
    }

    /** @throws IOException when the bytes are not what was packed */
    static byte[] unpack(byte[] packed) throws IOException {
        try (InflaterInputStream inflater = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            byte[] bytes = inflater.readNBytes(MAX_BYTES);
            if (inflater.read() >= 0) {
                throw new IOException("found more than %s bytes, expected at most as many".formatted(MAX_BYTES));
            }
            return bytes;
        }
    }
}
