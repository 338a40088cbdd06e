package io.distomon.core.exchange;

import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a signed refusal says (RFC 9457). It carries the answerer's times, so that a sender with a wrong clock learns by
 * how much.
 *
 * @param error why, usually the wire name of a {@link RefusalCode}
 */
record ProblemBody(String error, String networkId, String sigId, String to, long receivedAtMicros, long sentAtMicros) {

    /** The body of a refusal that is not signed: nothing that a stranger doesn't know. */
    static byte[] encodeUnsigned(RefusalCode code) {
        return StrictJson.write(json -> {
            json.writeStartObject();
            BodyJson.writeProblem(json, code);
            json.writeEndObject();
        });
    }

    byte[] encode(RefusalCode code) {
        return StrictJson.write(json -> {
            json.writeStartObject();
            BodyJson.writeProblem(json, code);
            BodyJson.writeNames(json, networkId, sigId, to);
            BodyJson.writeSeconds(json, "received_at", receivedAtMicros);
            BodyJson.writeSeconds(json, "sent_at", sentAtMicros);
            json.writeEndObject();
        });
    }

    /** @throws InvalidJsonException when {@code body} is no signed refusal */
    static ProblemBody decode(byte[] body) throws InvalidJsonException {
        return StrictJson.parse(body, json -> {
            Draft draft = new Draft();
            json.object(name -> draft.read(name, json));
            return draft.finish();
        });
    }

    private static final class Draft {
        private @Nullable String error;
        private @Nullable String networkId;
        private @Nullable String sigId;
        private @Nullable String to;
        private @Nullable Long receivedAtMicros;
        private @Nullable Long sentAtMicros;

        void read(String name, StrictJson json) throws InvalidJsonException, IOException {
            switch (name) {
                case "error" -> error = json.text();
                case "network_id" -> networkId = json.text();
                case "sig_id" -> sigId = json.text();
                case "to" -> to = json.text();
                case "received_at" -> receivedAtMicros = BodyJson.readSeconds(json);
                case "sent_at" -> sentAtMicros = BodyJson.readSeconds(json);
                default -> json.skip();
            }
        }

        ProblemBody finish() throws InvalidJsonException {
            return new ProblemBody(
                    BodyJson.required(error, "error"),
                    BodyJson.required(networkId, "network_id"),
                    BodyJson.required(sigId, "sig_id"),
                    BodyJson.required(to, "to"),
                    BodyJson.required(receivedAtMicros, "received_at"),
                    BodyJson.required(sentAtMicros, "sent_at"));
        }
    }
}
