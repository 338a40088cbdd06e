package io.distomon.node.ui;

import io.distomon.page.Page;
import io.distomon.page.PageFile;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The page's files, or none when it is switched off. */
@Singleton
final class PageFiles {
    private final Optional<Page> page;

    PageFiles(PageProperties properties) {
        page = properties.enabled() ? Optional.of(new Page()) : Optional.empty();
    }

    /** @param path of a request, as it came: no other way of writing it is this file's */
    Optional<PageFile> at(String path) {
        return page.flatMap(files -> files.at(path));
    }
}
