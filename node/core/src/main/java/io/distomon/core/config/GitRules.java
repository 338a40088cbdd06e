package io.distomon.core.config;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a network in {@code nodeconf.yml} may say of its git repository. */
final class GitRules {
    private static final int MAX_GIT_POLL_SECONDS = 86_400;
    private static final List<String> GIT_ACCESS_KEYS = List.of(
            "git_username",
            "git_username_file",
            "git_token_file",
            "git_ca_file",
            "git_ssh_key_file",
            "git_ssh_known_hosts_file");
    private static final List<String> GIT_KEYS = Stream.concat(
                    Stream.of("git_repo", "git_branch", "git_poll_seconds", "git_trusted_signers"),
                    GIT_ACCESS_KEYS.stream())
            .toList();

    private final NamedFiles files;

    /**
     * @param files those that an item names
     */
    GitRules(NamedFiles files) {
        this.files = files;
    }

    /** Warns of what a local network does not need. */
    static @Nullable GitSource none(YamlMap item) {
        for (String key : GIT_KEYS) {
            if (item.has(key)) {
                item.warn(key, "not used, since config_type is not git");
            }
        }
        return null;
    }

    /** What an item says of its repository; null, with the mistake noted, when it says too little. */
    @Nullable
    GitSource read(YamlMap item) {
        String branch = item.optional("git_branch", "the name of a branch", GitRules::isBranch);
        Duration poll = item.seconds("git_poll_seconds", GitSource.DEFAULT_POLL, 1, MAX_GIT_POLL_SECONDS);
        // Taken as a secret, since a URL may hold a password.
        Secret url = item.secret("git_repo", GitSource.RULE, GitSource::isValid);
        if (!item.has("git_repo")) {
            item.error("git_repo", "nothing", "a git URL");
        }
        Secret username = files.secret(item, "git_username", "git_username_file");
        Secret token = files.secret(item, null, "git_token_file");
        List<X509Certificate> authorities = files.certificates(item, "git_ca_file");
        Path sshKey = files.file(item, "git_ssh_key_file", true);
        Path knownHosts = files.file(item, "git_ssh_known_hosts_file", false);
        String signers = files.text(item, "git_trusted_signers");
        if (url == null || (signers == null && item.has("git_trusted_signers"))) {
            return null;
        }
        String repo = url.reveal();
        switch (GitSource.transport(repo)) {
            case HTTP -> {
                refuse(item, List.of("git_ssh_key_file", "git_ssh_known_hosts_file"), "an ssh URL");
                if (!GitSource.isHttps(repo)) {
                    refuse(item, List.of("git_ca_file"), "an https URL");
                }
                if (token != null && GitSource.isOpenToReaders(repo)) {
                    item.error("git_token_file", "a token for an http URL, which others can read", "an https URL");
                }
            }
            case SSH -> {
                refuse(
                        item,
                        List.of("git_username", "git_username_file", "git_token_file", "git_ca_file"),
                        "an https URL");
                for (String key : List.of("git_ssh_key_file", "git_ssh_known_hosts_file")) {
                    if (!item.has(key)) {
                        item.error(key, "nothing", "the path of a file, since git_repo is reached by ssh");
                    }
                }
            }
            case FILE -> refuse(item, GIT_ACCESS_KEYS, "an https or ssh URL");
        }
        return new GitSource(repo, branch, poll, username, token, authorities, sshKey, knownHosts, signers);
    }

    private static void refuse(YamlMap item, List<String> keys, String needed) {
        for (String key : keys) {
            if (item.has(key)) {
                item.error(key, "a value for a git_repo that does not use it", needed + " in git_repo, or no " + key);
            }
        }
    }

    /** What git allows in a branch's name, and a bit less. */
    private static boolean isBranch(String text) {
        return text.matches("[A-Za-z0-9_][A-Za-z0-9_./+-]{0,200}")
                && !text.contains("..")
                && !text.contains("//")
                && !text.endsWith("/")
                && !text.endsWith(".")
                && !text.endsWith(".lock");
    }
}
