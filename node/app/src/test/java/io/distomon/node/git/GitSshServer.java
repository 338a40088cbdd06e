package io.distomon.node.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Objects;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.UploadPack;
import org.jspecify.annotations.Nullable;

/** An SSH server with one repository, on a free loopback port, that lets in the holder of one key. */
public final class GitSshServer implements AutoCloseable {
    private final SshServer server = SshServer.setUpDefaultServer();
    private final KeyPair hostKey = newKey();

    /**
     * @param clientKey whose holder is let in
     */
    public GitSshServer(Upstream upstream, KeyPair clientKey) throws IOException {
        this(clientKey, (in, out, err) -> {
            try (Repository repository = new FileRepositoryBuilder()
                    .setGitDir(upstream.gitDirectory().toFile())
                    .setMustExist(true)
                    .build()) {
                new UploadPack(repository).upload(in, out, err);
            }
        });
    }

    /**
     * Likewise, with a repository that git itself serves.
     *
     * @param newProtocol whether by git's protocol 2, else by the first
     */
    GitSshServer(RealGit git, KeyPair clientKey, boolean newProtocol) throws IOException {
        this(clientKey, (in, out, err) -> serve(git.uploadPack(newProtocol), in, out));
    }

    /** Likewise, with whatever answers. */
    GitSshServer(KeyPair clientKey, Served served) throws IOException {
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setPublickeyAuthenticator(
                (username, key, session) -> username.equals("git") && KeyUtils.compareKeys(key, clientKey.getPublic()));
        server.setCommandFactory((channel, command) -> new Upload(served));
        server.start();
    }

    public static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has EC keys", e);
        }
    }

    /** Writes a private key as {@code ssh-keygen} does. */
    public static Path write(KeyPair key, Path file) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, out);
        }
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    public String url() {
        return "ssh://git@127.0.0.1:%d/lab.git".formatted(server.getPort());
    }

    /** This server's line in a file of known hosts, with its key or another's. */
    public String knownHost(KeyPair key) {
        return "[127.0.0.1]:%d %s\n".formatted(server.getPort(), PublicKeyEntry.toString(key.getPublic()));
    }

    public KeyPair hostKey() {
        return hostKey;
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }

    /** What answers a client. */
    @FunctionalInterface
    interface Served {
        void serve(InputStream in, OutputStream out, OutputStream err) throws IOException;
    }

    private static void serve(Process process, InputStream in, OutputStream out) throws IOException {
        Thread toIt = Thread.ofVirtual().start(() -> {
            try (OutputStream to = process.getOutputStream()) {
                byte[] buffer = new byte[8192];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    to.write(buffer, 0, n);
                    to.flush();
                }
            } catch (IOException e) {
                process.destroy();
            }
        });
        try (InputStream from = process.getInputStream()) {
            byte[] buffer = new byte[8192];
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                out.write(buffer, 0, n);
                out.flush();
            }
        } finally {
            process.destroy();
            toIt.interrupt();
        }
    }

    /** {@code git-upload-pack} on one repository. */
    private static final class Upload implements Command {
        private final Served served;
        private @Nullable InputStream in;
        private @Nullable OutputStream out;
        private @Nullable OutputStream err;
        private @Nullable ExitCallback exit;

        Upload(Served served) {
            this.served = served;
        }

        @Override
        public void setInputStream(InputStream stream) {
            in = stream;
        }

        @Override
        public void setOutputStream(OutputStream stream) {
            out = stream;
        }

        @Override
        public void setErrorStream(OutputStream stream) {
            err = stream;
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            exit = callback;
        }

        @Override
        public void start(ChannelSession channel, Environment environment) {
            Thread.ofVirtual().start(this::serve);
        }

        @Override
        public void destroy(ChannelSession channel) {
            // The streams end with the channel.
        }

        private void serve() {
            try {
                served.serve(Objects.requireNonNull(in), Objects.requireNonNull(out), Objects.requireNonNull(err));
                end(0);
            } catch (IOException e) {
                // As git does, for a repository that is away among others.
                end(128);
            }
        }

        private void end(int code) {
            if (exit != null) {
                exit.onExit(code);
            }
        }
    }
}
