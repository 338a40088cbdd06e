package io.distomon.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which paths are the page's: {@code /}, and each of its files below {@code /page/}. All of it refers to the rest, and to the
 * API, by relative addresses, so that it works below any path of a proxy's. Immutable.
 */
public final class Page {
    /**
     * The header fields that go with every file. Nothing from elsewhere, nothing inline, nothing of it in a frame, and no text
     * that becomes markup. Addresses may tell what somebody looks at, so they go to nobody else. Browsers ask each time whether
     * a file is still the same: after an upgrade nobody has half of the page before.
     */
    public static final Map<String, String> FIELDS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                    + "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
                    + "require-trusted-types-for 'script'; trusted-types 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cache-Control",
            "no-cache");

    private static final String START = "index.html";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private static final List<String> ROOMS = List.of(
            "start",
            "main",
            "api",
            "stream",
            "model",
            "words",
            "dom",
            "parts",
            "networks",
            "overview",
            "node",
            "graph",
            "heatmap",
            "canvas",
            "past",
            "timeline");

    /** What there is in the jar's folder {@code page}. */
    private static final Map<String, String> TYPES = types();

    private final Map<String, PageFile> byPath = new LinkedHashMap<>();

    /** Reads all of it. */
    public Page() {
        TYPES.forEach(
                (name, type) -> byPath.put(name.equals(START) ? "/" : "/page/" + name, new PageFile(type, read(name))));
    }

    /**
     * One of its files.
     *
     * @param path of a request, as it came: no other way of writing it is this file's
     */
    public Optional<PageFile> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    private static Map<String, String> types() {
        Map<String, String> types = new LinkedHashMap<>();
        types.put(START, "text/html; charset=utf-8");
        types.put("style.css", "text/css; charset=utf-8");
        types.put("icon.svg", "image/svg+xml; charset=utf-8");
        for (String room : ROOMS) {
            types.put(room + ".js", SCRIPT);
        }
        return types;
    }

    private static byte[] read(String name) {
        try (InputStream file = Page.class.getResourceAsStream("/page/" + name)) {
            if (file == null) {
                throw new IllegalStateException("the jar has no page/" + name);
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
