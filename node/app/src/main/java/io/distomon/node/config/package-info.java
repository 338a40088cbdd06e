/**
 * Where a node's config comes from and when it changes. In: the config directory, looked at once a second and read when a
 * file changed and came to rest, and what the room {@code git} fetches. Out: {@link io.distomon.node.config.NodeConfig},
 * handed on whenever it differs, and how all of it stands. Called by the process at start and by the command {@code check};
 * tells the threads which networks to run, the API and the logins which secrets hold, and {@code /info}, health and metrics
 * how it stands. What the files mean is the core's.
 *
 * <p>{@code ConfigLook} reads the node's own file and puts everything together, {@code NetworkLook} one network's,
 * {@code Settling} says when; {@code Reading} and {@code NetworkReading} are what they found; {@code ConfigManager} holds
 * what is in use. {@code ConfigProperties} say where the config is; {@code SettingException} is also thrown by other rooms,
 * of settings of theirs.
 */
@NullMarked
package io.distomon.node.config;

import org.jspecify.annotations.NullMarked;
