package io.distomon.core.config;

import io.distomon.core.text.ForeignText;
import java.net.IDN;
import java.net.Inet6Address;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a member answers, as people write it. Taken are names as DNS, Docker and Swarm have them ({@code _} only for
 * http: no certificate names it), names of any script, which become ASCII (RFC 5890), and IPv4 and IPv6 addresses, these
 * with or without a zone (RFC 6874).
 */
public sealed interface PeerUrl {
    /**
     * Somewhere to ask.
     *
     * @param url http or https, in ASCII, with a host and without user, query and fragment; its zone, if any, behind
     *     {@code %25}. {@link #hostOf} and {@link #portOf} tell where it leads, since {@link URI} knows no {@code _}
     */
    record Usable(URI url) implements PeerUrl {}

    /**
     * Not asked by this software.
     *
     * @param scheme null when there is none
     */
    record OtherScheme(@Nullable String scheme) implements PeerUrl {}

    /**
     * A mistake.
     *
     * @param found what it is, in words; never the text, which may hold a password
     */
    record Unusable(String found) implements PeerUrl {}

    /** What is expected, in words. */
    String RULE = "a URL such as https://node.example.com:8000, without user, query or fragment";

    /** Judges a text. */
    static PeerUrl read(String text) {
        return Reading.of(text);
    }

    /** The host of a usable url: a name, or an address, of IPv6 without brackets and with its zone behind {@code %}. */
    static String hostOf(URI url) {
        String authority = url.getRawAuthority();
        if (authority.startsWith("[")) {
            return authority.substring(1, authority.indexOf(']')).replace("%25", "%");
        }
        int colon = authority.indexOf(':');
        return colon < 0 ? authority : authority.substring(0, colon);
    }

    /** The port of a usable url. */
    static int portOf(URI url) {
        String authority = url.getRawAuthority();
        String port = authority.substring(authority.lastIndexOf(':') + 1);
        if (authority.endsWith("]") || port.isEmpty() || port.length() == authority.length()) {
            return url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        }
        return Integer.parseInt(port);
    }

