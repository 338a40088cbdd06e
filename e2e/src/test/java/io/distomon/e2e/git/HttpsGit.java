package io.distomon.e2e.git;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsServer;
import io.distomon.e2e.https.LoopbackServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code git http-backend} behind https, with a user and a password. */
public final class HttpsGit implements AutoCloseable {
    public static final String USER = "bot";

    private final HttpsServer server;
    private final Path served;
    private final String certificate;
    private volatile String password = "glpat-1";

    private HttpsGit(HttpsServer server, Path served, String certificate) {
        this.server = server;
        this.served = served;
        this.certificate = certificate;
    }

    static HttpsGit start(Path directory, Path served, String... addresses)
            throws IOException, GeneralSecurityException {
        LoopbackServer made = LoopbackServer.make(directory, addresses);
        HttpsServer server = made.server();
        HttpsGit git = new HttpsGit(server, served, made.certificate());
        server.createContext("/", git::answer).setAuthenticator(new BasicAuthenticator("lab") {
            @Override
            public boolean checkCredentials(String user, String given) {
                return user.equals(USER) && given.equals(git.password);
            }
        });
        server.start();
        return git;
    }

    public String url() {
        return "https://127.0.0.1:%s/lab.git".formatted(port());
    }

    /** On loopback. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** The server's certificate as PEM, which no authority has made. */
    public String certificate() {
        return certificate;
    }

    public String password() {
        return password;
    }

    /** Lets in with another one from now on. */
    public void changePassword(String next) {
        password = next;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** As a web server runs a CGI program (RFC 3875). */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            ProcessBuilder builder = ServedRepository.program(List.of("http-backend"), served)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            URI uri = exchange.getRequestURI();
            builder.environment()
                    .putAll(Map.of(
                            "GIT_PROJECT_ROOT", served.toString(),
                            "GIT_HTTP_EXPORT_ALL", "1",
                            "REQUEST_METHOD", exchange.getRequestMethod(),
                            "PATH_INFO", uri.getPath(),
                            "QUERY_STRING", Objects.requireNonNullElse(uri.getQuery(), ""),
                            "REMOTE_USER", USER,
                            "CONTENT_TYPE", header(exchange, "Content-Type"),
                            "HTTP_CONTENT_ENCODING", header(exchange, "Content-Encoding"),
                            "GIT_PROTOCOL", header(exchange, "Git-Protocol")));
            byte[] body = exchange.getRequestBody().readAllBytes();
            builder.environment().put("CONTENT_LENGTH", String.valueOf(body.length));
            Process process = builder.start();
            try {
                try (OutputStream in = process.getOutputStream()) {
                    in.write(body);
                }
                relay(process.getInputStream(), exchange);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static void relay(InputStream out, HttpExchange exchange) throws IOException {
        int status = 200;
        for (String line = line(out); !line.isEmpty(); line = line(out)) {
            String[] field = line.split(": ", 2);
            if (field[0].equals("Status")) {
                status = Integer.parseInt(field[1].substring(0, 3));
            } else {
                exchange.getResponseHeaders().set(field[0], field[1]);
            }
        }
        exchange.sendResponseHeaders(status, 0);
        out.transferTo(exchange.getResponseBody());
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    private static String header(HttpExchange exchange, String name) {
        return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst(name), "");
    }
}
