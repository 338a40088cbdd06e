package io.distomon.e2e.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
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
import org.jspecify.annotations.Nullable;

/** {@code git upload-pack} behind ssh, for the holder of one key. */
public final class SshGit implements AutoCloseable {
    private final SshServer server = SshServer.setUpDefaultServer();
    private final KeyPair hostKey = newKey();
    private final KeyPair clientKey = newKey();
    private final String privateKey;

    private SshGit(Path directory, Path served) throws IOException, GeneralSecurityException {
        Path file = directory.resolve("id");
        try (var out = Files.newOutputStream(file)) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(clientKey, "test", null, out);
        }
        privateKey = Files.readString(file, StandardCharsets.US_ASCII);
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setPublickeyAuthenticator(
                (user, key, session) -> user.equals("git") && KeyUtils.compareKeys(key, clientKey.getPublic()));
        List<String> upload = List.of("upload-pack", served.resolve("lab.git").toString());
        server.setCommandFactory((channel, command) ->
                new Upload(ServedRepository.program(upload, served).redirectError(ProcessBuilder.Redirect.DISCARD)));
        server.start();
    }

    static SshGit start(Path directory, Path served) throws IOException, GeneralSecurityException {
        return new SshGit(directory, served);
    }

    public String url() {
        return "ssh://git@127.0.0.1:%s/lab.git".formatted(server.getPort());
    }

    /** Whose holder is let in, as ssh-keygen writes it. */
    public String privateKey() {
        return privateKey;
    }

    /** The server's line in a file of known hosts. */
    public String knownHosts() {
        return "[127.0.0.1]:%s %s\n".formatted(server.getPort(), PublicKeyEntry.toString(hostKey.getPublic()));
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has EC keys", e);
        }
    }

    /** One fetch. */
    private static final class Upload implements Command {
        private final ProcessBuilder program;
        private @Nullable InputStream in;
        private @Nullable OutputStream out;
        private @Nullable ExitCallback exit;
        private @Nullable Process process;

        Upload(ProcessBuilder program) {
            this.program = program;
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
            // Nothing is told.
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            exit = callback;
        }

        @Override
        public void start(ChannelSession channel, Environment environment) throws IOException {
            Process started = program.start();
            process = started;
            InputStream asked = Objects.requireNonNull(in);
            OutputStream told = Objects.requireNonNull(out);
            ExitCallback end = Objects.requireNonNull(exit);
            Thread.ofVirtual().start(() -> copy(asked, started.getOutputStream()));
            Thread.ofVirtual().start(() -> end.onExit(copy(started.getInputStream(), told) ? 0 : 1));
        }

        @Override
        public void destroy(ChannelSession channel) {
            if (process != null) {
                process.destroyForcibly();
            }
        }

        /** Each piece at once, since the other side waits for it; whether it went well to the end. */
        private static boolean copy(InputStream from, OutputStream to) {
            byte[] piece = new byte[8192];
            try (to) {
                for (int n = from.read(piece); n >= 0; n = from.read(piece)) {
                    to.write(piece, 0, n);
                    to.flush();
                }
                return true;
            } catch (IOException e) {
                return false; // one of the two has hung up
            }
        }
    }
}
