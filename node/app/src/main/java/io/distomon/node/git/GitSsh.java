package io.distomon.node.git;

import io.distomon.core.config.GitSource;
import java.io.File;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.eclipse.jgit.internal.transport.sshd.OpenSshServerKeyDatabase;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.jspecify.annotations.Nullable;

/** SSH with exactly the given key, to servers whose keys are known; nothing of the user's own settings or agent. */
final class GitSsh {
    private GitSsh() {}

    /**
     * Sessions for one repository.
     *
     * @param home a directory without settings, in place of the user's
     */
    static SshdSessionFactory sessions(GitSource source, Path home) {
        Path key = source.sshKey();
        Path knownHosts = source.sshKnownHosts();
        if (key == null || knownHosts == null) {
            throw new IllegalStateException("a source reached by ssh has both files");
        }
        File directory = home.toFile();
        return new SshdSessionFactoryBuilder()
                .setHomeDirectory(directory)
                .setSshDirectory(directory)
                .setConfigStoreFactory((homeDirectory, configFile, localUser) -> null)
                .setConnectorFactory(null)
                .setPreferredAuthentications("publickey")
                .setDefaultIdentities(any -> List.of(key))
                .setServerKeyDatabase((homeDirectory, sshDirectory) -> new KnownServers(knownHosts))
                .build(null);
    }

    /** Takes the keys of one file and no others; nobody is asked, and nothing is added. */
    private static final class KnownServers implements ServerKeyDatabase {
        private final ServerKeyDatabase file;

        KnownServers(Path knownHosts) {
            file = new OpenSshServerKeyDatabase(false, List.of(knownHosts));
        }

        @Override
        public List<PublicKey> lookup(String address, InetSocketAddress remote, Configuration config) {
            return file.lookup(address, remote, config);
        }

        @Override
        public boolean accept(
                String address,
                InetSocketAddress remote,
                PublicKey serverKey,
                Configuration config,
                @Nullable CredentialsProvider provider) {
            // Not by equals: two providers' objects of one key differ.
            return lookup(address, remote, config).stream().anyMatch(known -> KeyUtils.compareKeys(known, serverKey));
        }
    }
}
