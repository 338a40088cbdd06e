package io.distomon.node.git;

import io.distomon.core.config.GitSource;
import io.distomon.node.outgoing.ProxySetting;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.jspecify.annotations.Nullable;

/**
 * A branch on a git server. Its newest commit is fetched with some of its history, which tells whether it is older than
 * another, into a bare repository of its own: nothing is ever merged, and no work tree is made.
 *
 * <p>Calls block, and end early when their thread is interrupted. Not thread-safe.
 */
final class GitRemote {
    /** How many commits are fetched with the newest, itself included. */
    static final int HISTORY = 50;

    /** Likewise, for all there are. */
    static final int WHOLE_HISTORY = 1_000_000;

    private static final int MAX_CAUSES = 10;
    private static final int MAX_SHOWN_BRANCHES = 10;
    private static final String HEADS = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    /** What JGit or a server says of ids that it does not know. */
    private static final Pattern SHA_256 =
            Pattern.compile("(?i)advertisement line: '[0-9a-f]{64} |object.?format|sha-?256");

    private static final String BROKEN_OFF = "Short read of block";
    private static final String SHALLOW = "advertisement line: 'shallow ";
    private static final String FETCHED = "refs/distomon/fetched";

    private final GitSource source;
    private final Duration timeout;
    private final long maxFetchBytes;
    private final ProxySetting proxies;
    private final String ref;

    /**
     * @param timeout how long the server may be silent
     * @param maxFetchBytes the most that a fetch may bring
     */
    GitRemote(GitSource source, Duration timeout, long maxFetchBytes) {
        this(source, timeout, maxFetchBytes, System::getenv);
    }

    /** Likewise, in another environment. */
    GitRemote(GitSource source, Duration timeout, long maxFetchBytes, ProxySetting.Environment environment) {
        IsolatedGit.enter();
        this.proxies = new ProxySetting(environment);
        this.source = source;
        this.timeout = timeout;
        this.maxFetchBytes = maxFetchBytes;
        this.ref = source.branch() == null ? "HEAD" : HEADS + source.branch();
    }

    /**
     * Asks the server for the branch's newest commit.
     *
     * @param work an existing directory for temporary files
     */
    Commit newest(Path work) throws GitException {
        try (Sessions sessions = new Sessions(work);
                Transport transport = Transport.open(new URIish(source.repo()))) {
            transport.setTimeout(timeoutSeconds());
            transport.setCredentialsProvider(credentials());
            connected(transport, sessions, new Received(maxFetchBytes));
            Collection<Ref> refs;
            try (FetchConnection connection = transport.openFetch(List.of(), asked())) {
                refs = List.copyOf(connection.getRefs());
            }
            for (Ref each : refs) {
                if (each.getName().equals(ref) && each.getObjectId() != null) {
                    return new Commit(each.getObjectId().name());
                }
            }
            throw new GitException(missing(refs));
        } catch (IOException | URISyntaxException | RuntimeException e) {
            throw failure(e);
        }
    }

    /** What names of branches and tags begin with that we look at; servers that speak only git's first protocol tell all. */
    private String[] asked() {
        return source.branch() == null ? new String[] {ref, HEADS} : new String[] {HEADS, TAGS + source.branch()};
    }

