package io.distomon.node.config;

import io.distomon.core.config.AlertSettings;
import io.distomon.core.config.LoadedNetwork;
import java.util.List;

/**
 * All that a node runs with. Immutable; a change of the files makes a new one.
 *
 * @param networks the networks it takes part in, with the private keys
 * @param secrets what the API is protected with
 * @param alerts who is told of alerts, and when
 * @param warnings oddities in {@code nodeconf.yml}; those in a network's files are with the network
 */
public record NodeConfig(
        List<LoadedNetwork> networks, ApiSecrets secrets, AlertSettings alerts, List<String> warnings) {
    public NodeConfig {
        networks = List.copyOf(networks);
        warnings = List.copyOf(warnings);
    }
}
