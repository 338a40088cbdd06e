package io.distomon.core.exchange;

import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the answer to an accepted request says.
 *
 * @param msSendTime from the request's {@code send_time} to its arrival, milliseconds between two clocks
 * @param receivedAtMicros when the request was here whole, by the answerer's clock
 * @param sentAtMicros when the answer was made, by the same clock
 * @param have the date of what the answerer holds, by node id
 * @param storeData what the requester lacks
 * @param refused the codes of the request's entries that were not taken, by their keys
 * @param account what it tells of the time that the request asks for; null: nothing
 */
record ResponseBody(
        String networkId,
        String sigId,
        String to,
        double msSendTime,
        long receivedAtMicros,
        long sentAtMicros,
        Map<String, Long> have,
        RawEntries storeData,
        Map<String, String> refused,
        @Nullable RawEntry account) {

    /** The same with entries. */
    ResponseBody with(RawEntries entries) {
        return new ResponseBody(
                networkId, sigId, to, msSendTime, receivedAtMicros, sentAtMicros, have, entries, refused, account);
    }

    byte[] encode() {
        return StrictJson.write(json -> {
            json.writeStartObject();
            BodyJson.writeNames(json, networkId, sigId, to);
            json.writeNumberField("ms_send_time", msSendTime);
            BodyJson.writeSeconds(json, "received_at", receivedAtMicros);
            BodyJson.writeSeconds(json, "sent_at", sentAtMicros);
            BodyJson.writeHave(json, have);
            BodyJson.writeEntries(json, "store_data", storeData);
            if (!refused.isEmpty()) {
                json.writeObjectFieldStart("refused");
                for (Map.Entry<String, String> one : refused.entrySet()) {
                    json.writeStringField(one.getKey(), one.getValue());
                }
                json.writeEndObject();
            }
            if (account != null) {
                json.writeFieldName("records");
                RawEntries.write(json, account);
            }
            json.writeEndObject();
        });
    }

    /** @throws InvalidJsonException when {@code body} is no answer to an accepted request */
    static ResponseBody decode(byte[] body) throws InvalidJsonException {
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
        private @Nullable Double msSendTime;
        private @Nullable Long receivedAtMicros;
        private @Nullable Long sentAtMicros;
        private Map<String, Long> have = Map.of();
        private @Nullable RawEntries storeData;
        private @Nullable RawEntry account;
        private final Map<String, String> refused = new LinkedHashMap<>();

        void read(String name, StrictJson json) throws InvalidJsonException, IOException {
            switch (name) {
                case "network_id" -> networkId = json.text();
                case "sig_id" -> sigId = json.text();
                case "to" -> to = json.text();
                case "ms_send_time" -> msSendTime = json.number();
                case "received_at" -> receivedAtMicros = BodyJson.readSeconds(json);
                case "sent_at" -> sentAtMicros = BodyJson.readSeconds(json);
                case "have" -> have = BodyJson.readHave(json);
                case "store_data" -> storeData = RawEntries.read(json);
                case "refused" -> json.map(key -> refused.put(key, json.text()));
                case "records" -> account = RawEntries.readEntry(json);
                default -> json.skip();
            }
        }

        ResponseBody finish() throws InvalidJsonException {
            return new ResponseBody(
                    BodyJson.required(networkId, "network_id"),
                    BodyJson.required(sigId, "sig_id"),
                    BodyJson.required(to, "to"),
                    BodyJson.required(msSendTime, "ms_send_time"),
                    BodyJson.required(receivedAtMicros, "received_at"),
                    BodyJson.required(sentAtMicros, "sent_at"),
                    have,
                    BodyJson.required(storeData, "store_data"),
                    refused,
                    account);
        }
    }
}
