package io.distomon.core.store;

import com.fasterxml.jackson.core.JsonGenerator;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Entries as they came, by the node id that the sender filed them under, not yet judged.
 *
 * @param wellFormed those that have all parts
 * @param malformed the keys of those that have not
 */
public record RawEntries(Map<String, RawEntry> wellFormed, Set<String> malformed) {
    /** None. */
    public static final RawEntries EMPTY = new RawEntries(Map.of(), Set.of());

    /** Longest payload, characters of base64. */
    public static final int MAX_PAYLOAD_CHARS = 256 * 1024;

    public RawEntries {
        wellFormed = Collections.unmodifiableMap(new LinkedHashMap<>(wellFormed));
        malformed = Collections.unmodifiableSet(new LinkedHashSet<>(malformed));
    }

    /** The wire form of {@code entries}. */
    public static RawEntries of(Collection<SignedNodeData> entries) {
        Map<String, RawEntry> raw = new LinkedHashMap<>();
        entries.forEach(entry -> raw.put(entry.raw().sigId(), entry.raw()));
        return new RawEntries(raw, Set.of());
    }

    /** Reads a whole text: the raw form of a node's store. */
    public static RawEntries parse(byte[] utf8) throws InvalidJsonException {
        return StrictJson.parse(utf8, RawEntries::read);
    }

    /**
     * Reads an object from node id to entry. An entry in it that is broken spoils only itself.
     *
     * @throws InvalidJsonException when the value is no object, has too many members or breaks the JSON around it
     */
    public static RawEntries read(StrictJson json) throws InvalidJsonException, IOException {
        Map<String, RawEntry> wellFormed = new LinkedHashMap<>();
        Set<String> malformed = new LinkedHashSet<>();
        json.map(key -> {
            RawEntry entry = readEntry(json);
            if (entry == null) {
                malformed.add(key);
            } else {
                wellFormed.put(key, entry);
            }
        });
        return new RawEntries(wellFormed, malformed);
    }

    /** Writes the object from node id to entry that {@link #read} reads, of those that are well formed. */
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, RawEntry> entry : wellFormed.entrySet()) {
            json.writeFieldName(entry.getKey());
            write(json, entry.getValue());
        }
        json.writeEndObject();
    }

    /** Writes what {@link #readEntry} reads. */
    public static void write(JsonGenerator json, RawEntry entry) throws IOException {
        json.writeStartObject();
        json.writeStringField("payload", entry.payload());
        json.writeStringField("signature", entry.signature());
        json.writeStringField("sig_id", entry.sigId());
        json.writeEndObject();
    }

    /** Reads one entry; null when it is broken. */
    public static @Nullable RawEntry readEntry(StrictJson json) throws InvalidJsonException, IOException {
        if (!json.isObject()) {
            json.drop();
            return null;
        }
        var parts = new Object() {
            @Nullable
            String payload;

            @Nullable
            String signature;

            @Nullable
            String sigId;
        };
        json.object(name -> {
            switch (name) {
                case "payload" -> parts.payload = json.textIfAtMost(MAX_PAYLOAD_CHARS);
                case "signature" -> parts.signature = json.textIfAtMost(StrictJson.MAX_STRING_BYTES);
                case "sig_id" -> parts.sigId = json.textIfAtMost(StrictJson.MAX_STRING_BYTES);
                default -> json.drop();
            }
        });
        return parts.payload == null || parts.signature == null || parts.sigId == null
                ? null
                : new RawEntry(parts.payload, parts.signature, parts.sigId);
    }
}
