package io.distomon.core.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A network that {@code nodeconf.yml} lists: who we are in it and where its files come from.
 *
 * @param name the directory under {@code networks/}, and part of the private key's file name; usually the network's id
 * @param nodeId which member of the network we are
 * @param type where the files come from
 * @param gitRepo the repository's URL without credentials; null exactly when the type is LOCAL
 * @param gitBranch the branch to follow; null for the repository's default
 * @param gitPoll how often the repository is asked for a new commit
 */
public record NetworkSource(
        String name,
        String nodeId,
        ConfigType type,
        @Nullable String gitRepo,
        @Nullable String gitBranch,
        Duration gitPoll) {
    /** How often a repository is asked when {@code git_poll_seconds} is absent. */
    public static final Duration DEFAULT_GIT_POLL = Duration.ofSeconds(60);

    /** The private key's file name under {@code .private_keys/}: {@code <node_id>_<name>.key}. */
    public String privateKeyFileName() {
        return nodeId + "_" + name + ".key";
    }
}
