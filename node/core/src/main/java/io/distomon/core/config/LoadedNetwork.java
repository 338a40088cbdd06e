package io.distomon.core.config;

import io.distomon.core.crypto.Signer;

/**
 * A network that is ready to run: its files are valid and we hold the private key that signs for us in it.
 *
 * @param source where the files came from
 * @param config what they say
 * @param signer signs as {@code config.nodeId()}
 */
public record LoadedNetwork(NetworkSource source, NetworkConfig config, Signer signer) {}
