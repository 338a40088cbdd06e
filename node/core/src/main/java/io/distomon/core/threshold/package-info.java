/**
 * How slow or lossy a link may be. In: what a network's config says of it. Out: the limits of each link. Called by the
 * config, which reads it, and by monitors, which hold their links against it.
 */
@NullMarked
package io.distomon.core.threshold;

import org.jspecify.annotations.NullMarked;
