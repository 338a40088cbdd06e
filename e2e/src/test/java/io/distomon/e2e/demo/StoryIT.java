package io.distomon.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the demo does without a person. */
class StoryIT {
    @TempDir
    Path temporary;

    @Test
    void theWholeStoryOfTheSampleHolds() throws Exception {
        try (DemoRun demo = DemoRun.start(temporary, "--check")) {
            int exitCode = demo.exitCode();

            assertThat(exitCode).as(demo.output()).isZero();
            assertThat(demo.output().lines().filter(line -> line.startsWith("ok ")))
                    .zipSatisfy(
                            List.of(
                                    "all online     .* s  5/5 online",
                                    "kill nyc       .* s  nyc Offline, 4 of 4 observers",
                                    "event          .* s  ams recorded at [0-9:]{8}: nyc is down: [34] of 4 observers .*",
                                    "rewind         .* s  to ams, nyc was Online at [0-9:]{8}, and Offline at [0-9:]{8}",
                                    "webhook        .* s  pager: nyc is down: 4 of 4 observers say so since .* UTC"
                                            + " \\(signed, from ams\\)",
                                    "start nyc      .* s  nyc Online, 4 of 4",
                                    "webhook        .* s  pager: nyc is no longer down, after \\d+ s"
                                            + " \\(signed, from ams\\)",
                                    "cut ams fra    .* s  ams>fra and fra>ams Down, no node Offline",
                                    "join ams fra   .* s  no broken link, 5/5 online",
                                    "rotate nyc     .* s  nyc signs with key 2, 5/5 online",
                                    "quit           .* s  no process and no key is left"),
                            (line, pattern) -> assertThat(line).matches("ok +" + pattern));
            assertThat(demo.output())
                    .containsPattern("\npage http://127\\.0\\.0\\.1:\\d+/ \\(admin, password in .*/password\\)\n");
            assertThat(demo.directories()).isEmpty();
        }
    }

    @Test
    void thePictureShowsTheScreenOfARealRun() throws Exception {
        Path file = DemoRun.file(temporary, "[{id: ams}, {id: fra}, {id: nyc}]");
        Path picture = temporary.resolve("demo.svg");
        try (DemoRun demo = DemoRun.start(temporary, "--picture", picture.toString(), file.toString())) {
            assertThat(demo.exitCode()).as(demo.output()).isZero();
        }
        assertThat(Files.readString(picture))
                .startsWith("<svg xmlns=")
                .contains(">&gt; kill fra</text>", "fra is Offline: 2 of 2 observers", ">fra: TCP: ")
                .endsWith("</svg>\n");
    }
}
