package io.distomon.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code operator/README.md} tells to put into a workload, for another network and node than the one there. */
final class Snippet {
    private static final Pattern SIDECAR = Pattern.compile("```yaml\\n(# kubectl patch .*?)```", Pattern.DOTALL);

    private Snippet() {}

    /**
     * The patch of a workload that makes it carry a node.
     *
     * @param image the nodes' image that this cluster has
     */
    static String sidecar(String network, String node, String image) {
        try {
            Matcher found = SIDECAR.matcher(Files.readString(Path.of("..", "operator", "README.md")));
            if (!found.find()) {
                throw new AssertionError("operator/README.md has no sidecar any more");
            }
            return found.group(1)
                    .replaceAll("\\blab\\b", network)
                    .replaceAll("\\bweb\\b", node)
                    .replaceAll("image: \\S+", "image: " + image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
