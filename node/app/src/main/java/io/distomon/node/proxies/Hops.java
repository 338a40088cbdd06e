package io.distomon.node.proxies;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request came from on its way, as the proxies wrote it down: each adds whom it got it from behind what is there,
 * in {@code X-Forwarded-For} or in {@code Forwarded} (RFC 7239). Whoever asks can begin the list with anything, so it is
 * read from its end.
 */
final class Hops {
    /** A list that is longer, all its lines together, is not read: no chain of proxies needs it. */
    static final int MAX_CHARS = 1024;

    /** {@code name=token} or {@code name="quoted"}, with what parts it from the next, RFC 7239 section 4. */
    private static final Pattern PAIR =
            Pattern.compile("\\s*([A-Za-z0-9-]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s\",;]+)\\s*([,;]|$)");

    private static final Pattern IPV4 = Pattern.compile("([0-9.]+)(:[0-9]{1,5})?");
    private static final Pattern IPV6_IN_BRACKETS = Pattern.compile("\\[([0-9A-Fa-f:.]+)](:[0-9]{1,5})?");

    private Hops() {}

    /**
     * Of the lines of {@code X-Forwarded-For}, in their order: the latest hop first. What is behind something that is no
     * address is not told.
     */
    static List<InetAddress> ofForwardedFor(List<String> lines) {
        String list = String.join(",", lines);
        return list.length() > MAX_CHARS ? List.of() : latestFirst(List.of(list.split(",", -1)));
    }

    /** Likewise of the lines of {@code Forwarded}; nothing if they are not as they should be. */
    static List<InetAddress> ofForwarded(List<String> lines) {
        String list = String.join(",", lines);
        if (list.length() > MAX_CHARS) {
            return List.of();
        }
        List<String> hops = new ArrayList<>();
        String hop = "";
        Matcher pair = PAIR.matcher(list);
        int end = 0;
        while (end < list.length()) {
            if (!pair.find(end) || pair.start() != end) {
                return List.of();
            }
            end = pair.end();
            if (pair.group(1).equalsIgnoreCase("for")) {
                hop = pair.group(2).replaceAll("^\"|\"$", "");
            }
            if (!pair.group(3).equals(";")) {
                hops.add(hop);
                hop = "";
            }
        }
        return latestFirst(hops);
    }

    private static List<InetAddress> latestFirst(List<String> texts) {
        List<InetAddress> hops = new ArrayList<>();
        for (String text : texts.reversed()) {
            Optional<InetAddress> address = address(text.strip());
            if (address.isEmpty()) {
                break;
            }
            hops.add(address.get());
        }
        return Collections.unmodifiableList(hops);
    }

    /** Some write the port behind it. */
    private static Optional<InetAddress> address(String text) {
        Matcher ipv4 = IPV4.matcher(text);
        Matcher ipv6 = IPV6_IN_BRACKETS.matcher(text);
        String address = ipv4.matches() ? ipv4.group(1) : ipv6.matches() ? ipv6.group(1) : text;
        try {
            return Optional.of(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
