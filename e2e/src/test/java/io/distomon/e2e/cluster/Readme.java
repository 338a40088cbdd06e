package io.distomon.e2e.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code README.md} tells to type. */
final class Readme {
    private static final Pattern TO_JOIN =
            Pattern.compile("```\\n(java -jar distomon-node.jar keygen .*?)```", Pattern.DOTALL);

    private Readme() {}

    /** By which a node elsewhere, tokyo, joins network lab, without what is said beside them. */
    static List<String> commandsToJoin() throws IOException {
        Matcher found = TO_JOIN.matcher(Files.readString(Path.of("..", "README.md")));
        if (!found.find()) {
            throw new AssertionError("README.md does not say any more how a node elsewhere joins");
        }
        return found.group(1)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("\\s+#.*", ""))
                .toList();
    }
}
