package io.distomon.node.git;

import io.distomon.core.config.GitSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.TransportCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * A branch on a git server. Its newest commit is fetched alone, without history, into a repository of its own that is
 * thrown away after the network's files have been taken out: nothing is ever merged, and rewritten history is a commit
 * like any other. Only the files that make up a network are taken, under names that can't lead anywhere else; no hook,
 * filter or submodule is looked at.
 *
 * <p>Calls block, and end early when their thread is interrupted. Not thread-safe.
 */
final class GitRemote {
    /** More files than a network of the largest size has are refused. */
    static final int MAX_FILES = 4096;

    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final int MAX_CAUSES = 10;
    private static final int MAX_LINK_BYTES = 4096;
    private static final String FETCHED = "refs/distomon/fetched";
    private static final Pattern WANTED =
            Pattern.compile("config\\.yml|(pubkeys/)?[A-Za-z0-9][A-Za-z0-9._-]{0,100}\\.pub");

    private final GitSource source;
    private final Duration timeout;
    private final String ref;

    /**
     * @param timeout how long the server may be silent
     */
    GitRemote(GitSource source, Duration timeout) {
        IsolatedGit.enter();
        this.source = source;
        this.timeout = timeout;
        this.ref = source.branch() == null ? "HEAD" : "refs/heads/" + source.branch();
    }

    /**
     * Asks the server for the branch's newest commit.
     *
     * @param work an existing directory for temporary files
     */
    String newest(Path work) throws GitException {
        try (Sessions sessions = new Sessions(work)) {
            Collection<Ref> refs = configured(Git.lsRemoteRepository().setRemote(source.repo()), sessions)
                    .call();
            for (Ref each : refs) {
                if (each.getName().equals(ref) && each.getObjectId() != null) {
                    return each.getObjectId().name();
                }
            }
        } catch (GitAPIException | RuntimeException e) {
            throw failure(e);
        }
        throw new GitException(missing());
    }

    /**
     * Fetches the branch's newest commit and takes the network's files out of it.
     *
     * @param work an existing directory for temporary files
     * @param target an existing empty directory for the files
     * @return the commit's id
     */
    String download(Path work, Path target) throws GitException {
        try (Repository repository = new FileRepositoryBuilder()
                        .setGitDir(work.resolve("fetched.git").toFile())
                        .setBare()
                        .build();
                Sessions sessions = new Sessions(work)) {
            repository.create(true);
            // It is thrown away at once; JGit would tidy it up meanwhile, on a thread of its own.
            repository.getConfig().setInt("gc", null, "auto", 0);
            repository.getConfig().setBoolean("gc", null, "autoDetach", false);
            configured(
                            Git.wrap(repository)
                                    .fetch()
                                    .setRemote(source.repo())
                                    .setRefSpecs("+" + ref + ":" + FETCHED)
                                    .setDepth(1)
                                    .setTagOpt(TagOpt.NO_TAGS),
                            sessions)
                    .call();
            Ref fetched = repository.exactRef(FETCHED);
            if (fetched == null || fetched.getObjectId() == null) {
                throw new GitException(missing());
            }
            extract(repository, fetched.getObjectId(), target);
            return fetched.getObjectId().name();
        } catch (GitAPIException | IOException | RuntimeException e) {
            throw failure(e);
        }
    }

    private void extract(Repository repository, ObjectId commit, Path target) throws IOException, GitException {
        Path keys = target.resolve("pubkeys");
        int files = 0;
        try (RevWalk commits = new RevWalk(repository);
                TreeWalk tree = new TreeWalk(repository)) {
            tree.addTree(commits.parseCommit(commit).getTree());
            while (tree.next()) {
                String path = tree.getPathString();
                if (tree.isSubtree()) {
                    if (path.equals("pubkeys")) {
                        Files.createDirectories(keys);
                        tree.enterSubtree();
                    }
                } else if (WANTED.matcher(path).matches()) {
                    files++;
                    if (files > MAX_FILES) {
                        throw new GitException(
                                "found more than %s files, expected the files of a network".formatted(MAX_FILES));
                    }
                    extract(tree, target.resolve(path));
                }
            }
        }
    }

    private static void extract(TreeWalk tree, Path file) throws IOException {
        ObjectLoader object = tree.getObjectReader().open(tree.getObjectId(0));
        try (InputStream content = object.openStream()) {
            if (tree.getFileMode(0).equals(FileMode.SYMLINK)) {
                String link = new String(content.readNBytes(MAX_LINK_BYTES), StandardCharsets.UTF_8);
                // Whether it stays inside is judged by whoever reads it, as for any other directory.
                Files.createSymbolicLink(file, Path.of(link));
            } else {
                // One byte more than may be read, so that a file which is too long is found to be.
                Files.write(file, content.readNBytes(MAX_FILE_BYTES + 1));
            }
        } catch (InvalidPathException e) {
            throw new IOException("the target of the symbolic link %s is no path".formatted(tree.getPathString()), e);
        }
    }

    private <C extends TransportCommand<C, T>, T> C configured(C command, Sessions sessions) throws GitException {
        return command.setTimeout((int) Math.max(1, timeout.toSeconds()))
                .setCredentialsProvider(credentials())
                .setTransportConfigCallback(transport -> {
                    if (transport instanceof SshTransport ssh) {
                        ssh.setSshSessionFactory(sessions.ssh());
                    }
                    if (transport instanceof TransportHttp http
                            && !source.authorities().isEmpty()) {
                        http.setHttpConnectionFactory(new GitTls(source.authorities()));
                    }
                });
    }

    @SuppressWarnings("NullAway") // JGit takes null for no credentials.
    private HttpCredentials credentials() throws GitException {
        if (source.token() == null) {
            return null;
        }
        try {
            return new HttpCredentials(new URIish(source.repo()), source.username(), source.token());
        } catch (URISyntaxException e) {
            throw failure(e);
        }
    }

    private String missing() {
        return source.branch() == null
                ? "found no commit, expected one on the default branch"
                : "found no branch %s, expected one with a commit".formatted(source.branch());
    }

    private GitException failure(Exception e) {
        String message = PlainMessage.of(e, source);
        return new GitException(isOfCertificate(e) ? message + "; expected " + expectedCertificate() : message, e);
    }

    private static boolean isOfCertificate(Exception failure) {
        return Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause)
                .limit(MAX_CAUSES)
                .anyMatch(SSLHandshakeException.class::isInstance);
    }

    private String expectedCertificate() {
        return "a certificate for this server's name, of "
                + (source.authorities().isEmpty()
                        ? "an authority that Java trusts (another one's is named by git_ca_file)"
                        : "an authority in git_ca_file");
    }

    /** The ssh sessions of one call, if it needs any. */
    private final class Sessions implements AutoCloseable {
        private final Path home;
        private @Nullable SshdSessionFactory ssh;

        Sessions(Path home) {
            this.home = home;
        }

        SshdSessionFactory ssh() {
            SshdSessionFactory made = ssh;
            if (made == null) {
                made = GitSsh.sessions(source, home);
                ssh = made;
            }
            return made;
        }

        @Override
        public void close() {
            if (ssh != null) {
                ssh.close();
            }
        }
    }
}
