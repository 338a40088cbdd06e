package io.distomon.node;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program {@code tinyproxy} as a forward proxy on a loopback port, with nothing of this machine's settings. */
public final class RealTinyproxy implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/tinyproxy");

    private final Path log;
    private final int port;
    private final Process process;

    public RealTinyproxy(Path directory, int port) throws IOException {
        this.log = directory.resolve("tinyproxy.log");
        this.port = port;
        Path settings = directory.resolve("tinyproxy.conf");
        Files.writeString(settings, """
                Port %s
                Listen 127.0.0.1
                LogFile "%s"
                LogLevel Connect
                MaxClients 20
                """.formatted(port, log));
        Path output = directory.resolve("output.log");
        this.process = new ProcessBuilder(PROGRAM.toString(), "-d", "-c", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive() || answers());
        if (!process.isAlive()) {
            throw new AssertionError("tinyproxy: " + Files.readString(output));
        }
    }

    public static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The first lines of the requests that came, such as {@code CONNECT fra:443 HTTP/1.1}. */
    public List<String> requests() throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains("Request (file descriptor"))
                .map(line -> line.replaceFirst(".*Request \\(file descriptor [0-9]+\\): ", ""))
                .toList();
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

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
