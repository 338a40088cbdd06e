package io.distomon.e2e.demo.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What nodes run.
 *
 * @param java the JDK's {@code java}
 * @param jar {@code distomon-node.jar}, the one that is in the image
 * @param cache what the script {@code e2e/demo} made of an earlier run, which halves the time that a start takes; need not
 *     be there, and is passed over when it is of another JDK or jar
 */
public record NodeProgram(Path java, Path jar, Path cache) {
    /** The command line: the options are the image's, with the memory that a small network's node needs. */
    List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData"));
        if (Files.exists(cache)) {
            command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:disable"));
        }
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }
}
