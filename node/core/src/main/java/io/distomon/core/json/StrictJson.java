package io.distomon.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The one JSON reader for all that other nodes send, messages and payloads alike. Strict and bounded: UTF-8 without BOM,
 * one value, no duplicate names, no NaN, depth, number and string lengths limited, also in what is skipped. It streams:
 * values that nobody asks for cost no memory. Stands on one value at a time; each reading method consumes it. Not
 * thread-safe.
 */
public final class StrictJson {
    /** Deepest nesting of objects and arrays. */
    public static final int MAX_DEPTH = 32;

    /** Longest number, characters. */
    public static final int MAX_NUMBER_CHARS = 64;

    /** Longest string or name, bytes of its UTF-8 form, unless a reader allows more. */
    public static final int MAX_STRING_BYTES = 1024;

    /** Most members of an object whose names are data: entries, dates held, pings. */
    public static final int MAX_MEMBERS = 1024;

    /** Bound of {@link #integer}: what a double, hence any JSON implementation, holds exactly. */
    public static final long MAX_INTEGER = (1L << 53) - 1;

    /** Keeps the names of unknown fields, which the duplicate check collects, from filling the heap. */
    private static final int MAX_TOKENS = 100_000;

    /** Texts up to here are decoded at once, longer ones piece by piece: in memory characters take twice what bytes do. */
    private static final int SHORT_BYTES = 64 * 1024;

    /** So many readers and writers find buffers that others left: most threads live for one message. */
    private static final int BUFFERS_KEPT = 8;

    // Names are not canonicalised: a table of other nodes' strings would outlive their messages.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .maxNameLength(MAX_STRING_BYTES)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS_KEPT))
            .build();

    private final JsonParser parser;

    private StrictJson(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads one value. */
    @FunctionalInterface
    public interface Shape<T extends @Nullable Object> {
        T read(StrictJson json) throws InvalidJsonException, IOException;
    }

    /** Takes one member of an object; must consume its value with exactly one reading method. */
    @FunctionalInterface
    public interface Member {
        void read(String name) throws InvalidJsonException, IOException;
    }

    /** Takes one item of an array; must consume it with exactly one reading method. */
    @FunctionalInterface
    public interface Item {
        void read() throws InvalidJsonException, IOException;
    }

    /** Writes one value. */
    @FunctionalInterface
    public interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * Reads a whole text.
     *
     * @param utf8 the text; the caller bounds its size
     * @param shape reads its one value
     * @throws InvalidJsonException when it breaks a rule of this class or of {@code shape}
     */
    public static <T> T parse(byte[] utf8, Shape<T> shape) throws InvalidJsonException {
        if (utf8.length >= 3 && utf8[0] == (byte) 0xEF && utf8[1] == (byte) 0xBB && utf8[2] == (byte) 0xBF) {
            throw new InvalidJsonException("found a byte order mark, expected JSON");
        }
        try (JsonParser parser = parser(utf8)) {
            StrictJson json = new StrictJson(parser);
            if (parser.nextToken() == null) {
                throw new InvalidJsonException("found nothing, expected a JSON value");
            }
            T value = shape.read(json);
            if (parser.nextToken() != null) {
                throw json.unexpected("the end");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new InvalidJsonException("no strict JSON: " + e.getOriginalMessage());
        } catch (CharacterCodingException e) {
            throw new InvalidJsonException("found bytes that are no UTF-8");
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** Jackson's own UTF-8 decoder takes overlong forms and surrogates; the JDK's refuses them. */
    private static JsonParser parser(byte[] utf8) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        if (utf8.length > SHORT_BYTES) {
            return FACTORY.createParser(new InputStreamReader(new ByteArrayInputStream(utf8), decoder));
        }
        CharBuffer text = decoder.decode(ByteBuffer.wrap(utf8));
        return FACTORY.createParser(text.array(), text.arrayOffset(), text.remaining());
    }

    /** Writes a text: UTF-8, no white space. */
    public static byte[] write(Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return out.toByteArray();
    }

    /** Hands every member of the object to {@code member}, in order. */
    public void object(Member member) throws InvalidJsonException, IOException {
        members(Integer.MAX_VALUE, member);
    }

    /** Hands every member of the object, {@link #MAX_MEMBERS} at most, to {@code member}, in order. */
    public void map(Member member) throws InvalidJsonException, IOException {
        members(MAX_MEMBERS, member);
    }

    /** Has {@code item} take every item of the array, {@code max} at most, in order. */
    public void list(int max, Item item) throws InvalidJsonException, IOException {
        if (!parser.hasToken(JsonToken.START_ARRAY)) {
            throw unexpected("an array");
        }
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (++count > max) {
                throw new InvalidJsonException("%s has more than %s items".formatted(place(), max));
            }
            item.read();
        }
    }

    /** A string of at most {@link #MAX_STRING_BYTES}. */
    public String text() throws InvalidJsonException, IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            throw unexpected("a string");
        }
        return bounded(parser.getText());
    }