    /** Step by step; what is wrong is thrown. */
    final class Reading {
        private static final int MAX_CHARS = 1024;
        private static final int MAX_HOST_CHARS = 253;
        private static final int MAX_LABEL_CHARS = 63;
        private static final int MAX_PORT = 65_535;
        private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)", Pattern.DOTALL);
        private static final Pattern PORT_AND_PATH = Pattern.compile("[0-9]{1,5}(/.*)?", Pattern.DOTALL);
        private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._~-]{1,63}");

        /** Letters of which the two editions of IDNA make different names (RFC 5894 section 7.2). */
        private static final String DISPUTED = "ßς\u200c\u200d";

        private Reading() {}

        private static PeerUrl of(String text) {
            try {
                return read(text);
            } catch (Mistake mistake) {
                return new Unusable(String.valueOf(mistake.getMessage()));
            }
        }

        private static PeerUrl read(String text) throws Mistake {
            if (text.length() > MAX_CHARS) {
                throw new Mistake("%s characters, of which there may be %s".formatted(text.length(), MAX_CHARS));
            }
            Matcher scheme = SCHEME.matcher(text);
            if (!scheme.matches() || PORT_AND_PATH.matcher(scheme.group(2)).matches()) {
                parse(text);
                return new OtherScheme(null);
            }
            String name = scheme.group(1).toLowerCase(Locale.ROOT);
            if (!name.equals("http") && !name.equals("https")) {
                parse(text);
                return new OtherScheme(scheme.group(1));
            }
            if (!scheme.group(2).startsWith("//")) {
                throw new Mistake("no // behind " + name + ":");
            }
            String rest = scheme.group(2).substring(2);
            int end = end(rest);
            String authority = rest.substring(0, end);
            String behind = rest.substring(end);
            if (authority.contains("@")) {
                throw new Mistake("a user before an @");
            }
            if (behind.contains("#")) {
                throw new Mistake("a fragment behind a #");
            }
            if (behind.contains("?")) {
                throw new Mistake("a query behind a ?");
            }
            return new Usable(parse(scheme.group(1) + "://" + authority(authority, name.equals("https")) + behind));
        }

        private static int end(String rest) {
            for (int i = 0; i < rest.length(); i++) {
                if ("/?#".indexOf(rest.charAt(i)) >= 0) {
                    return i;
                }
            }
            return rest.length();
        }

        private static String authority(String authority, boolean isHttps) throws Mistake {
            int bracket = authority.indexOf(']');
            boolean isLiteral = authority.startsWith("[");
            if (isLiteral && bracket < 0) {
                throw new Mistake("a [ without a ]");
            }
            int colon = isLiteral ? authority.indexOf(':', bracket) : authority.indexOf(':');
            if (!isLiteral && colon >= 0 && authority.indexOf(':', colon + 1) >= 0) {
                throw new Mistake("more than one : outside of brackets, in which an IPv6 address stands");
            }
            String host = colon < 0 ? authority : authority.substring(0, colon);
            String port = colon < 0 ? "" : authority.substring(colon);
            if (host.isEmpty()) {
                throw new Mistake("no host");
            }
            return (isLiteral ? literal(host) : name(host, isHttps)) + checked(port);
        }

        private static String checked(String port) throws Mistake {
            if (port.length() > 1) {
                String digits = port.substring(1);
                if (!digits.matches("[0-9]{1,5}")
                        || Integer.parseInt(digits) < 1
                        || Integer.parseInt(digits) > MAX_PORT) {
                    throw new Mistake("no port from 1 to %s behind the :".formatted(MAX_PORT));
                }
            }
            return port;
        }

        private static String literal(String host) throws Mistake {
            if (!host.endsWith("]")) {
                throw new Mistake("something between the ] and the port");
            }
            String inside = host.substring(1, host.length() - 1);
            int percent = inside.indexOf('%');
            String address = percent < 0 ? inside : inside.substring(0, percent);
            try {
                Inet6Address.ofLiteral(address);
            } catch (IllegalArgumentException e) {
                throw new Mistake("no IPv6 address in the brackets");
            }
            if (!address.contains(":")) {
                throw new Mistake("no IPv6 address in the brackets");
            }
            if (percent < 0) {
                return host;
            }
            String zone = inside.substring(percent + 1);
            if (zone.startsWith("25") && zone.length() > 2) {
                zone = zone.substring(2);
            }
            if (!ZONE.matcher(zone).matches()) {
                throw new Mistake("no name of a network interface behind the %");
            }
            return "[" + address + "%25" + zone + "]";
        }

        private static String name(String host, boolean isHttps) throws Mistake {
            String name = host;
            if (host.chars().anyMatch(c -> c > 0x7f)) {
                for (int i = 0; i < host.length(); i++) {
                    if (DISPUTED.indexOf(host.charAt(i)) >= 0) {
                        throw new Mistake(character(host.codePointAt(i))
                                + " in the host's name, of which standards make different names: write it as xn--…");
                    }
                }
                try {
                    name = IDN.toASCII(host).toLowerCase(Locale.ROOT);
                } catch (IllegalArgumentException e) {
                    throw new Mistake("a host's name that can't be written in ASCII (RFC 5890)");
                }
            }
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                if (c == '_' && isHttps) {
                    throw new Mistake(character(c) + " in the host's name, which no certificate names");
                }
                if (!isOfNames(c)) {
                    throw new Mistake(character(name.codePointAt(i)) + " in the host's name");
                }
            }
            String relative = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
            if (relative.length() > MAX_HOST_CHARS) {
                throw new Mistake("a host's name of more than %s characters".formatted(MAX_HOST_CHARS));
            }
            for (String label : relative.split("\\.", -1)) {
                if (label.isEmpty()
                        || label.length() > MAX_LABEL_CHARS
                        || label.startsWith("-")
                        || label.endsWith("-")) {
                    throw new Mistake("a host's name with a part that is empty, longer than %s characters, or begins or"
                                    .formatted(MAX_LABEL_CHARS)
                            + " ends with -");
                }
            }
            return name;
        }

        private static boolean isOfNames(char c) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '-'
                    || c == '_';
        }

        private static URI parse(String text) throws Mistake {
            URI url;
            try {
                url = new URI(text);
            } catch (URISyntaxException e) {
                int at = e.getIndex();
                throw new Mistake(
                        at >= 0 && at < text.length() ? character(text.codePointAt(at)) : "something that is no URL");
            }
            String authority = url.getRawAuthority();
            boolean isAsked = authority != null
                    && url.getScheme() != null
                    && url.getScheme().matches("(?i)https?");
            if (isAsked && url.getHost() == null && !authority.contains("_")) {
                throw new Mistake("a host that is neither a name nor an IP address");
            }
            return url;
        }

        private static String character(int codePoint) {
            String shown = ForeignText.plain(Character.toString(codePoint), 1);
            return "the character '%s' (U+%s)"
                    .formatted(
                            shown, HexFormat.of().withUpperCase().toHexDigits(codePoint, codePoint > 0xffff ? 6 : 4));
        }

        private static final class Mistake extends Exception {
            private static final long serialVersionUID = 1;

            Mistake(String found) {
                super(found, null, false, false);
            }
        }
    }
}
