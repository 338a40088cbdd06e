package io.distomon.node.alerts;

import io.distomon.core.Clock;
import io.distomon.core.alert.Message;
import io.distomon.core.alert.MessageBody;
import io.distomon.core.alert.Outcome;
import io.distomon.core.alert.WebhookSignature;
import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.Secret;
import io.distomon.core.store.EntryDate;
import io.distomon.node.Version;
import io.distomon.node.outgoing.PollProxies;
import io.distomon.node.outgoing.ProxySetting;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages: by HTTP/1.1, by the environment's proxies, by https to whom Java trusts. Redirects are not followed, and of
 * an answer nothing is read but its head. What it says of a failure has nothing of the URL in it, which is a secret. Safe for
 * use by many threads.
 */
public final class Post implements AutoCloseable {
    private static final Duration CONNECTED = Duration.ofSeconds(5);

    /** For so long an answer is waited for. */
    private static final Duration ANSWERED = Duration.ofSeconds(10);

    private static final String ALERTMANAGER_PATH = "/api/v2/alerts";
    private static final int SUCCESS = 2;
    private static final int CLIENT_ERROR = 4;
    private static final int SERVER_ERROR = 5;
    private static final int CLASS = 100;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_LARGE = 413;
    private static final int TOO_MANY_REQUESTS = 429;

    private final HttpClient http;
    private final Clock clock;
    private final Duration answered;

    public Post(Clock clock) {
        this(new PollProxies(new ProxySetting(System::getenv)), ANSWERED, clock);
    }

    /** @param answered for how long an answer is waited for */
    Post(PollProxies proxies, Duration answered, Clock clock) {
        this.clock = clock;
        this.answered = answered;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECTED)
                .proxy(selector(proxies))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /**
     * Sends a message once, and waits for what becomes of it, 15 s at most.
     *
     * @throws InterruptedException when told not to wait
     */
    public Outcome send(AlertReceiver receiver, Message message) throws InterruptedException {
        byte[] body = MessageBody.of(receiver.type(), message, clock.wallMicros());
        HttpRequest.Builder request = HttpRequest.newBuilder(target(receiver))
                .timeout(answered)
                .header("Content-Type", "application/json")
                .header("User-Agent", "distomon/" + Version.current())
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        Secret key = receiver.signingKey();
        if (key != null) {
            long seconds = Math.floorDiv(clock.wallMicros(), EntryDate.SECOND_MICROS);
            request.header(WebhookSignature.HEADER, WebhookSignature.of(key, seconds, body));
        }
        try {
            HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            answer.body().close();
            return outcome(
                    answer.statusCode(),
                    message.notices().size(),
                    answer.headers().firstValue("Retry-After").orElse(""));
        } catch (IOException e) {
            return failed(e);
        }
    }

    private static URI target(AlertReceiver receiver) {
        String url = receiver.url().reveal();
        return URI.create(
                receiver.type() == AlertReceiver.Type.ALERTMANAGER
                        ? url.replaceAll("/+$", "") + ALERTMANAGER_PATH
                        : url);
    }

    private static Outcome outcome(int status, int alerts, String retryAfter) {
        String why = "status " + status;
        boolean isTransient = status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS;
        if (status / CLASS == SUCCESS) {
            return new Outcome.Delivered();
        }
        if (status == TOO_LARGE && alerts > 1) {
            return new Outcome.TooLarge(why);
        }
        if (status / CLASS == CLIENT_ERROR && !isTransient) {
            return new Outcome.Refused(why);
        }
        return new Outcome.Failed(why, status / CLASS == SERVER_ERROR, seconds(retryAfter));
    }

    /** Seconds alone: a date would be by the receiver's clock. */
    private static @Nullable Duration seconds(String retryAfter) {
        return retryAfter.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(retryAfter)) : null;
    }

    private Outcome failed(IOException failure) {
        return switch (failure) {
            case HttpConnectTimeoutException _ -> unsent("no connection within %s s".formatted(CONNECTED.toSeconds()));
            case HttpTimeoutException _ ->
                new Outcome.Failed("no answer within %s s".formatted(answered.toSeconds()), true, null);
            case ConnectException e -> unsent(isUnresolved(e) ? "its host can't be found" : "no connection");
            case SSLException _ -> unsent("no TLS connection with somebody whom Java trusts as that host");
            default -> new Outcome.Failed("the connection broke", true, null);
        };
    }

    private static boolean isUnresolved(ConnectException failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    private static Outcome unsent(String why) {
        return new Outcome.Failed(why, false, null);
    }

    private static ProxySelector selector(PollProxies proxies) {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(proxies.of(uri)
                        .map(address -> new Proxy(Proxy.Type.HTTP, address))
                        .orElse(Proxy.NO_PROXY));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                // The failure is told as that of the message.
            }
        };
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
