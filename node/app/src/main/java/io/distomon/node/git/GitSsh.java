package io.distomon.node.git;

import io.distomon.core.config.GitSource;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.internal.transport.sshd.OpenSshServerKeyDatabase;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RemoteSession;
import org.eclipse.jgit.transport.RemoteSession2;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.eclipse.jgit.util.FS;
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

    /** Sessions of which no more is read than a server may say. */
    static final class Counted extends SshSessionFactory {
        private final SshdSessionFactory sessions;
        private final Received received;

        Counted(SshdSessionFactory sessions, Received received) {
            this.sessions = sessions;
            this.received = received;
        }

        @Override
        public RemoteSession getSession(URIish uri, CredentialsProvider credentials, FS fs, int timeoutMillis)
                throws TransportException {
            return new Session((RemoteSession2) sessions.getSession(uri, credentials, fs, timeoutMillis));
        }

        @Override
        public String getType() {
            return sessions.getType();
        }

        private final class Session implements RemoteSession2 {
            private final RemoteSession2 session;

            Session(RemoteSession2 session) {
                this.session = session;
            }

            @Override
            public Process exec(String command, int timeoutSeconds) throws IOException {
                return new CountedProcess(session.exec(command, timeoutSeconds), received);
            }

            @Override
            public Process exec(String command, Map<String, String> environment, int timeoutSeconds)
                    throws IOException {
                return new CountedProcess(session.exec(command, environment, timeoutSeconds), received);
            }

            @Override
            public void disconnect() {
                session.disconnect();
            }
        }
    }

    /** A command on the server. */
    private static final class CountedProcess extends Process {
        private final Process process;
        private final InputStream out;
        private final InputStream messages;

        CountedProcess(Process process, Received received) {
            this.process = process;
            this.out = received.counted(process.getInputStream());
            this.messages = received.counted(process.getErrorStream());
        }

        @Override
        public OutputStream getOutputStream() {
            return process.getOutputStream();
        }

        @Override
        public InputStream getInputStream() {
            return out;
        }

        @Override
        public InputStream getErrorStream() {
            return messages;
        }

        @Override
        public int waitFor() throws InterruptedException {
            return process.waitFor();
        }

        @Override
        public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
            return process.waitFor(timeout, unit);
        }

        @Override
        public int exitValue() {
            return process.exitValue();
        }

        @Override
        public void destroy() {
            process.destroy();
        }
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
