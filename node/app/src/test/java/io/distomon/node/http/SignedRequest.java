package io.distomon.node.http;

import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.store.RawEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A request with a right signature of whoever wants to make one, of which a test then changes what it likes. */
final class SignedRequest {
    private final MessageSignature.OfRequest signature;
    private final String path;
    private final HttpFields fields;
    private final byte[] body;

    private SignedRequest(MessageSignature.OfRequest signature, String path, HttpFields fields, byte[] body) {
        this.signature = signature;
        this.path = path;
        this.fields = fields;
        this.body = body;
    }

    /** To {@code /mon/lab}, signed now. */
    static SignedRequest of(Signer signer, String body) {
        return of(signer, body.getBytes(StandardCharsets.UTF_8), Instant.now());
    }

    /** To {@code /mon/lab}. */
    static SignedRequest of(Signer signer, byte[] body, Instant created) {
        byte[] nonce = new byte[16];
        new SecureRandom().nextBytes(nonce);
        MessageSignature.OfRequest signature = new MessageSignature.OfRequest(
                "POST",
                "application/json",
                ContentDigest.of(body),
                signer.nodeId(),
                signer.verifier().fingerprint(),
                created.getEpochSecond(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(nonce));
        HttpFields fields = HttpFields.of(
                "Content-Type",
                "application/json",
                "Content-Digest",
                signature.contentDigest(),
                "Signature-Input",
                signature.signatureInput(),
                "Signature",
                signature.sign(signer));
        return new SignedRequest(signature, "/mon/lab", fields, body);
    }

    /** The body of a request in the network {@code lab} that says nothing. */
    static String body(String from, String to) {
        return body("lab", from, to, Map.of());
    }

    /** The body of a request; {@code data} is filed under its keys, right or wrong. */
    static String body(String networkId, String from, String to, Map<String, RawEntry> data) {
        return """
                {"network_id":"%s","sig_id":"%s","to":"%s","send_time":1800000000.5,"have":{},"data":%s}""".formatted(networkId, from, to, json(data));
    }

    /** Entries in the form in which messages carry them. */
    static String json(Map<String, RawEntry> entries) {
        return entries.entrySet().stream()
                .map(entry -> """
                        "%s":{"payload":"%s","signature":"%s","sig_id":"%s"}""".formatted(
                                entry.getKey(),
                                entry.getValue().payload(),
                                entry.getValue().signature(),
                                entry.getValue().sigId()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    MessageSignature.OfRequest signature() {
        return signature;
    }

    HttpFields fields() {
        return fields;
    }

    String path() {
        return path;
    }

    SignedRequest path(String other) {
        return new SignedRequest(signature, other, fields, body);
    }

    SignedRequest body(byte[] other) {
        return new SignedRequest(signature, path, fields, other);
    }

    SignedRequest with(String name, String value) {
        List<HttpFields.Field> lines = new ArrayList<>(fields.lines());
        lines.add(new HttpFields.Field(name, value));
        return new SignedRequest(signature, path, new HttpFields(lines), body);
    }

    SignedRequest without(String name) {
        List<HttpFields.Field> lines = new ArrayList<>(fields.lines());
        lines.removeIf(line -> line.name().equals(name));
        return new SignedRequest(signature, path, new HttpFields(lines), body);
    }

    SignedRequest instead(String name, String value) {
        return without(name).with(name, value);
    }

    byte[] bytes() {
        return RawHttp.bytes(path, fields, body);
    }

    /** Sends it on a connection of its own. */
    HttpAnswer sendTo(int port) throws IOException {
        try (RawHttp connection = new RawHttp(port)) {
            return connection.exchange(bytes());
        }
    }
}
