package io.distomon.node.polls;

import io.distomon.core.config.PeerUrl;
import io.distomon.core.exchange.AnswerFault;
import io.distomon.core.exchange.ClockOffset;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.PollError;
import io.distomon.core.text.ForeignText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a poll failed, for whoever looks after this node: the stage and the fact. It stays here; peers are told no more than
 * the code. What others wrote is kept short and on one line.
 */
public final class FailureWords {
    private static final int MAX_FOREIGN_CHARS = 200;
    private static final double MILLIS_IN_SECOND = 1_000;

    /** With which a peer refuses who signs with a time that is too far from its own. */
    private static final String CLOCK = "clock";

    private static final Pattern NO_NAME_MATCHES = Pattern.compile("No (subject alternative|name matching).*");

    private FailureWords() {}

    /** @param asked the address that was asked; null when one did not get so far */
    static String of(URI uri, @Nullable InetSocketAddress asked, IOException failure) {
        if (has(failure, UnknownHostException.class)) {
            return "DNS: no such host " + PeerUrl.hostOf(uri);
        }
        return switch (PollError.of(failure)) {
            case TLS -> "TLS: " + tls(failure);
            case BAD_ANSWER -> "HTTP: " + words(failure, ProtocolException.class);
            case TIMEOUT, UNAUTHENTICATED -> "no answer from " + uri.getRawAuthority();
            case CONNECT -> "TCP: " + connection(address(uri, asked), failure);
        };
    }

    /** Of silence. */
    static String timeout(URI uri, Duration timeout) {
        return "no whole answer from %s within %s ms".formatted(uri.getRawAuthority(), timeout.toMillis());
    }

    /** Of an answer that does not count. */
    static String of(HttpAnswer answer, AnswerFault fault) {
        int status = answer.status();
        if (fault != AnswerFault.UNSIGNED) {
            return "HTTP: an answer %s that does not count: %s".formatted(status, fault.reason());
        }
        String by = first(answer, "Via")
                .or(() -> first(answer, "Server"))
                .map(name -> " (" + plain(name) + ")")
                .orElse("");
        String location = first(answer, "Location").map(FailureWords::plain).orElse("elsewhere");
        return "HTTP: "
                + switch (status) {
                    case 301, 302, 303, 307, 308 -> "%s to %s; use that url".formatted(status, location);
                    case 401 -> "401, it does not know us, or not this key of ours" + by;
                    case 404 -> "404, no node answers at this path" + by;
                    case 413 -> "413, our request is too long for it or for a proxy" + by;
                    case 502, 503, 504 -> "%s from a proxy".formatted(status) + by;
                    default -> "%s, unsigned: not from the node".formatted(status) + by;
                };
    }

    private static Optional<String> first(HttpAnswer answer, String field) {
        return answer.fields().all(field).stream().findFirst();
    }

    /** Of a refusal that a peer signed; null where its code says all that is known. */
    public static @Nullable String ofRefusal(String code, @Nullable ClockOffset clock) {
        return code.equals(CLOCK) && clock != null ? clock(clock) : null;
    }

    /** How far a peer's clock is ahead of ours, to a tenth of a second, to a second where it is many. */
    public static String clock(ClockOffset clock) {
        double seconds = Math.abs(clock.millis()) / MILLIS_IN_SECOND;
        Object shown = seconds < 10 ? (Object) (Math.round(seconds * 10) / 10.0) : (Object) Math.round(seconds);
        return "its clock is %s s %s ours".formatted(shown, clock.millis() < 0 ? "behind" : "ahead of");
    }

    private static String connection(String at, IOException failure) {
        if (has(failure, NoRouteToHostException.class)) {
            return "no route to " + at;
        }
        Throwable unconnected = find(failure, ConnectException.class);
        if (unconnected == null) {
            return "the connection to %s broke (%s)".formatted(at, words(failure, IOException.class));
        }
        // Netty's own puts an address behind the system's words, which are below it.
        Throwable cause = unconnected.getCause() == null ? unconnected : unconnected.getCause();
        String said = String.valueOf(cause.getMessage());
        return said.contains("refused") ? "refused by " + at : "no connection to %s (%s)".formatted(at, plain(said));
    }

    private static String tls(IOException failure) {
        if (has(failure, CertificateExpiredException.class)) {
            return "certificate expired, " + words(failure, CertificateExpiredException.class);
        }
        if (has(failure, CertificateNotYetValidException.class)) {
            return "certificate not valid yet, " + words(failure, CertificateNotYetValidException.class);
        }
        if (has(failure, CertPathBuilderException.class)) {
            return "certificate by somebody who is not trusted here";
        }
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (NO_NAME_MATCHES.matcher(String.valueOf(cause.getMessage())).matches()) {
                return "certificate for another host, " + plain(String.valueOf(cause.getMessage()));
            }
        }
        return plain(String.valueOf(failure.getMessage()));
    }

    private static String address(URI uri, @Nullable InetSocketAddress asked) {
        String host = PeerUrl.hostOf(uri);
        if (asked == null) {
            return host + ":" + PeerUrl.portOf(uri);
        }
        String address = asked.getAddress().getHostAddress();
        String shown = address.contains(":") ? "[" + address + "]" : address;
        return address.equals(host) || shown.equals(host)
                ? shown + ":" + asked.getPort()
                : "%s (%s:%s)".formatted(host, shown, asked.getPort());
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        return find(failure, type) != null;
    }

    private static String words(Throwable failure, Class<? extends Throwable> type) {
        Throwable found = find(failure, type);
        return plain(found == null ? failure.toString() : String.valueOf(found.getMessage()));
    }

    private static @Nullable Throwable find(Throwable failure, Class<? extends Throwable> type) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return cause;
            }
        }
        return null;
    }

    private static String plain(String foreign) {
        return ForeignText.plain(foreign, MAX_FOREIGN_CHARS);
    }
}
