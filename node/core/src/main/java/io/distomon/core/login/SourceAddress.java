package io.distomon.core.login;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Where a connection comes from, as far as it can't be chosen freely: an IPv4 address, or the /64 of an IPv6 address, all
 * of which one machine can have (RFC 4291 section 2.5.4).
 *
 * @param prefix the address, or the bits of it that count, in hexadecimal
 */
public record SourceAddress(String prefix) {
    private static final int BYTES_OF_SUBNET = 8;
    private static final int BYTES_OF_SITE = 6;

    /** What a provider gives to one customer at most, as a rule: a /48 of IPv6 addresses (RFC 6177), a /24 of IPv4. */
    public static SourceAddress neighbourhood(InetAddress address) {
        byte[] bytes = address.getAddress();
        int counted = address instanceof Inet6Address ? BYTES_OF_SITE : bytes.length - 1;
        return new SourceAddress(HexFormat.of().formatHex(Arrays.copyOf(bytes, counted)));
    }

    public static SourceAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new SourceAddress(HexFormat.of()
                .formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, BYTES_OF_SUBNET) : bytes));
    }
}
