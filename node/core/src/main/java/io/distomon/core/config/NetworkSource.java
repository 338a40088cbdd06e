package io.distomon.core.config;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network that {@code nodeconf.yml} lists: who we are in it and where its files come from.
 *
 * @param name the directory under {@code networks/}, and part of the private key's file name; usually the network's id
 * @param nodeId which member of the network we are
 * @param git the repository with its files; null: they are in the config directory
 * @param authorities for https: who may have made the members' certificates, besides those whom Java trusts
 */
public record NetworkSource(
        String name, String nodeId, @Nullable GitSource git, List<X509Certificate> authorities) {
    public NetworkSource {
        authorities = List.copyOf(authorities);
    }

    /** Without authorities of its own. */
    public NetworkSource(String name, String nodeId, @Nullable GitSource git) {
        this(name, nodeId, git, List.of());
    }

    /** Where the files come from. */
    public ConfigType type() {
        return git == null ? ConfigType.LOCAL : ConfigType.GIT;
    }

    /** The private key's file name under {@code .private_keys/}: {@code <node_id>_<name>.key}. */
    public String privateKeyFileName() {
        return nodeId + "_" + name + ".key";
    }
}