    /** A string of at most {@link #MAX_STRING_BYTES}, or null. */
    public @Nullable String textOrNull() throws InvalidJsonException, IOException {
        return isNull() ? null : text();
    }

    /** Any value; null unless it is a string of at most {@code maxBytes} bytes. Its own bound replaces the usual one. */
    public @Nullable String textIfAtMost(int maxBytes) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            parser.skipChildren();
            return null;
        }
        if (parser.getTextLength() > maxBytes) {
            return null;
        }
        int bytes = textBytes();
        return bytes < 0 || bytes > maxBytes ? null : parser.getText();
    }

    /** An integer, written without fraction and exponent, from 0 to {@link #MAX_INTEGER}. */
    public long integer() throws InvalidJsonException, IOException {
        if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
            throw unexpected("an integer");
        }
        checkNumber();
        // A number too long for a long is reported by the parser, as broken JSON.
        long value = parser.getLongValue();
        if (value < 0 || value > MAX_INTEGER) {
            throw new InvalidJsonException("%s is %s, expected 0 to %s".formatted(place(), value, MAX_INTEGER));
        }
        return value;
    }

    /** A finite number. */
    public double number() throws InvalidJsonException, IOException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw unexpected("a number");
        }
        checkNumber();
        double value = Double.parseDouble(parser.getText());
        if (!Double.isFinite(value)) {
            throw new InvalidJsonException("%s is too large a number".formatted(place()));
        }
        return value;
    }

    /** Any value within the bounds; NaN unless it is a finite number. */
    public double numberOrNaN() throws InvalidJsonException, IOException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
            skip();
            return Double.NaN;
        }
        checkNumber();
        double value = Double.parseDouble(parser.getText());
        return Double.isFinite(value) ? value : Double.NaN;
    }

    /** True or false. */
    public boolean flag() throws InvalidJsonException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case null, default -> throw unexpected("true or false");
        };
    }

    /** Whether the value is null. Does not consume it: a null needs no reading. */
    public boolean isNull() {
        return parser.hasToken(JsonToken.VALUE_NULL);
    }

    /** Whether the value is a string. */
    public boolean isText() {
        return parser.hasToken(JsonToken.VALUE_STRING);
    }

    /** Whether the value is an array. */
    public boolean isArray() {
        return parser.hasToken(JsonToken.START_ARRAY);
    }

    /** Whether the value is an object. */
    public boolean isObject() {
        return parser.hasToken(JsonToken.START_OBJECT);
    }

    /** Passes over any value, whatever the lengths of its strings. */
    public void drop() throws IOException {
        parser.skipChildren();
    }

    /** Passes over any value of a newer version, within the bounds. */
    public void skip() throws InvalidJsonException, IOException {
        int depth = 0;
        do {
            switch (parser.currentToken()) {
                case START_OBJECT, START_ARRAY -> depth++;
                case END_OBJECT, END_ARRAY -> depth--;
                case FIELD_NAME -> bounded(parser.currentName());
                case VALUE_STRING -> bounded(parser.getText());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> checkNumber();
                case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> {}
                case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw unexpected("a JSON value");
                case null -> throw unexpected("a JSON value");
            }
            if (depth > 0) {
                parser.nextToken();
            }
        } while (depth > 0);
    }

    private void members(int max, Member member) throws InvalidJsonException, IOException {
        if (!isObject()) {
            throw unexpected("an object");
        }
        int count = 0;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            if (++count > max) {
                throw new InvalidJsonException("%s has more than %s members".formatted(place(), max));
            }
            bounded(name);
            parser.nextToken();
            member.read(name);
        }
    }

    private void checkNumber() throws InvalidJsonException, IOException {
        if (parser.getTextLength() > MAX_NUMBER_CHARS) {
            throw new InvalidJsonException(
                    "%s is a number of more than %s characters".formatted(place(), MAX_NUMBER_CHARS));
        }
    }

    private String bounded(String text) throws InvalidJsonException {
        int bytes = utf8Bytes(text);
        if (bytes < 0 || bytes > MAX_STRING_BYTES) {
            throw new InvalidJsonException("found a string that is no UTF-8 or longer than %s bytes, near %s"
                    .formatted(MAX_STRING_BYTES, parser.currentLocation().offsetDescription()));
        }
        return text;
    }

    private InvalidJsonException unexpected(String expected) {
        return new InvalidJsonException(
                "%s is %s, expected %s".formatted(place(), String.valueOf(parser.currentToken()), expected));
    }

    private String place() {
        return parser.getParsingContext().pathAsPointer().toString();
    }

    /** Likewise of the string that it stands on, which may be long. */
    private int textBytes() throws IOException {
        char[] chars = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int length = parser.getTextLength();
        for (int i = from; i < from + length; i++) {
            if (chars[i] >= 0x80) {
                return utf8Bytes(parser.getText());
            }
        }
        return length;
    }

    /** Length of the UTF-8 form; -1 when there is none, because an escape named half of a surrogate pair. */
    private static int utf8Bytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                return -1;
            }
        }
        return bytes;
    }
}
