package io.distomon.core.config;

import java.math.BigInteger;
import java.net.InetAddress;

/**
 * Addresses that begin alike (CIDR, RFC 4632 and RFC 4291 section 2.3).
 *
 * @param first any of them
 * @param prefixBits how many bits they have in common
 */
public record AddressRange(InetAddress first, int prefixBits) {
    /** What is written. */
    public static final String RULE = "an address or a range of them such as 10.0.0.0/8 or fd00::/8";

    /**
     * Reads an address, which is a range of one, or {@code address/bits}.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int all = address.getAddress().length * Byte.SIZE;
        int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
        if (bits < 0 || bits > all) {
            throw new IllegalArgumentException("found %s bits of %s".formatted(bits, all));
        }
        return new AddressRange(address, bits);
    }

    /** Whether {@link #parse} takes it. */
    public static boolean isValid(String text) {
        try {
            parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether it is one of them; never an address of the other version of IP. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        byte[] ours = first.getAddress();
        int rest = ours.length * Byte.SIZE - prefixBits;
        return bytes.length == ours.length
                && new BigInteger(1, bytes).shiftRight(rest).equals(new BigInteger(1, ours).shiftRight(rest));
    }
}
