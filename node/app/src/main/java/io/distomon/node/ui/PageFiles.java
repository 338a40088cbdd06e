package io.distomon.node.ui;

import io.micronaut.http.MediaType;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which paths are the page's: {@code /}, and each of its files below {@code /page/}. None when it is switched off. */
@Singleton
final class PageFiles {
    private static final String START = "index.html";
    private static final MediaType SCRIPT = type("text/javascript");

    private static final List<String> ROOMS = List.of(
            "start",
            "main",
            "api",
            "stream",
            "model",
            "words",
            "dom",
            "parts",
            "overview",
            "node",
            "graph",
            "heatmap",
            "canvas",
            "past",
            "timeline");

    /** What there is in the jar's folder {@code page}. */
    private static final Map<String, MediaType> TYPES = types();

    private final Map<String, PageFile> byPath = new LinkedHashMap<>();

    PageFiles(PageProperties properties) {
        if (properties.enabled()) {
            TYPES.forEach((name, type) ->
                    byPath.put(name.equals(START) ? "/" : "/page/" + name, new PageFile(type, read(name))));
        }
    }

    /** @param path of a request, as it came: no other way of writing it is this file's */
    Optional<PageFile> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    private static Map<String, MediaType> types() {
        Map<String, MediaType> types = new LinkedHashMap<>();
        types.put(START, type("text/html"));
        types.put("style.css", type("text/css"));
        types.put("icon.svg", type("image/svg+xml"));
        for (String room : ROOMS) {
            types.put(room + ".js", SCRIPT);
        }
        return types;
    }

    private static MediaType type(String name) {
        return MediaType.of(name + "; charset=" + StandardCharsets.UTF_8.name().toLowerCase(Locale.ROOT));
    }

    private static byte[] read(String name) {
        try (InputStream file = PageFiles.class.getResourceAsStream("/page/" + name)) {
            if (file == null) {
                throw new IllegalStateException("the jar has no page/" + name);
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
