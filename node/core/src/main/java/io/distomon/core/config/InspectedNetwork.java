package io.distomon.core.config;

import io.distomon.core.crypto.Signer;
import org.jspecify.annotations.Nullable;

/**
 * What a network would run with, should it be started.
 *
 * @param source where the files came from
 * @param config what they say
 * @param signer the key that would sign; null when there is none and none is published, so that the start would make one
 */
public record InspectedNetwork(
        NetworkSource source,
        NetworkConfig config,
        @Nullable Signer signer) {}
