package io.distomon.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The Chromium that is installed, without a window, driven by its own driver. Nothing is downloaded. */
public final class Chromium implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HEIGHT = 900;

    private final ChromeDriver driver;
    private final Path downloads;

    /** What was asked for, and what came of it, as DevTools tell it, since somebody last asked for the addresses. */
    private final List<JsonNode> traffic = new ArrayList<>();

    /** @param downloads where it puts what is downloaded */
    public Chromium(Path downloads) {
        this.downloads = downloads;
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("chromium").orElseThrow().toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                // A host that is not loopback, though it is.
                "--host-resolver-rules=MAP fra.example 127.0.0.1");
        options.setExperimentalOption("prefs", Map.of("download.default_directory", downloads.toString()));
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver").orElseThrow().toFile())
                .usingAnyFreePort()
                .withLogOutput(java.io.OutputStream.nullOutputStream())
                .build();
        driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
    }

    public static boolean isInstalled() {
        return program("chromium").isPresent() && program("chromedriver").isPresent();
    }

    public ChromeDriver driver() {
        return driver;
    }

    public Path downloads() {
        return downloads;
    }

    /** What somebody's screen and system are like. */
    public void screen(int width, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", width < 500));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Keeps what is to be seen, for people, in the build's folder {@code page}. */
    public void picture(String name) {
        Path folder = Path.of("target", "page");
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the console told since it was last asked, without refusals of the server, which the page tells itself. */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> entry.getLevel() + " " + entry.getMessage())
                .filter(message -> !message.contains("Failed to load resource"))
                .toList();
    }

    /** Where everything was asked for since it was last asked. */
    public List<String> addresses() throws IOException {
        readTraffic();
        List<String> addresses = requests()
                .map(message -> message.at("/params/request/url").asText())
                .toList();
        traffic.clear();
        return addresses;
    }

    /** Has the browser refuse whatever fits one of these, as if it could not be loaded; without any, nothing. */
    public void refuse(List<String> patterns) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand("Network.setBlockedURLs", Map.of("urls", patterns));
    }

    /**
     * Runs this in every page before its own scripts.
     *
     * @return what has it run no more
     */
    public Runnable beforeScripts(String script) {
        Object id = driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script))
                .get("identifier");
        return () -> driver.executeCdpCommand(
                "Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", String.valueOf(id)));
    }

    /** What is there, what the console told, and what could not be loaded: why a test failed. */
    public String seen() throws IOException {
        readTraffic();
        Map<String, String> addresses = new HashMap<>();
        requests()
                .forEach(message -> addresses.put(
                        message.at("/params/requestId").asText(),
                        message.at("/params/request/url").asText()));
        StringBuilder seen = new StringBuilder("Chromium is at %s, with %s characters of page, which show: %s%n"
                .formatted(
                        driver.getCurrentUrl(),
                        String.valueOf(driver.getPageSource()).length(),
                        driver.executeScript("return document.body?.innerText ?? ''")));
        driver.manage()
                .logs()
                .get(LogType.BROWSER)
                .forEach(entry -> seen.append("  console: ").append(entry).append('\n'));
        for (JsonNode message : traffic) {
            String address =
                    addresses.getOrDefault(message.at("/params/requestId").asText(), "?");
            String became = switch (message.path("method").asText()) {
                case "Network.loadingFailed" -> message.at("/params/errorText").asText();
                case "Network.responseReceived" ->
                    message.at("/params/response/status").asText();
                default -> "";
            };
            if (!became.isEmpty()) {
                seen.append("  %s: %s%n".formatted(address, became));
            }
        }
        return seen.toString();
    }

    private void readTraffic() throws IOException {
        for (var entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            traffic.add(JSON.readTree(entry.getMessage()).path("message"));
        }
    }

    private Stream<JsonNode> requests() {
        return traffic.stream()
                .filter(message -> message.path("method").asText().equals("Network.requestWillBeSent"));
    }

    @Override
    public void close() {
        driver.quit();
    }

    private static Optional<Path> program(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
