package io.distomon.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The demo's sample, applied to a cluster and given to the demo. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoTest {
    private static final String NAMESPACE = "e2e-demo";
    private static final Sample DEMO = Sample.read("demo.yaml", NAMESPACE);
    private static final Kubectl KUBECTL = new Kubectl(NAMESPACE);
    private static final Network NETWORK = new Network(KUBECTL, DEMO.name());

    /** What its files are called in the config, with an ending each. */
    private static final String RECEIVER = "alert-webhook-pager";

    /** For keys and config; pods need not be up. */
    private static final Duration CONFIG = Duration.ofMinutes(3);

    /** Five JVMs that start at once on a small machine, and end again. */
    private static final Duration RUN = Duration.ofMinutes(8);

    @RegisterExtension
    final Story story = new Story(() -> Cluster.diagnosis(NAMESPACE));

    @TempDir
    Path temporary;

    private @Nullable Cluster cluster;

    @BeforeAll
    void bringUpTheCluster() {
        cluster = Cluster.up(NAMESPACE);
    }

    @AfterAll
    void leaveTheClusterAsItWas() {
        if (cluster != null) {
            cluster.leave();
        }
    }

    @Test
    void theSameResourceGivesTheSameConfigFilesApartFromAddressesAndKeys() throws Exception {
        Map<String, String> onTheCluster = configOfTheCluster();
        Map<String, String> inTheDemo = configOfTheDemo();

        assertThat(onTheCluster).containsKeys("config.yml", "nodeconf-nyc.yml", "tokyo.example.pub", RECEIVER + ".key");
        assertThat(inTheDemo).isEqualTo(onTheCluster);
    }

    /** The Secret of the receiver is a user's, and the demo's own in the demo. */
    private static Map<String, String> configOfTheCluster() {
        Command.Result given = KUBECTL.apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: pager}
                stringData: {url: 'http://192.0.2.1/in', secret: only the nodes and the pager know this}
                """);
        assertThat(given.exitCode()).as(given.err()).isZero();
        Command.Result applied = KUBECTL.apply(DEMO.manifest());
        assertThat(applied.exitCode()).as(applied.err()).isZero();
        await().atMost(CONFIG)
                .pollInterval(Duration.ofSeconds(3))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(NETWORK.secret(DEMO.name() + "-config"))
                        .containsKeys(
                                DEMO.nodes().stream().map(id -> id + ".pub").toArray(String[]::new))
                        .containsKey(RECEIVER + ".url"));
        Map<String, String> files = NETWORK.secret(DEMO.name() + "-config");
        files.replaceAll(DemoTest::withoutAddressesAndKeys);
        return files;
    }

    /** Its input is at its end, so that it quits as soon as all nodes are up, and leaves its directory to be read. */
    private Map<String, String> configOfTheDemo() throws IOException {
        Path file = Files.writeString(temporary.resolve("network.yaml"), DEMO.manifest());
        Command.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Ddistomon.home=" + Path.of("..").toAbsolutePath().normalize(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.distomon.e2e.demo.Main",
                        "--keep",
                        file.toString())
                .taking(RUN)
                .output();
        Map<String, String> files = new TreeMap<>();
        String node = DEMO.nodes().getFirst();
        try (DirectoryStream<Path> kept = Files.newDirectoryStream(temporary, "distomon-demo-*")) {
            Path config = kept.iterator().next().resolve("nodes/" + node + "/networks/" + DEMO.networkId());
            try (DirectoryStream<Path> found = Files.newDirectoryStream(config, "[!.]*")) {
                for (Path path : found) {
                    files.put(
                            path.getFileName().toString(),
                            withoutAddressesAndKeys(path.getFileName().toString(), Files.readString(path)));
                }
            }
        }
        return files;
    }

    private static String withoutAddressesAndKeys(String name, String text) {
        return name.startsWith(RECEIVER)
                ? "OF THE RECEIVER"
                : text.replaceAll("url: \"[^\"]+\"", "url: ADDRESS")
                        .replaceAll("(?s)(-----BEGIN PUBLIC KEY-----\n).+?(\n-----END)", "$1KEY$2");
    }
}
