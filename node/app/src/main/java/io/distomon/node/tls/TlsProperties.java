package io.distomon.node.tls;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the API is served by https.
 *
 * @param directory where its certificate is, relative to the working directory, if not absolute; empty: it is served by
 *     http
 */
@ConfigurationProperties("distomon.tls")
record TlsProperties(@Nullable String directory) {
    static final String DIRECTORY = "distomon.tls.directory";

    Optional<Path> path() {
        return Optional.ofNullable(directory)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(Path::of);
    }
}
