package io.distomon.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code e2e/demo} in a small checkout whose {@code mvnw} and {@code java} only note how they were called: when
 * it builds, and what it says when it can't.
 */
class ScriptTest {
    private static final List<String> SOURCES = List.of(
            "crds/src/main/A.java",
            "node/core/src/main/A.java",
            "node/page/src/main/A.java",
            "node/app/src/main/A.java",
            "operator/src/main/A.java",
            "e2e/src/main/A.java");

    @TempDir
    Path checkout;

    private record Run(int exitCode, String output) {}

    @BeforeEach
    void makeCheckout() throws Exception {
        for (String copied : List.of("e2e/demo", ".mvn/jdk.sh")) {
            Path target = checkout.resolve(copied);
            Files.createDirectories(target.getParent());
            Files.copy(DemoRun.HOME.resolve(copied), target);
        }
        for (String source : SOURCES) {
            write(source, "");
        }
        for (String module : List.of(".", "crds", "node/core", "node/page", "node/app", "operator", "e2e")) {
            write(module + "/pom.xml", "");
        }
        write("crds/some.yml", "");
        script("mvnw", """
                echo "[INFO] Building distomon-core 0.1.0"
                echo built >>"$(dirname "$0")/builds"
                mkdir -p node/app/target e2e/target
                touch node/app/target/distomon-node.jar
                echo some.jar >e2e/target/demo.classpath
                """);
        jdk("25.0.1");
    }

    @Test
    void itBuildsOnceAndThenOnlyStarts() throws Exception {
        Run first = run("--check");
        Run second = run("--check");

        assertThat(first.exitCode()).isZero();
        assertThat(first.output()).contains("Building distomon with", "Built in");
        assertThat(second.output().lines()).hasSize(1).first().asString().contains("io.distomon.e2e.demo.Main --check");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void itBuildsAgainWhenASourceChangedCameOrWent() throws Exception {
        run();
        for (String source : SOURCES) {
            Files.setLastModifiedTime(
                    checkout.resolve(source), FileTime.from(Instant.now().plusSeconds(1)));
        }
        run();
        assertThat(builds()).isEqualTo(2);

        settle();
        Files.delete(checkout.resolve("operator/src/main/A.java"));
        Files.setLastModifiedTime(
                checkout.resolve("operator/src/main"),
                FileTime.from(Instant.now().plusSeconds(1)));
        run();
        assertThat(builds()).isEqualTo(3);
    }

    @Test
    void itBuildsAgainWhenWhatItBuiltIsGone() throws Exception {
        run();
        Files.delete(checkout.resolve("node/app/target/distomon-node.jar"));
        run();

        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void aBuildThatFailsShowsTheEndOfItsLogAndStartsNothing() throws Exception {
        script("mvnw", "echo '[ERROR] no such symbol'; exit 1");

        Run run = run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .contains("The build failed. The end of ", "[ERROR] no such symbol")
                .doesNotContain("io.distomon.e2e.demo.Main");
        assertThat(run("--help").exitCode()).isEqualTo(1); // and the next one tries again
    }

    @Test
    void anOldJdkOrNoneIsSaidWithHowToGetOne() throws Exception {
        jdk("17.0.2");
        Path finder = checkout.resolve(".mvn/jdk.sh");
        Files.writeString(finder, Files.readString(finder).replace("/usr/lib/jvm/*", "/nowhere/*"));

        Run run = run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .contains("distomon needs a JDK of version 25 or newer (with javac). Found:")
                .contains("jdk (version 17)")
                .contains("Debian", "Fedora", "macOS");
    }

    /** Makes all sources older than the build, whose clock may tick in whole seconds. */
    private void settle() throws IOException {
        for (String source : SOURCES) {
            Files.setLastModifiedTime(checkout.resolve(source), FileTime.from(Instant.EPOCH));
        }
    }

    private void jdk(String version) throws IOException {
        write("jdk/release", "JAVA_VERSION=\"%s\"\n".formatted(version));
        script("jdk/bin/javac", "");
        // A node that is to be remembered says that it is up, and ends with its input.
        script("jdk/bin/java", "case $* in *AOTCacheOutput*) echo answers on port; cat ;; *) echo \"$*\" ;; esac");
    }

    private long builds() throws IOException {
        return Files.readAllLines(checkout.resolve("builds")).size();
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "e2e/demo"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(checkout.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", checkout.resolve("jdk").toString());
        builder.environment().put("HOME", checkout.toString());
        builder.environment().put("PATH", "/usr/bin:/bin");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), output);
    }

    private void script(String path, String body) throws IOException {
        Path file = write(path, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path write(String path, String text) throws IOException {
        Path file = checkout.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
