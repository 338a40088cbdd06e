package io.distomon.core.sim;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.distomon.core.exchange.HttpFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * How large a message may be that a node sends: R4's figures once more, rather than the constants that the code under
 * test keeps to. For one thread.
 */
final class Bounds {
    private static final int MAX_BODY_BYTES = 4 * 1024 * 1024;
    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final int MAX_MEMBERS = 1024;
    private static final int MAX_PAYLOAD_CHARS = 256 * 1024;
    private static final int MAX_TEXT_CHARS = 1024;
    private static final int MAX_NUMBER_CHARS = 64;
    private static final int MAX_DEPTH = 32;

    /** Entries come by many times; to remember them all would fill the heap in a large network. */
    private static final int PAYLOADS_REMEMBERED = 10_000;

    private static final JsonFactory JSON = new JsonFactory();

    private final Set<String> payloads = new HashSet<>();

    /** @throws AssertionError when it is too large, or has too much of something in it */
    void check(HttpFields fields, byte[] body) {
        check("bytes of header fields", bytes(fields), MAX_HEAD_BYTES);
        byte[] plain = fields.has("Content-Encoding") ? Plain.bytes(body) : body;
        check("bytes of a body", plain.length, MAX_BODY_BYTES);
        checkJson(plain);
    }

    /** As HTTP/1.1 writes them. */
    static int bytes(HttpFields fields) {
        return fields.lines().stream()
                .mapToInt(field -> field.name().length() + field.value().length() + ": \r\n".length())
                .sum();
    }

    private void checkJson(byte[] json) {
        Deque<Integer> members = new ArrayDeque<>();
        try (JsonParser parser = JSON.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT, START_ARRAY -> {
                        members.push(0);
                        check("levels", members.size(), MAX_DEPTH);
                    }
                    case END_OBJECT, END_ARRAY -> members.pop();
                    case FIELD_NAME -> {
                        check("members of an object", members.peek() + 1, MAX_MEMBERS);
                        members.push(members.pop() + 1);
                        check("characters of a name", parser.getTextLength(), MAX_TEXT_CHARS);
                    }
                    case VALUE_STRING -> checkText(parser);
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                        check("characters of a number", parser.getTextLength(), MAX_NUMBER_CHARS);
                    case VALUE_TRUE, VALUE_FALSE, VALUE_NULL, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> {}
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("found a message that is no JSON", e);
        }
    }

    private void checkText(JsonParser parser) throws IOException {
        if (!"payload".equals(parser.currentName())) {
            check("characters of a text", parser.getTextLength(), MAX_TEXT_CHARS);
            return;
        }
        check("characters of a payload", parser.getTextLength(), MAX_PAYLOAD_CHARS);
        if (payloads.size() == PAYLOADS_REMEMBERED) {
            payloads.clear();
        }
        if (payloads.add(parser.getText())) {
            checkJson(Base64.getDecoder().decode(parser.getText()));
        }
    }

    private static void check(String what, int found, int most) {
        if (found > most) {
            throw new AssertionError("a message has %d %s, more than %d".formatted(found, what, most));
        }
    }
}
