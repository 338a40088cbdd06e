package io.distomon.core.exchange;

import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A signed request of which a test has changed what it likes. */
record Sent(String method, String path, HttpFields fields, String body) {
    /** {@code body}, properly signed. */
    static Sent of(Signer signer, String networkId, String body, long created, String nonce) {
        MessageSignature.OfRequest signature = new MessageSignature.OfRequest(
                "POST",
                "application/json",
                ContentDigest.of(bytes(body)),
                signer.nodeId(),
                signer.verifier().fingerprint(),
                created,
                nonce);
        return new Sent(
                "POST",
                "/mon/" + networkId,
                HttpFields.of(
                        "content-type",
                        "application/json",
                        "content-digest",
                        signature.contentDigest(),
                        "signature-input",
                        signature.signatureInput(),
                        "signature",
                        signature.sign(signer)),
                body);
    }

    Sent method(String other) {
        return new Sent(other, path, fields, body);
    }

    Sent path(String other) {
        return new Sent(method, other, fields, body);
    }

    Sent body(String other) {
        return new Sent(method, path, fields, other);
    }

    Sent with(String name, String value) {
        List<HttpFields.Field> lines = new ArrayList<>(fields.lines());
        lines.add(new HttpFields.Field(name, value));
        return new Sent(method, path, new HttpFields(lines), body);
    }

    Sent without(String name) {
        List<HttpFields.Field> lines = new ArrayList<>(fields.lines());
        lines.removeIf(line -> line.name().equals(name));
        return new Sent(method, path, new HttpFields(lines), body);
    }

    Sent instead(String name, String value) {
        return without(name).with(name, value);
    }

    HttpRequestHead head() {
        return new HttpRequestHead(method, path, fields);
    }

    byte[] bytes() {
        return bytes(body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