    /**
     * Fetches the branch's newest commit.
     *
     * @param work an existing directory for temporary files
     * @param target where the repository is to be
     * @param depth how many commits are fetched at most
     * @return the commit
     */
    Commit download(Path work, Path target, int depth) throws GitException {
        Received received = new Received(maxFetchBytes);
        try (Repository repository = new FetchedRepository(target, received);
                Sessions sessions = new Sessions(work)) {
            repository.create(true);
            // Nothing is added to it; JGit would tidy it up, on a thread of its own.
            repository.getConfig().setInt("gc", null, "auto", 0);
            repository.getConfig().setBoolean("gc", null, "autoDetach", false);
            repository.getConfig().save();
            Git.wrap(repository)
                    .fetch()
                    .setRemote(source.repo())
                    .setRefSpecs("+" + ref + ":" + FETCHED)
                    .setDepth(depth)
                    .setTagOpt(TagOpt.NO_TAGS)
                    .setTimeout(timeoutSeconds())
                    .setCredentialsProvider(credentials())
                    .setTransportConfigCallback(transport -> {
                        connected(transport, sessions, received);
                        // Files that can't be read are noticed where they are read; JGit would read all there are.
                        transport.setCheckFetchedObjects(false);
                    })
                    .call();
            Ref fetched = repository.exactRef(FETCHED);
            if (fetched == null || fetched.getObjectId() == null) {
                throw new GitException("found no commit, though the branch had one just now");
            }
            return new Commit(fetched.getObjectId().name());
        } catch (GitAPIException | IOException | RuntimeException e) {
            throw failure(e);
        }
    }

    private int timeoutSeconds() {
        return (int) Math.max(1, timeout.toSeconds());
    }

    private void connected(Transport transport, Sessions sessions, Received received) {
        if (transport instanceof SshTransport ssh) {
            ssh.setSshSessionFactory(new GitSsh.Counted(sessions.ssh(), received));
        }
        if (transport instanceof TransportHttp http) {
            http.setHttpConnectionFactory(new GitHttp(source.authorities(), proxies, received));
        }
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

    private String missing(Collection<Ref> refs) {
        List<String> branches = refs.stream()
                .map(Ref::getName)
                .filter(name -> name.startsWith(HEADS))
                .map(name -> name.substring(HEADS.length()))
                .sorted()
                .toList();
        String there = branches.isEmpty()
                ? ""
                : "; there " + (branches.size() == 1 ? "is " : "are ")
                        + String.join(", ", branches.subList(0, Math.min(branches.size(), MAX_SHOWN_BRANCHES)))
                        + (branches.size() > MAX_SHOWN_BRANCHES ? ", …" : "");
        if (source.branch() == null) {
            return PlainMessage.plain(
                    "found no commit, expected one on the default branch"
                            + (there.isEmpty() ? "" : there + ", of which git_branch can name one"),
                    source);
        }
        boolean isTag = refs.stream().anyMatch(each -> each.getName().equals(TAGS + source.branch()));
        return PlainMessage.plain(
                "found %s, expected %s%s"
                        .formatted(
                                isTag ? "the tag " + source.branch() : "no branch " + source.branch(),
                                isTag ? "a branch, as a tag stays where it is" : "one with a commit",
                                there),
                source);
    }

    private GitException failure(Exception e) {
        for (Throwable cause : causes(e)) {
            if (cause instanceof TooMuchException) {
                return new GitException(PlainMessage.of(cause, source), e);
            }
        }
        String message = PlainMessage.of(e, source);
        if (SHA_256.matcher(message).find()) {
            return new GitException(
                    "found a repository with SHA-256 ids, expected one with SHA-1, the only ones that can be read", e);
        }
        if (message.contains(BROKEN_OFF)) {
            return new GitException(
                    "found a server that broke off its answer, as it does when the repository has SHA-256 ids, expected one with SHA-1",
                    e);
        }
        if (message.contains(SHALLOW)) {
            return new GitException(
                    "found a shallow repository behind git's first protocol, expected a whole one, or a server that takes GIT_PROTOCOL",
                    e);
        }
        return new GitException(isOfCertificate(e) ? message + "; expected " + expectedCertificate() : message, e);
    }

    /** Whether the server sent more than there is room for. */
    static boolean isTooMuch(GitException failure) {
        return causes(failure).stream().anyMatch(TooMuchException.class::isInstance);
    }

    private static boolean isOfCertificate(Exception failure) {
        return causes(failure).stream().anyMatch(SSLHandshakeException.class::isInstance);
    }

    private static List<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MAX_CAUSES)
                .toList();
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
