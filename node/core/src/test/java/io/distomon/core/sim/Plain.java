package io.distomon.core.sim;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.InflaterInputStream;

/** What bodies say, whether or not they are coded. */
final class Plain {
    private Plain() {}

    /** What a body says; empty when it is coded wrongly. */
    static Optional<String> of(byte[] body) {
        if (body.length > 0 && body[0] == '{') {
            return Optional.of(text(body));
        }
        try (InflaterInputStream plain = new InflaterInputStream(new ByteArrayInputStream(body))) {
            return Optional.of(text(plain.readAllBytes()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The body of a message that was taken. */
    static byte[] bytes(byte[] taken) {
        return of(taken).orElseThrow().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
