package io.distomon.core.config;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A git repository that holds a network's files, and what we are let in with. Its text form holds no secret.
 *
 * @param repo the URL without credentials: https, http, ssh (also {@code user@host:path}) or file
 * @param branch the branch to follow; null for the repository's default
 * @param poll how often the repository is asked for a new commit
 * @param username for https, with {@code token}; null where none is needed
 * @param token for https: a token or password; null where none is needed
 * @param authorities for https: who may have made the server's certificate, in place of those that Java trusts; empty:
 *     whom Java trusts
 * @param sshKey for ssh: the file with our private key; null otherwise
 * @param sshKnownHosts for ssh: the file with the servers' public keys, in OpenSSH's format; null otherwise
 * @param trustedSigners the text of a file with the public keys, SSH or PGP, of which one must have signed a commit; null
 *     where none need have
 */
public record GitSource(
        String repo,
        @Nullable String branch,
        Duration poll,
        @Nullable Secret username,
        @Nullable Secret token,
        List<X509Certificate> authorities,
        @Nullable Path sshKey,
        @Nullable Path sshKnownHosts,
        @Nullable String trustedSigners) {
    /** Where in the config directory a node keeps what it fetched, unless it is told otherwise. */
    public static final String DIRECTORY = ".git_networks";

    /** How often a repository is asked when {@code git_poll_seconds} is absent. */
    public static final Duration DEFAULT_POLL = Duration.ofSeconds(60);

    /** The rule for {@code repo} in words, for error messages. */
    static final String RULE = "a git URL (https, ssh, file or user@host:path) without password, query or fragment";

    private static final int MAX_URL_CHARS = 1024;
    private static final String HTTP = "(?i)https?://[^/@\\s?#]+(/[^\\s?#]*)?";
    private static final String SSH = "(?i)ssh://([^/@:\\s]+@)?[^/@\\s?#]+/[^\\s?#]+";
    private static final String SSH_SHORT = "([A-Za-z0-9_.-]+@)?[A-Za-z0-9.-]{2,}:(?!//)[^\\s?#]+";
    private static final String FILE = "(?i)file:/[^\\s?#]+";
    private static final String LOOPBACK = "(?i)http://(127\\.[0-9.]+|localhost|\\[::1])([:/].*)?";

    public GitSource {
        authorities = List.copyOf(authorities);
    }

    /** A repository whose commits need not be signed. */
    public GitSource(
            String repo,
            @Nullable String branch,
            Duration poll,
            @Nullable Secret username,
            @Nullable Secret token,
            List<X509Certificate> authorities,
            @Nullable Path sshKey,
            @Nullable Path sshKnownHosts) {
        this(repo, branch, poll, username, token, authorities, sshKey, sshKnownHosts, null);
    }

    /** How a repository is reached. */
    enum Transport {
        HTTP,
        SSH,
        FILE
    }

    /** Whether a repository can be reached by this URL. */
    static boolean isValid(String url) {
        return url.length() <= MAX_URL_CHARS
                && (url.matches(HTTP) || url.matches(SSH) || url.matches(FILE) || url.matches(SSH_SHORT));
    }

    /** How a valid URL is reached. */
    static Transport transport(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        if (lower.startsWith("http")) {
            return url.matches(HTTP) ? Transport.HTTP : Transport.SSH;
        }
        return lower.startsWith("file:/") ? Transport.FILE : Transport.SSH;
    }

    /** Whether the server at this URL shows a certificate. */
    static boolean isHttps(String url) {
        return url.toLowerCase(Locale.ROOT).startsWith("https://");
    }

    /** Whether a token sent to this URL can be read on the way. */
    static boolean isOpenToReaders(String url) {
        return url.toLowerCase(Locale.ROOT).startsWith("http://") && !url.matches(LOOPBACK);
    }
}
