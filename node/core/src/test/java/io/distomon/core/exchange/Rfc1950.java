package io.distomon.core.exchange;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The content coding read by the letters of RFC 1950 and RFC 1951, bit after bit: a second implementation, as the JDK's and
 * Python's are both zlib. Slow, and without bounds.
 */
final class Rfc1950 {
    private static final int END = 256;
    private static final int FIRST_LENGTH = 257;
    private static final int[] LENGTHS = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258
    };
    private static final int[] LENGTH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
    };
    private static final int[] DISTANCES = {
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577
    };
    private static final int[] ORDER_OF_LENGTHS = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    private static final int ADLER = 65521;

    private final byte[] stream;
    private final byte[] body;
    private int bit;

    /** @param length of the body, which has to be known */
    private Rfc1950(byte[] stream, int length) {
        this.stream = stream;
        this.body = new byte[length];
    }

    /** @throws IllegalStateException unless it is one whole stream of a body of that length, with nothing behind it */
    static byte[] read(byte[] stream, int length) {
        return new Rfc1950(stream, length).read();
    }

    private byte[] read() {
        expect(8, bits(4), "compression method");
        bits(4); // the window's size
        expect(0, (stream[0] << 8 | Byte.toUnsignedInt(stream[1])) % 31, "remainder of the first two bytes");
        bits(5);
        expect(0, bits(1), "preset dictionary");
        bits(2);
        int length = 0;
        boolean isLast;
        do {
            isLast = bits(1) == 1;
            int type = bits(2);
            length = switch (type) {
                case 0 -> stored(length);
                case 1 -> block(length, fixedLiterals(), fixedDistances());
                case 2 -> dynamic(length);
                default -> throw new IllegalStateException("found a block of type 3");
            };
        } while (!isLast);
        expect(body.length, length, "length");
        bit = (bit + 7) / 8 * 8;
        int a = 1;
        int b = 0;
        for (byte one : body) {
            a = (a + Byte.toUnsignedInt(one)) % ADLER;
            b = (b + a) % ADLER;
        }
        for (int part : new int[] {b >> 8, b & 0xff, a >> 8, a & 0xff}) {
            expect(part, bits(8), "byte of the checksum");
        }
        expect(8 * stream.length, bit, "end");
        return body;
    }

    private int stored(int at) {
        bit = (bit + 7) / 8 * 8;
        int length = bits(16);
        expect(length ^ 0xffff, bits(16), "complement of a length");
        for (int i = 0; i < length; i++) {
            body[at + i] = (byte) bits(8);
        }
        return at + length;
    }

    private int dynamic(int at) {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int given = bits(4) + 4;
        int[] ofLengths = new int[ORDER_OF_LENGTHS.length];
        for (int i = 0; i < given; i++) {
            ofLengths[ORDER_OF_LENGTHS[i]] = bits(3);
        }
        Map<Integer, Integer> codes = codes(ofLengths, 0, ofLengths.length);
        int[] lengths = new int[literals + distances];
        int known = 0;
        while (known < lengths.length) {
            int symbol = symbol(codes);
            int repeated = symbol == 16 ? lengths[known - 1] : symbol < 16 ? symbol : 0;
            int times = switch (symbol) {
                case 16 -> 3 + bits(2);
                case 17 -> 3 + bits(3);
                case 18 -> 11 + bits(7);
                default -> 1;
            };
            for (int i = 0; i < times; i++) {
                lengths[known++] = repeated;
            }
        }
        return block(at, codes(lengths, 0, literals), codes(lengths, literals, lengths.length));
    }

    private int block(int from, Map<Integer, Integer> literals, Map<Integer, Integer> distances) {
        int at = from;
        while (true) {
            int symbol = symbol(literals);
            if (symbol < END) {
                body[at++] = (byte) symbol;
            } else if (symbol == END) {
                return at;
            } else {
                int length = LENGTHS[symbol - FIRST_LENGTH] + bits(LENGTH_BITS[symbol - FIRST_LENGTH]);
                int distanceSymbol = symbol(distances);
                int distance = DISTANCES[distanceSymbol] + bits(Math.max(0, distanceSymbol / 2 - 1));
                for (int i = 0; i < length; i++) {
                    body[at] = body[at - distance];
                    at++;
                }
            }
        }
    }

    private static Map<Integer, Integer> fixedLiterals() {
        int[] lengths = new int[288];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
        }
        return codes(lengths, 0, lengths.length);
    }

    private static Map<Integer, Integer> fixedDistances() {
        int[] lengths = new int[DISTANCES.length];
        Arrays.fill(lengths, 5);
        return codes(lengths, 0, lengths.length);
    }

    /** RFC 1951 section 3.2.2: symbols by their codes, each with a 1 before its first bit. */
    private static Map<Integer, Integer> codes(int[] lengths, int from, int to) {
        Map<Integer, Integer> codes = new HashMap<>();
        int code = 0;
        for (int length = 1; length <= 15; length++) {
            for (int i = from; i < to; i++) {
                if (lengths[i] == length) {
                    codes.put(1 << length | code++, i - from);
                }
            }
            code <<= 1;
        }
        return codes;
    }

    private int symbol(Map<Integer, Integer> codes) {
        int code = 1;
        for (int length = 1; length <= 15; length++) {
            code = code << 1 | bits(1);
            Integer symbol = codes.get(code);
            if (symbol != null) {
                return symbol;
            }
        }
        throw new IllegalStateException("found no symbol at bit " + bit);
    }

    /** The next ones, the first of them the lowest. */
    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++, bit++) {
            value |= (stream[bit / 8] >> bit % 8 & 1) << i;
        }
        return value;
    }

    private static void expect(int expected, int found, String what) {
        if (found != expected) {
            throw new IllegalStateException("found %s %s, expected %s".formatted(what, found, expected));
        }
    }
}
