package io.distomon.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The sample with a sidecar, as the README has one play it: a node and what it is beside don't touch each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SidecarIT {
    private static final String TAKEN = "\\(after \\d+\\.\\d s\\)$";

    @TempDir
    static Path temporary;

    private static DemoRun demo;

    @BeforeAll
    static void start() throws Exception {
        demo = DemoRun.start(
                        temporary,
                        DemoRun.HOME.resolve("e2e/samples/sidecar.yaml").toString())
                .awaitTable();
    }

    @AfterAll
    static void quit() throws Exception {
        try (DemoRun ending = demo) {
            List<ProcessHandle> children = ending.children();
            ending.type("quit");
            assertThat(ending.exitCode()).isZero();
            assertThat(ending.directories()).isEmpty();
            await().atMost(DemoRun.LONG).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    @Order(1)
    void theScreenSaysWhichKindANodeIs() throws Exception {
        assertThat(demo.output())
                .contains("\nweb: Sidecar, beside a small web server of the demo's, web/app\n")
                .contains("\nkinds  Sidecar: web beside web/app, which runs; Managed: the others\n")
                .containsPattern("\nlab    True    True   3/3      \\d+s +2           2         Ready\n");
        assertThat(workload()).isEqualTo("the workload answers\n");
    }

    @Test
    @Order(2)
    void theWorkloadEndsAndComesBackWithoutItsNode() throws Exception {
        long workload = pid("WebServer");
        List<Long> nodes = nodes();

        demo.command(
                "kill web/app",
                "^killed web/app \\(SIGKILL\\), and not the node beside it; web is Online: 2 of 2, .*$");

        assertThat(ProcessHandle.of(workload)).isEmpty();
        demo.command("", "^kinds  Sidecar: web beside web/app, which does not run; Managed: the others$");
        demo.command("kill web/app", "^web/app does not run; start web/app starts it$");
        demo.command("freeze web/app", "^found no node \"web/app\", expected one of: fra, ams, web$");
        demo.command("start web/app", "^started web/app$");
        demo.command("start web/app", "^web/app runs already$");

        await().atMost(DemoRun.LONG).ignoreExceptions().until(() -> workload().equals("the workload answers\n"));
        assertThat(pid("WebServer")).isNotEqualTo(workload);
        assertThat(nodes()).isEqualTo(nodes);
        assertThat(demo.output()).doesNotContain("web Online →");
    }

    @Test
    @Order(3)
    void theNodeTakesUpAnotherKeyWithoutARestart() throws Exception {
        List<Long> nodes = nodes();
        Path file = demo.directories().getFirst().resolve("nodes/web/.private_keys/web_lab.key");
        String before = Files.readString(file);

        demo.command("rotate web", "^web signs with key 2, and no node knows another of it; web is Online: .*" + TAKEN);

        assertThat(Files.readString(file)).isNotEqualTo(before);
        assertThat(nodes()).isEqualTo(nodes);
    }

    @Test
    @Order(4)
    void theNodeEndsAndComesBackWithoutItsWorkload() throws Exception {
        long workload = pid("WebServer");

        demo.command("kill web", "^web is Offline: 2 of 2 observers, .*" + TAKEN);

        assertThat(workload()).isEqualTo("the workload answers\n");
        demo.command("", "^lab +False .*$");
        demo.command("start web", "^web is Online: .*" + TAKEN);
        assertThat(pid("WebServer")).isEqualTo(workload);
    }

    private static String workload() throws IOException, InterruptedException {
        String address = demo.command("open web", "^web/app, which it is beside, answers at (http://.*/)$")
                .group(1);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    private static long pid(String program) {
        return demo.children().stream()
                .filter(process -> process.info().commandLine().orElse("").contains(program))
                .map(ProcessHandle::pid)
                .findFirst()
                .orElseThrow();
    }

    private static List<Long> nodes() {
        return demo.children().stream()
                .filter(process -> process.info().commandLine().orElse("").contains("distomon-node.jar"))
                .map(ProcessHandle::pid)
                .sorted()
                .toList();
    }
}
