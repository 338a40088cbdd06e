package io.distomon.core.exchange;

import io.distomon.core.store.SharedStore;
import java.util.LinkedHashMap;
import java.util.Map;

/** What both sides of an exchange agree on besides signatures and bodies. */
final class Messages {
    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";

    private Messages() {}

    /** A refusal that tells a stranger nothing; one constant answer for each code. */
    static HttpAnswer unsigned(RefusalCode code) {
        HttpFields fields = switch (code) {
            case UNAUTHENTICATED -> HttpFields.of("Content-Type", PROBLEM, "WWW-Authenticate", "Signature");
            case METHOD_NOT_ALLOWED -> HttpFields.of("Content-Type", PROBLEM, "Allow", "POST");
            case NOT_FOUND, CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, REQUEST_TIMEOUT ->
                HttpFields.of("Content-Type", PROBLEM);
            case CLOCK, REPLAY, BUSY, BAD_BODY, WRONG_NETWORK, WRONG_SENDER, WRONG_RECEIVER ->
                throw new IllegalArgumentException(code + " is answered with a signature");
        };
        return new HttpAnswer(code.status(), fields, ProblemBody.encodeUnsigned(code));
    }

    /** What we hold, no more than a message may say; our own first, hence always in it. */
    static Map<String, Long> have(SharedStore store) {
        LinkedHashMap<String, Long> have = new LinkedHashMap<>(store.have());
        while (have.size() > Limits.MAX_ENTRIES) {
            have.sequencedKeySet().removeLast();
        }
        return have;
    }
}
