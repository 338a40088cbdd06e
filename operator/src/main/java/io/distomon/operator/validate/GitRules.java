package io.distomon.operator.validate;

import io.distomon.crds.v1alpha1.DistomonNetworkSpec;
import io.distomon.crds.v1alpha1.GitSpec;
import io.distomon.crds.v1alpha1.MembershipType;
import io.distomon.crds.v1alpha1.Names;
import io.distomon.crds.v1alpha1.NodeType;
import io.distomon.crds.v1alpha1.ProbeSpec;
import io.distomon.crds.v1alpha1.TopologySpec;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules of {@code spec.membership}, and of what can't be said beside a repository. */
final class GitRules {
    private static final Pattern URL = Pattern.compile(Names.GIT_URL);
    private static final Pattern BRANCH = Pattern.compile(Names.GIT_BRANCH);
    private static final String PATH = "spec.membership.git";
    private static final String URL_RULE = "at most 1024 characters such as https://git.example.com/lab.git or"
            + " ssh://git@git.example.com/lab.git, without password, query or fragment";

    private GitRules() {}

    /** The repository; null when the spec has none. Of use only when nothing was noted. */
    static Network.@Nullable Git of(DistomonNetworkSpec spec, Findings findings) {
        GitSpec git = spec.membership().git();
        boolean isGit = spec.membership().type() == MembershipType.Git;
        if (!isGit) {
            if (git != null) {
                findings.add(PATH, "git is only for type Git");
            }
            return null;
        }
        checkNotSaid(spec, findings);
        if (git == null) {
            findings.add(PATH, "Git needs git: the repository that the nodes follow");
            return null;
        }
        return repository(git, findings);
    }

    private static void checkNotSaid(DistomonNetworkSpec spec, Findings findings) {
        if (spec.nodes().stream().anyMatch(node -> node.type() == NodeType.External)) {
            findings.add(
                    "spec.nodes",
                    "with membership Git, External nodes are named in the repository, and here those that run here");
        }
        if (!spec.probe().equals(ProbeSpec.DEFAULT) || spec.nodes().stream().anyMatch(node -> node.probe() != null)) {
            findings.add("spec.probe", DistomonNetworkSpec.PROBE_OF_GIT);
        }
        if (!spec.topology().equals(TopologySpec.DEFAULT)) {
            findings.add("spec.topology", DistomonNetworkSpec.TOPOLOGY_OF_GIT);
        }
        if (spec.thresholds() != null) {
            findings.add("spec.thresholds", DistomonNetworkSpec.THRESHOLDS_OF_GIT);
        }
    }

    private static Network.Git repository(GitSpec git, Findings findings) {
        String url = git.url();
        // Shown without its text: a URL may hold a password.
        if (url == null
                || url.length() > GitSpec.MAX_URL_CHARS
                || !URL.matcher(url).matches()) {
            findings.add(
                    PATH + ".url",
                    "found %s, expected %s"
                            .formatted(
                                    url == null ? "nothing" : "a text of %s characters".formatted(url.length()),
                                    URL_RULE));
            url = "";
        }
        if (git.branch() != null) {
            boolean isName = findings.expectText(
                    PATH + ".branch",
                    git.branch(),
                    GitSpec.MAX_BRANCH_CHARS,
                    BRANCH,
                    "the name of a branch, of a-z A-Z 0-9 _ + - with single dots and slashes between them");
            if (isName && git.branch().endsWith(".lock")) {
                findings.add(PATH + ".branch", "git has no branches whose names end with .lock");
            }
        }
        findings.expectNumber(PATH + ".pollSeconds", git.pollSeconds(), 1, GitSpec.MAX_POLL_SECONDS);
        String credentials = git.credentialsSecretRef() == null
                ? null
                : git.credentialsSecretRef().name();
        if (git.credentialsSecretRef() != null) {
            findings.expectSecretName(PATH + ".credentialsSecretRef.name", credentials);
        }
        Network.Git repository = new Network.Git(
                url, git.branch(), Duration.ofSeconds(git.pollSeconds()), credentials, git.trustedSigners());
        if (url.startsWith("http://") && credentials != null) {
            findings.add(
                    PATH + ".credentialsSecretRef",
                    "credentialsSecretRef is not for an http url: what is sent by it can be read on the way");
        }
        if (!url.isEmpty() && !repository.isHttp() && credentials == null) {
            findings.add(
                    PATH + ".credentialsSecretRef",
                    "an ssh url needs credentialsSecretRef: the key that opens the repository, and the servers' own");
        }
        String signers = git.trustedSigners();
        if (signers != null && (signers.isBlank() || signers.length() > GitSpec.MAX_SIGNERS_CHARS)) {
            findings.add(
                    PATH + ".trustedSigners",
                    "found a text of %s characters, expected public keys, at most %s"
                            .formatted(signers.length(), GitSpec.MAX_SIGNERS_CHARS));
        }
        return repository;
    }
}
