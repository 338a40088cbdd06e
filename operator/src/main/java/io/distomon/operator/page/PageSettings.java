package io.distomon.operator.page;

import java.nio.file.Path;

/**
 * Where the page is.
 *
 * @param port 0 for any free one
 * @param passwordFile with the password of its login, read at each request, so that another one counts at once
 */
public record PageSettings(int port, Path passwordFile) {}
