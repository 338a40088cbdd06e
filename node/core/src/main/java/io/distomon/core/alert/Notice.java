package io.distomon.core.alert;

/**
 * That one alert fires or is resolved, as a receiver is told it.
 *
 * @param repeat it may have been told before, by this node or by another
 */
public record Notice(Alert alert, boolean repeat) {}
