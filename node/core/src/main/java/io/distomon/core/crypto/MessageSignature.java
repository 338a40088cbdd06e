package io.distomon.core.crypto;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.greenbytes.http.sfv.StringItem;

/**
 * An HTTP message signature (RFC 9421) as nodes make it: everything that is signed of one message. There is exactly one
 * way to write it, hence no choice for a forger: which parts are covered, in which order, with which parameters. The
 * key is always Ed25519; {@code alg} only says so.
 */
public sealed interface MessageSignature {
    /** The field that says what is signed. */
    String SIGNATURE_INPUT = "Signature-Input";

    /** The field with the signature. */
    String SIGNATURE = "Signature";

    /** Who signed. */
    String nodeId();

    /** With which of its keys. */
    String fingerprint();

    /** When, seconds since the epoch. */
    long created();

    /** The covered components and parameters as they stand in {@link #SIGNATURE_INPUT} behind the label. */
    String params();

    /** The exact text that is signed. */
    String base();

    /** The value of the field {@link #SIGNATURE_INPUT}. */
    default String signatureInput() {
        return SignatureFields.write(params());
    }

    /** The value of the field {@link #SIGNATURE}. */
    default String sign(Signer signer) {
        byte[] signature = signer.sign(base().getBytes(StandardCharsets.US_ASCII));
        return SignatureFields.write(":" + CanonicalBase64.encode(signature) + ":");
    }

    /** Whether {@code lines}, the lines of the field {@link #SIGNATURE}, hold the signature of {@code key}. */
    default boolean verify(Verifier key, List<String> lines) {
        return SignatureFields.read(lines)
                .filter(value -> value.length() > 2 && value.startsWith(":") && value.endsWith(":"))
                .flatMap(value -> CanonicalBase64.decode(value.substring(1, value.length() - 1)))
                .filter(signature -> key.verify(base().getBytes(StandardCharsets.US_ASCII), signature))
                .isPresent();
    }

    /**
     * Of a request.
     *
     * @param nonce 16 random bytes as base64url, 22 characters
     */
    record OfRequest(
            String method,
            String contentType,
            String contentDigest,
            String nodeId,
            String fingerprint,
            long created,
            String nonce)
            implements MessageSignature {
        private static final String COVERED = "(\"@method\" \"content-type\" \"content-digest\")";

        // The last character of the nonce holds four bits only.
        private static final Pattern PARAMS = Pattern.compile(
                Pattern.quote(COVERED) + Text.SIGNED_BY + ";nonce=\"([A-Za-z0-9_-]{21}[AQgw])\";tag=\"distomon\"");

        /**
         * Reads the field's {@code lines}.
         *
         * @return empty unless they say exactly what {@link #signatureInput} writes, next to other labels at most
         */
        public static Optional<OfRequest> read(
                String method, String contentType, String contentDigest, List<String> lines) {
            return SignatureFields.read(lines)
                    .map(PARAMS::matcher)
                    .filter(Matcher::matches)
                    .map(found -> new OfRequest(
                            method,
                            contentType,
                            contentDigest,
                            found.group(2),
                            found.group(3),
                            Long.parseLong(found.group(1)),
                            found.group(4)));
        }

        @Override
        public String params() {
            return COVERED + Text.signedBy(this) + ";nonce=\"" + nonce + "\";tag=\"distomon\"";
        }

        @Override
        public String base() {
            return SignatureBase.of(
                    List.of(
                            new SignatureBase.Component("\"@method\"", method),
                            new SignatureBase.Component("\"content-type\"", contentType),
                            new SignatureBase.Component("\"content-digest\"", contentDigest)),
                    params());
        }
    }

    /**
     * Of an answer. It covers all that the request signed, its nonce included, so that it answers no other request
     * (RFC 9421 section 2.4).
     */
    record OfResponse(
            int status,
            String contentType,
            String contentDigest,
            OfRequest request,
            String nodeId,
            String fingerprint,
            long created)
            implements MessageSignature {
        private static final String COVERED = "(\"@status\" \"content-type\" \"content-digest\" \"@method\";req"
                + " \"content-type\";req \"content-digest\";req \"signature-input\";req;key=\"distomon\")";

        private static final Pattern PARAMS =
                Pattern.compile(Pattern.quote(COVERED) + Text.SIGNED_BY + ";tag=\"distomon\"");

        /**
         * Reads the field's {@code lines}.
         *
         * @return empty unless they say exactly what {@link #signatureInput} writes, next to other labels at most
         */
        public static Optional<OfResponse> read(
                int status, String contentType, String contentDigest, OfRequest request, List<String> lines) {
            return SignatureFields.read(lines)
                    .map(PARAMS::matcher)
                    .filter(Matcher::matches)
                    .map(found -> new OfResponse(
                            status,
                            contentType,
                            contentDigest,
                            request,
                            found.group(2),
                            found.group(3),
                            Long.parseLong(found.group(1))));
        }

        @Override
        public String params() {
            return COVERED + Text.signedBy(this) + ";tag=\"distomon\"";
        }

        @Override
        public String base() {
            return SignatureBase.of(
                    List.of(
                            new SignatureBase.Component("\"@status\"", Integer.toString(status)),
                            new SignatureBase.Component("\"content-type\"", contentType),
                            new SignatureBase.Component("\"content-digest\"", contentDigest),
                            new SignatureBase.Component("\"@method\";req", request.method()),
                            new SignatureBase.Component("\"content-type\";req", request.contentType()),
                            new SignatureBase.Component("\"content-digest\";req", request.contentDigest()),
                            new SignatureBase.Component("\"signature-input\";req;key=\"distomon\"", request.params())),
                    params());
        }
    }

    /** The parameters that both kinds have. */
    final class Text {
        private static final String SIGNED_BY = ";created=(0|[1-9][0-9]{0,14})"
                + ";keyid=\"([A-Za-z0-9._-]{1,63})#([A-Za-z0-9_-]{43})\";alg=\"ed25519\"";

        private Text() {}

        private static String signedBy(MessageSignature signature) {
            String keyid = signature.nodeId() + "#" + signature.fingerprint();
            return ";created=" + signature.created() + ";keyid="
                    + StringItem.valueOf(keyid).serialize() + ";alg=\"ed25519\"";
        }
    }
}
