/**
 * Where a node's config comes from and when it changes. In: the config directory, looked at once a second and read when a
 * file changed and came to rest, and what the room {@code git} fetches. Out: {@link io.distomon.node.config.NodeConfig},
 * handed on whenever it differs. Called by the process at start; tells the threads which networks to run and the API which
 * secrets hold. What the files mean is the core's.
 *
 * <p>{@code ConfigLook} reads the node's own file and puts everything together, {@code NetworkLook} one network's,
 * {@code Settling} says when; {@code Reading} and {@code NetworkReading} are what they found; {@code ConfigManager} holds
 * what is in use.
 */
@NullMarked
package io.distomon.node.config;

import org.jspecify.annotations.NullMarked;
