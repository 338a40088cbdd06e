package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JVM's options that the image has. */
public final class ImageOptions {
    private static final Path PARENT_POM = Path.of("..", "..", "pom.xml");
    private static final Pattern OPTION = Pattern.compile("<arg>(-[XD][^<]+)</arg>");

    private ImageOptions() {}

    /** All of them, in their order. */
    public static List<String> read() throws IOException {
        String pom = Files.readString(PARENT_POM);
        int from = pom.indexOf("<entrypoint>");
        Matcher options = OPTION.matcher(pom.substring(from, pom.indexOf("</entrypoint>", from)));
        List<String> found = options.results().map(option -> option.group(1)).toList();
        assertThat(found).as("options in %s", PARENT_POM).isNotEmpty();
        return found;
    }
}
