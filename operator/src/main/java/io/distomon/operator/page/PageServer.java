package io.distomon.operator.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.distomon.core.Clock;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import io.distomon.operator.mirror.Inquiry;
import io.distomon.page.Page;
import io.distomon.page.PageFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the page of all networks: its files to anybody, {@code POST /login} for a token, and with one {@code GET /info}, the
 * networks in words, and what a {@link Question} may ask of their nodes. Nothing else, and nothing that changes anything.
 * Refusals are those of a node: 401 before all others. Safe for use by many threads.
 */
public final class PageServer implements AutoCloseable {
    /** Questions to nodes at once, and of one network, whose nodes may all hang. */
    static final int MOST_QUESTIONS = 24;

    static final int MOST_OF_NETWORK = 8;
    static final int MOST_STREAMS = 32;

    /** A name and a password of the greatest length, each character escaped as JSON does. */
    private static final int MAX_LOGIN_BYTES = 32 * 1024;

    private static final int MAX_WAITING = 64;

    /** For all but what nodes answer. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final int SOON_SECONDS = 1;
    private static final int LATER_SECONDS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);

    private final Page page = new Page();
    private final Relay relay = new Relay();
    private final Semaphore questions = new Semaphore(MOST_QUESTIONS);
    private final Semaphore streams = new Semaphore(MOST_STREAMS);
    private final Map<String, Integer> asking = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor deadlines = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("page-deadlines").factory());
    private final HttpServer server;
    private final LookedAfter networks;
    private final PageLogin login;

    private PageServer(HttpServer server, LookedAfter networks, PageLogin login) {
        this.server = server;
        this.networks = networks;
        this.login = login;
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /**
     * Starts to serve. Without a usable password it does too, and tells so: who logs in is told then, and the next password that
     * is there counts.
     *
     * @throws IOException when the port is taken
     */
    public static PageServer start(PageSettings settings, LookedAfter networks, Clock clock) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(settings.port()), MAX_WAITING);
        PageServer server = new PageServer(http, networks, new PageLogin(settings.passwordFile(), clock));
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", server::answer);
        http.start();
        try {
            server.login.password();
        } catch (PageLogin.NoPasswordException e) {
            LOG.error("Nobody can log in to the page: {}", e.getMessage());
        }
        LOG.info("The page of all networks is served on port {}", server.port());
        return server;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        deadlines.shutdownNow();
    }

    /** What it throws ends the connection, so that an answer that breaks off is not taken for a whole one. */
    private void answer(HttpExchange exchange) throws IOException {
        Optional<Question> question = question(exchange);
        ScheduledFuture<?> deadline =
                interruptIn(question.map(Question::longest).orElse(LONGEST));
        try {
            Optional<Problem> problem = answered(exchange, question);
            if (problem.isPresent()) {
                send(exchange, problem.get());
            }
            // What is short is written by this, and who does not read it must not keep us.
            exchange.close();
        } catch (InterruptedException e) {
            throw new IOException("no whole answer in time", e);
        } catch (RuntimeException | Error e) {
            LOG.error("A request to the page failed", e);
            throw e;
        } finally {
            deadline.cancel(false);
        }
    }

    private ScheduledFuture<?> interruptIn(Duration time) {
        return deadlines.schedule(Thread.currentThread()::interrupt, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Optional<Question> question(HttpExchange exchange) {
        return Question.of(
                path(exchange),
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""),
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Last-Event-ID")));
    }

    /** As it came; nothing when it is no path of ours. */
    private static String path(HttpExchange exchange) {
        URI target = exchange.getRequestURI();
        String path = target.getRawPath();
        return path == null || target.getScheme() != null || target.getRawAuthority() != null ? "" : path;
    }

    /** Why it is not answered; empty when it is. */
    private Optional<Problem> answered(HttpExchange exchange, Optional<Question> question)
            throws IOException, InterruptedException {
        String path = path(exchange);
        boolean isGet = exchange.getRequestMethod().equals("GET");
        Optional<PageFile> file = page.at(path);
        if (file.isPresent() && (isGet || exchange.getRequestMethod().equals("HEAD"))) {
            sendFile(exchange, file.get());
            return Optional.empty();
        }
        if (isLogin(path) && exchange.getRequestMethod().equals("POST")) {
            return logIn(exchange);
        }
        if (!login.accepts(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return Optional.of(new Problem(Problem.Status.UNAUTHORIZED, null));
        }
        boolean isInfo = path.equals("/info");
        if (!isInfo && question.isEmpty() && file.isEmpty() && !isLogin(path)) {
            return Optional.of(new Problem(Problem.Status.NOT_FOUND, null));
        }
        if (!isGet || isLogin(path)) {
            String allowed = isLogin(path) ? "POST" : file.isPresent() ? "GET, HEAD" : "GET";
            exchange.getResponseHeaders().set("Allow", allowed);
            return Optional.of(new Problem(Problem.Status.METHOD_NOT_ALLOWED, "expected " + allowed));
        }
        if (isInfo) {
            sendInfo(exchange);
            return Optional.empty();
        }
        return ask(exchange, question.orElseThrow());
    }

    private static boolean isLogin(String path) {
        return path.equals("/login") || path.equals("/token");
    }

    private static void sendFile(HttpExchange exchange, PageFile file) throws IOException {
        Headers fields = exchange.getResponseHeaders();
        Page.FIELDS.forEach(fields::set);
        fields.set("ETag", file.etag());
        List<String> held = exchange.getRequestHeaders().getOrDefault("If-None-Match", List.of());
        if (held.stream().anyMatch(file::isHeldBy)) {
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        byte[] bytes = file.bytes();
        fields.set("Content-Type", file.type());
        if (exchange.getRequestMethod().equals("HEAD")) {
            fields.set("Content-Length", String.valueOf(bytes.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private record Credentials(
            @Nullable String username, @Nullable String password) {
        @Override
        public String toString() {
            return "Credentials[…]";
        }
    }

    private Optional<Problem> logIn(HttpExchange exchange) throws IOException {
        Headers asked = exchange.getRequestHeaders();
        Credentials given = basic(asked.getFirst("Authorization"));
        if (given == null) {
            if (asked.containsKey("Transfer-Encoding")) {
                return Optional.of(new Problem(Problem.Status.LENGTH_REQUIRED, null));
            }
            byte[] body = exchange.getRequestBody().readNBytes(MAX_LOGIN_BYTES + 1);
            if (body.length > MAX_LOGIN_BYTES) {
                return Optional.of(
                        new Problem(Problem.Status.TOO_LARGE, "expected at most %s bytes".formatted(MAX_LOGIN_BYTES)));
            }
            try {
                given = credentials(body);
            } catch (InvalidJsonException e) {
                return Optional.of(new Problem(
                        Problem.Status.BAD_REQUEST, "expected JSON with username and password: " + e.getMessage()));
            }
        }
        if (given.username() == null || given.password() == null) {
            return Optional.of(unauthorized(
                    exchange, "expected Basic authentication, or a body with username and password, as JSON"));
        }
        PageLogin.Outcome outcome;
        try {
            outcome = login.attempt(exchange.getRemoteAddress().getAddress(), given.username(), given.password());
        } catch (PageLogin.NoPasswordException e) {
            LOG.error("Nobody can log in to the page: {}", e.getMessage());
            return Optional.of(new Problem(
                    Problem.Status.UNAVAILABLE, "the operator has no password to compare with: its log has why"));
        }
        switch (outcome) {
            case PageLogin.Outcome.Right(String token) -> sendToken(exchange, token);
            case PageLogin.Outcome.Wrong() -> {
                LOG.warn(
                        "Refused a login to the page from {}",
                        exchange.getRemoteAddress().getAddress());
                return Optional.of(unauthorized(exchange, "wrong username or password"));
            }
            case PageLogin.Outcome.TooMany(Duration pause) -> {
                long seconds = pause.plusNanos(999_999_999).toSeconds();
                return Optional.of(new Problem(
                        Problem.Status.TOO_MANY, "too many logins, the next one in %s s".formatted(seconds), seconds));
            }
        }
        return Optional.empty();
    }

    private static Problem unauthorized(HttpExchange exchange, String detail) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"distomon\", charset=\"UTF-8\"");
        return new Problem(Problem.Status.UNAUTHORIZED, detail);
    }

    private static @Nullable Credentials basic(@Nullable String authorization) {
        String scheme = "Basic ";
        if (authorization == null || !authorization.regionMatches(true, 0, scheme, 0, scheme.length())) {
            return null;
        }
        try {
            String text = new String(
                    Base64.getDecoder()
                            .decode(authorization.substring(scheme.length()).strip()),
                    StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon < 0
                    ? new Credentials(null, null)
                    : new Credentials(text.substring(0, colon), text.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            return new Credentials(null, null);
        }
    }

    private static Credentials credentials(byte[] body) throws InvalidJsonException {
        String[] found = new String[2];
        StrictJson.parse(body, json -> {
            json.object(name -> {
                switch (name) {
                    case "username" -> found[0] = json.textIfAtMost(MAX_LOGIN_BYTES);
                    case "password" -> found[1] = json.textIfAtMost(MAX_LOGIN_BYTES);
                    default -> json.drop();
                }
            });
            return found;
        });
        return new Credentials(found[0], found[1]);
    }

    private static void sendToken(HttpExchange exchange, String token) throws IOException {
        sendJson(exchange, StrictJson.write(json -> {
            json.writeStartObject();
            json.writeStringField("access_token", token);
            json.writeStringField("token_type", "Bearer");
            json.writeNumberField("expires_in", PageLogin.LIFETIME.toSeconds());
            json.writeStringField("username", PageLogin.USERNAME);
            json.writeEndObject();
        }));
    }

    private void sendInfo(HttpExchange exchange) throws IOException {
        List<NetworkLine> lines = networks.networks()
                .map(NetworkLine::of)
                .sorted(Comparator.comparing(NetworkLine::networkId))
                .toList();
        sendJson(exchange, StrictJson.write(json -> {
            json.writeStartObject();
            json.writeStringField("kind", "operator");
            json.writeArrayFieldStart("networks");
            for (NetworkLine line : lines) {
                line.write(json);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("warnings");
            if (networks.trouble().isPresent()) {
                json.writeString(networks.trouble().get());
            }
            json.writeEndArray();
            json.writeEndObject();
        }));
    }

    private Optional<Problem> ask(HttpExchange exchange, Question question) throws IOException, InterruptedException {
        if (question.query().length() > Question.MAX_QUERY_CHARS) {
            return Optional.of(new Problem(Problem.Status.TOO_LONG, null));
        }
        if (!networks.has(question.namespace(), question.name())) {
            return Optional.of(new Problem(
                    Problem.Status.NOT_FOUND, "this operator looks after no network " + question.network()));
        }
        Optional<Inquiry> inquiry = networks.inquiry(question.namespace(), question.name());
        if (inquiry.isEmpty()) {
            return Optional.of(new Problem(
                    Problem.Status.UNAVAILABLE,
                    "it is not known whom to ask of %s, or with what token".formatted(question.network()),
                    SOON_SECONDS));
        }
        Semaphore room = question.isStream() ? streams : questions;
        String key = question.network() + (question.isStream() ? " stream" : "");
        try {
            if (asking.merge(key, 1, Integer::sum) > MOST_OF_NETWORK || !room.tryAcquire()) {
                return Optional.of(new Problem(
                        Problem.Status.UNAVAILABLE,
                        "as much is asked at once as may be",
                        question.isStream() ? LATER_SECONDS : SOON_SECONDS));
            }
            try {
                return switch (relay.pass(exchange, question, inquiry.get())) {
                    case Relay.Outcome.Passed passed -> Optional.empty();
                    case Relay.Outcome.Nobody(Problem problem) -> Optional.of(problem);
                };
            } finally {
                room.release();
            }
        } finally {
            asking.computeIfPresent(key, (network, count) -> count == 1 ? null : count - 1);
        }
    }

    private static void sendJson(HttpExchange exchange, byte[] body) throws IOException {
        send(exchange, 200, "application/json", body);
    }

    private static void send(HttpExchange exchange, Problem problem) throws IOException {
        if (problem.retryAfterSeconds() > 0) {
            exchange.getResponseHeaders().set("Retry-After", String.valueOf(problem.retryAfterSeconds()));
        }
        send(exchange, problem.status().code(), Problem.TYPE, problem.body());
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        Headers fields = exchange.getResponseHeaders();
        fields.set("Content-Type", type);
        fields.set("Cache-Control", "no-store");
        fields.set("X-Content-Type-Options", "nosniff");
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, isHead ? -1 : body.length);
        if (!isHead) {
            exchange.getResponseBody().write(body);
        }
    }
}
