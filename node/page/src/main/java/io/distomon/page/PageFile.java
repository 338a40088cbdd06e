package io.distomon.page;

import io.distomon.core.crypto.Sha256;
import java.util.Arrays;
import java.util.HexFormat;

/** A file of the page, as it is in the jar. Immutable. */
public final class PageFile {
    private static final int ETAG_BYTES = 16;

    private final String type;
    private final byte[] bytes;
    private final String etag;

    PageFile(String type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes.clone();
        this.etag = "\"" + HexFormat.of().formatHex(Sha256.of(bytes), 0, ETAG_BYTES) + "\"";
    }

    /** Its media type, with the charset. */
    public String type() {
        return type;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** Of the content: another version of the page has another one exactly where the file is another (RFC 9110, 8.8.3). */
    public String etag() {
        return etag;
    }

    /** Whether this is what somebody has who sends these {@code If-None-Match} (RFC 9110 section 13.1.2). */
    public boolean isHeldBy(String ifNoneMatch) {
        return Arrays.stream(ifNoneMatch.split(",", -1))
                .map(String::strip)
                .anyMatch(tag -> tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag));
    }
}
