package io.distomon.core.exchange;

import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import io.distomon.core.store.RawEntries;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request says.
 *
 * @param sendTimeMicros when it was made, by the sender's clock
 * @param have the date of what the sender holds, by node id
 * @param data what the sender believes that the receiver lacks
 * @param wanted of which time it asks to be told; null: of none
 */
record RequestBody(
        String networkId,
        String sigId,
        String to,
        long sendTimeMicros,
        Map<String, Long> have,
        RawEntries data,
        @Nullable Absence wanted) {

    /** The same with entries. */
    RequestBody with(RawEntries entries) {
        return new RequestBody(networkId, sigId, to, sendTimeMicros, have, entries, wanted);
    }

    byte[] encode() {
        return StrictJson.write(json -> {
            json.writeStartObject();
            BodyJson.writeNames(json, networkId, sigId, to);
            BodyJson.writeSeconds(json, "send_time", sendTimeMicros);
            BodyJson.writeHave(json, have);
            BodyJson.writeEntries(json, "data", data);
            if (wanted != null) {
                BodyJson.writeAbsence(json, wanted);
            }
            json.writeEndObject();
        });
    }

    /** @throws InvalidJsonException when {@code body} is no request */
    static RequestBody decode(byte[] body) throws InvalidJsonException {
        return StrictJson.parse(body, json -> {
            Draft draft = new Draft();
            json.object(name -> draft.read(name, json));
            return draft.finish();
        });
    }

    private static final class Draft {
        private @Nullable String networkId;
        private @Nullable String sigId;
        private @Nullable String to;
        private @Nullable Long sendTimeMicros;
        private Map<String, Long> have = Map.of();
        private @Nullable RawEntries data;
        private @Nullable Absence wanted;

        void read(String name, StrictJson json) throws InvalidJsonException, IOException {
            switch (name) {
                case "network_id" -> networkId = json.text();
                case "sig_id" -> sigId = json.text();
                case "to" -> to = json.text();
                case "send_time" -> sendTimeMicros = BodyJson.readSeconds(json);
                case "have" -> have = BodyJson.readHave(json);
                case "data" -> data = RawEntries.read(json);
                case "records_wanted" -> wanted = BodyJson.readAbsence(json);
                default -> json.skip();
            }
        }

        RequestBody finish() throws InvalidJsonException {
            return new RequestBody(
                    BodyJson.required(networkId, "network_id"),
                    BodyJson.required(sigId, "sig_id"),
                    BodyJson.required(to, "to"),
                    BodyJson.required(sendTimeMicros, "send_time"),
                    have,
                    BodyJson.required(data, "data"),
                    wanted);
        }
    }
}
