package io.distomon.core.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The repository with a network's files, and by what it is opened, as {@link NetworkWriter} writes it into a node's own file.
 * Paths are absolute or relative to the config directory; null: there is no such file.
 *
 * @param repo the URL without credentials
 * @param branch the branch to follow; null: the repository's default
 * @param poll how often it is asked for a new commit
 * @param usernameFile for https: the file with the user's name
 * @param tokenFile for https: the file with the token or password
 * @param caFile for https: the file with the certificates of who may have made the server's
 * @param sshKeyFile for ssh: the file with the private key
 * @param sshKnownHostsFile for ssh: the file with the servers' public keys
 * @param trustedSignersFile the file with the public keys of which one must have signed a commit
 */
public record GitEntry(
        String repo,
        @Nullable String branch,
        Duration poll,
        @Nullable String usernameFile,
        @Nullable String tokenFile,
        @Nullable String caFile,
        @Nullable String sshKeyFile,
        @Nullable String sshKnownHostsFile,
        @Nullable String trustedSignersFile) {}
