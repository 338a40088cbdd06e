package io.distomon.core.config;

import org.jspecify.annotations.Nullable;

/**
 * A network that {@code nodeconf.yml} lists: who we are in it and where its files come from.
 *
 * @param name the directory under {@code networks/}, and part of the private key's file name; usually the network's id
 * @param nodeId which member of the network we are
 * @param git the repository with its files; null: they are in the config directory
 */
public record NetworkSource(
        String name, String nodeId, @Nullable GitSource git) {
    /** Where the files come from. */
    public ConfigType type() {
        return git == null ? ConfigType.LOCAL : ConfigType.GIT;
    }

    /** The private key's file name under {@code .private_keys/}: {@code <node_id>_<name>.key}. */
    public String privateKeyFileName() {
        return nodeId + "_" + name + ".key";
    }
}
