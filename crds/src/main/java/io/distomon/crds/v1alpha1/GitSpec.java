package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A git repository with a network's files: config.yml and pubkeys at its root, as nodes that run elsewhere have them. The nodes
 * fetch it, never the operator. A change restarts nothing.
 *
 * @param url Where the nodes fetch it: https, ssh (also as git@host:path) or http, without password, query or fragment.
 * @param branch The branch that they follow; absent means the repository's default.
 * @param pollSeconds The time from one look at the repository to the next, in seconds.
 * @param credentialsSecretRef A Secret of yours with what opens the repository. For https the entries password (a token or
 *     password), perhaps with username, and ca.crt, where the server's certificate is of an authority of your own; for ssh
 *     ssh-privatekey and known_hosts. The nodes have a copy, and go on with it while the Secret is missing or unfit.
 * @param trustedSigners Public keys, SSH's in the lines of an authorized_keys file or PGP's as armoured blocks. With any, the
 *     nodes take no commit that none of them has signed.
 */
@ValidationRule(
        value = "!self.url.startsWith('http://') || !has(self.credentialsSecretRef)",
        message = "credentialsSecretRef is not for an http url: what is sent by it can be read on the way",
        reason = "FieldValueForbidden",
        fieldPath = ".credentialsSecretRef")
@ValidationRule(
        value = "self.url.startsWith('https://') || self.url.startsWith('http://') || has(self.credentialsSecretRef)",
        message = "an ssh url needs credentialsSecretRef: the key that opens the repository, and the servers' own",
        reason = "FieldValueRequired",
        fieldPath = ".credentialsSecretRef")
@ValidationRule(
        value = "!has(self.branch) || !self.branch.endsWith('.lock')",
        message = "git has no branches whose names end with .lock",
        fieldPath = ".branch")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GitSpec(
        @Required @Size(max = GitSpec.MAX_URL_CHARS) @Pattern(Names.GIT_URL)
        String url,

        @Size(min = 1, max = GitSpec.MAX_BRANCH_CHARS) @Pattern(Names.GIT_BRANCH) @Nullable
        String branch,

        @Default("60") @Min(1) @Max(GitSpec.MAX_POLL_SECONDS)
        Integer pollSeconds,

        @Nullable SecretName credentialsSecretRef,

        @Size(min = 1, max = GitSpec.MAX_SIGNERS_CHARS) @Nullable
        String trustedSigners) {
    /** As long as the nodes take one. */
    public static final int MAX_URL_CHARS = 1024;

    /** As long as the nodes take one. */
    public static final int MAX_BRANCH_CHARS = 200;

    /** A day. */
    public static final int MAX_POLL_SECONDS = 86_400;

    /** A few dozen keys of any kind. */
    public static final int MAX_SIGNERS_CHARS = 65_536;

    public GitSpec {
        pollSeconds = Absent.as(pollSeconds, 60);
    }
}
