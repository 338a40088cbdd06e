package io.distomon.node;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The program {@code nginx} as a reverse proxy on loopback ports, with nothing of this machine's settings. */
final class RealNginx implements AutoCloseable {
    private static final List<String> PLACES = List.of("/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx");

    private final Path directory;
    private final Process process;

    /**
     * Starts it.
     *
     * @param port one of those that the servers listen to
     * @param servers the server blocks of its configuration
     */
    RealNginx(Path directory, int port, String servers) throws IOException {
        this.directory = directory;
        Path settings = directory.resolve("nginx.conf");
        // Files that it would otherwise have in places of the system's.
        Files.writeString(settings, """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr;
                events {}
                http {
                  log_format statuses '$status';
                  access_log statuses.log statuses;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  %s
                }
                """.formatted(servers));
        this.process = new ProcessBuilder(program().orElseThrow(), "-p", directory + "/", "-c", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive() || answers(port));
        if (!process.isAlive()) {
            throw new AssertionError("nginx: " + Files.readString(directory.resolve("output.log")));
        }
    }

    /** With which status it answered so far, one after the other; 444 when it closed a connection instead. */
    List<String> statuses() throws IOException {
        return Files.readAllLines(directory.resolve("statuses.log"));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Where the program is; empty when it is not installed. */
    static Optional<String> program() {
        Stream<String> onPath = Stream.of(System.getenv("PATH").split(":", -1)).map(place -> place + "/nginx");
        return Stream.concat(PLACES.stream(), onPath)
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst();
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
