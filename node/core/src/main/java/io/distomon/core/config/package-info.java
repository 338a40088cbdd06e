/**
 * The files of a node: {@code nodeconf.yml} and a network's files. In: a config directory, or files that somebody else has,
 * as a map from name to text ({@code NetworkFiles}). Out: {@link io.distomon.core.config.NetworkConfig} with warnings, or
 * errors that name file, line, key, what was found and what was expected; and the reverse, records written as these files.
 * Called by the node at start and reload, and by the operator, which writes what nodes read. No I/O beyond reading a
 * directory and making keys.
 *
 * <p>{@code ConfigReader} is the way in. {@code NodeConfReader} reads the node's own file, with {@code GitRules} for what it
 * says of repositories, {@code AlertRules} for what it says of alerts, and {@code NamedFiles} for the files it names,
 * certificates of authorities among them; {@code LocalNetworks} has the files of local networks and what they look like from
 * outside; {@code NetworkReader} makes networks of files, {@code NetworkWriter} files of networks; {@code Identities} brings a
 * network together with our private key in {@code PrivateKeys}. {@code OwnersOnly} makes what nobody else may read, the flight
 * recorder's files too; {@code AddressRange} is by what nodes and the operator's spec name proxies.
 */
@NullMarked
package io.distomon.core.config;

import org.jspecify.annotations.NullMarked;
