package io.distomon.e2e.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who has written what, by an API server's audit log: each time only what is new of it is read. Safe for use by many threads. */
final class AuditLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final List<Write> writes = new ArrayList<>();
    private long readBytes;

    AuditLog(Path file) {
        this.file = file;
    }

    /**
     * A request that was to change something.
     *
     * @param at when, as the server says it
     * @param user in whose name
     * @param resource what of, with its part: {@code distomonnetworks/status}
     * @param code what the server answered
     */
    record Write(String at, String user, String namespace, String verb, String resource, String name, int code) {
        @Override
        public String toString() {
            return "%s %s %s %s: %s".formatted(at, verb, resource, name, code);
        }
    }

    /** What somebody in whose name others act has written in a namespace until now, oldest first. */
    synchronized List<Write> of(String user, String namespace) throws IOException {
        readOn();
        return writes.stream()
                .filter(write -> write.user().equals(user) && write.namespace().equals(namespace))
                .toList();
    }

    private void readOn() throws IOException {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            log.seek(readBytes);
            byte[] more = new byte[Math.toIntExact(log.length() - readBytes)];
            log.readFully(more);
            int end = more.length;
            while (end > 0 && more[end - 1] != '\n') {
                end--; // the last line is not written whole yet
            }
            readBytes += end;
            for (String line :
                    new String(more, 0, end, StandardCharsets.UTF_8).lines().toList()) {
                if (line.contains("impersonatedUser")) {
                    writes.add(write(JSON.readTree(line)));
                }
            }
        }
    }

    private static Write write(JsonNode event) {
        JsonNode object = event.path("objectRef");
        String part = object.path("subresource").asText("");
        return new Write(
                event.path("requestReceivedTimestamp").asText(),
                event.at("/impersonatedUser/username").asText(),
                object.path("namespace").asText(),
                event.path("verb").asText(),
                object.path("resource").asText() + (part.isEmpty() ? "" : "/" + part),
                object.path("name").asText(),
                event.at("/responseStatus/code").asInt());
    }
}
