package io.distomon.node.ui;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * The page's settings.
 *
 * @param enabled whether there is one
 */
@ConfigurationProperties("distomon.page")
record PageProperties(@Bindable(defaultValue = "true") boolean enabled) {}
