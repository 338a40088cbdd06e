package io.distomon.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.wire.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.greenbytes.http.sfv.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageSignatureTest {
    private static final MessageSignature.OfRequest REQUEST = new MessageSignature.OfRequest(
            "POST",
            "application/json",
            ContentDigest.of(new byte[0]),
            "fra",
            Vectors.signer("fra").verifier().fingerprint(),
            1764000000,
            "AAECAwQFBgcICQoLDA0ODw");

    private static final MessageSignature.OfResponse RESPONSE = new MessageSignature.OfResponse(
            200,
            "application/json",
            ContentDigest.of(new byte[0]),
            REQUEST,
            "ams",
            Vectors.signer("ams").verifier().fingerprint(),
            1764000001);

    @Test
    void reproducesTheRfcsOwnEd25519Example() throws InvalidKeyException {
        JsonNode vector = Vectors.get("rfc9421_b26");
        Map<String, String> values = Map.of(
                "\"date\"", "Tue, 20 Apr 2021 02:07:55 GMT",
                "\"@method\"", "POST",
                "\"@path\"", "/foo",
                "\"@authority\"", "example.com",
                "\"content-type\"", "application/json",
                "\"content-length\"", "18");
        String params = vector.get("signature_input").asText().substring("sig-b26=".length());
        List<SignatureBase.Component> components = Parser.parseInnerList(params).get().stream()
                .map(item -> item.serialize())
                .map(identifier ->
                        new SignatureBase.Component(identifier, Objects.requireNonNull(values.get(identifier))))
                .toList();

        String base = SignatureBase.of(components, params);

        assertThat(base).isEqualTo(vector.get("signature_base").asText());
        Signer signer = Signer.fromPem("rfc", vector.get("private_pem").asText());
        byte[] signature = signer.sign(base.getBytes(StandardCharsets.US_ASCII));
        assertThat("sig-b26=:" + CanonicalBase64.encode(signature) + ":")
                .isEqualTo(vector.get("signature").asText());
    }

    @Test
    void readsWhatItWrites() {
        assertThat(read(REQUEST.signatureInput())).isTrue();
        assertThat(readResponse(RESPONSE.signatureInput())).isTrue();
    }

    @Test
    void passesOverOtherLabels() {
        String other = "sig1=(\"@method\" \"a,distomon=b\");tag=\"x\\\",distomon=1\"";
        assertThat(read(other, REQUEST.signatureInput())).isTrue();
        assertThat(read(REQUEST.signatureInput() + " ,\t" + other)).isTrue();
        Signer fra = Vectors.signer("fra");
        assertThat(REQUEST.verify(fra.verifier(), List.of("sig1=:AAAA:", REQUEST.sign(fra))))
                .isTrue();
    }

    @Test
    void takesOurLabelOnlyOnce() {
        String input = REQUEST.signatureInput();
        assertThat(read(input, input)).isFalse();
        assertThat(read("distomon, " + input)).isFalse();
        assertThat(read(input + ", distomon;a")).isFalse();
        Signer fra = Vectors.signer("fra");
        String signature = REQUEST.sign(fra);
        assertThat(REQUEST.verify(fra.verifier(), List.of(signature))).isTrue();
        assertThat(REQUEST.verify(fra.verifier(), List.of(signature, signature)))
                .isFalse();
        assertThat(REQUEST.verify(fra.verifier(), List.of("distomon=:AAAA:", signature)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(\"@method\" \"content-type\" \"content-digest\")|(\"@method\"  \"content-type\" \"content-digest\")",
                "(\"@method\" \"content-type\" \"content-digest\")|( \"@method\" \"content-type\" \"content-digest\")",
                "\"content-digest\")|\"content-digest\" \"date\")",
                "\"@method\"|\"@method\";req",
                ";created=|; created=",
                ";created=1764000000|;created=01764000000",
                ";created=1764000000|;created=1764000000.0",
                ";created=1764000000|;created=-1764000000",
                ";created=1764000000|;created=1764000000;created=1764000000",
                ";created=1764000000|;created=1764000000;expires=1764000060",
                ";created=1764000000|",
                "alg=\"ed25519\"|alg=ed25519",
                "alg=\"ed25519\"|alg=\"hmac-sha256\"",
                "alg=\"ed25519\"|alg=\"\\ed25519\"",
                "fra#|ams#x#",
                "fra#|../x#",
                "nonce=\"AAECAwQFBgcICQoLDA0ODw\"|nonce=\"AAECAwQFBgcICQoLDA0OD\"",
                "nonce=\"AAECAwQFBgcICQoLDA0ODw\"|nonce=\"AAECAwQFBgcICQoLDA0ODx\"",
                "nonce=\"AAECAwQFBgcICQoLDA0ODw\"|nonce=\"AAECAwQFBgcICQoLDA0O+w\"",
                ";tag=\"distomon\"|",
                ";tag=\"distomon\"|;tag=\"distomon\";x",
                ";tag=\"distomon\"|;tag=\"distomon\"x",
                ";tag=\"distomon\"|;tag=\"distomon\",",
                "distomon=|distomon= "
            })
    void refusesAnyOtherWayToWriteIt(String change) {
        String from = change.substring(0, change.indexOf('|'));
        String to = change.substring(change.indexOf('|') + 1);
        String input = REQUEST.signatureInput();
        assertThat(input).contains(from);

        assertThat(read(input.replace(from, to))).isFalse();
    }

    @Test
    void noGarbageBreaksItOrPasses() {
        Random random = new Random(2026);
        Verifier key = Vectors.signer("fra").verifier();
        String alphabet = "\"\\;,=:()?*#.-_ \tdistomon0123456789AQgw\u0000\u00e9@";
        String input = REQUEST.signatureInput();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(input);
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.insert(at, c);
                    case 1 -> text.setCharAt(at, c);
                    default -> text.delete(at, Math.min(text.length() - 1, at + random.nextInt(20)));
                }
            }
            String[] lines = text.toString().split("\t", -1);
            boolean read = read(lines);
            assertThat(read && !text.toString().contains(input))
                    .as(text.toString())
                    .isFalse();
            assertThat(REQUEST.verify(key, List.of(lines))).isFalse();
        }
    }

    @Test
    void refusesASignatureThatIsNotWrittenCanonically() {
        Signer fra = Vectors.signer("fra");
        String signature = REQUEST.sign(fra);
        for (String other : List.of(
                signature.replace("==:", ":"),
                signature.replace("==:", "==:;a=1"),
                signature.replace("distomon=:", "distomon= :"),
                "distomon",
                "distomon=:",
                "distomon=::",
                "distomon=\"x\"",
                "")) {
            assertThat(REQUEST.verify(fra.verifier(), List.of(other))).as(other).isFalse();
        }
        assertThat(REQUEST.verify(fra.verifier(), List.of())).isFalse();
        assertThat(REQUEST.verify(Vectors.signer("ams").verifier(), List.of(signature)))
                .isFalse();
    }

    private static boolean read(String... lines) {
        return MessageSignature.OfRequest.read(
                        REQUEST.method(), REQUEST.contentType(), REQUEST.contentDigest(), List.of(lines))
                .filter(REQUEST::equals)
                .isPresent();
    }

    private static boolean readResponse(String... lines) {
        return MessageSignature.OfResponse.read(
                        RESPONSE.status(), RESPONSE.contentType(), RESPONSE.contentDigest(), REQUEST, List.of(lines))
                .filter(RESPONSE::equals)
                .isPresent();
    }
}
