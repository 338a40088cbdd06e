package io.distomon.core.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code nodeconf.yml} says: the networks a node takes part in and its secrets. Immutable.
 *
 * @param networks the networks in the file's order; at least one
 * @param loginPassword the password of the user {@code admin}, or its bcrypt hash; null: nobody can log in
 * @param jwtSecret what signs the tokens of the API, when several nodes share it; null: the node makes its own
 * @param alerts who is told of alerts, and when
 * @param warnings what was found odd but survivable, each naming file, place and key
 */
public record NodeConf(
        List<NetworkSource> networks,
        @Nullable Secret loginPassword,
        @Nullable Secret jwtSecret,
        AlertSettings alerts,
        List<String> warnings) {
    public NodeConf {
        networks = List.copyOf(networks);
        warnings = List.copyOf(warnings);
    }
}
