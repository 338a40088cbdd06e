package io.distomon.operator.desired;

import io.distomon.operator.keys.SecretText;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A copy of what somebody gives that opens a network's repository: what mounts it goes on when that is missing for a while.
 */
public final class GitSecret implements ChildKind<Secret> {
    /** The row in {@link ChildKinds}. */
    public static final GitSecret KIND = new GitSecret();

    private GitSecret() {}

    /** Whether the network's nodes mount it. */
    static boolean isMounted(Network network) {
        return network.git() != null && network.git().credentials() != null;
    }

    /** Whether there is nothing that opens the network's repository, which needs something. */
    static boolean isLacking(Blueprint of) {
        return isMounted(of.network()) && of.git().isEmpty();
    }

    /**
     * Of which Secret for which server a copy is: what one server is given another is not, though the Secret that is for
     * that one is missing.
     */
    public static boolean isFor(Secret copy, Network.Git git) {
        return purpose(git).equals(ChildMetadata.annotation(copy, ChildMetadata.CREDENTIALS));
    }

    private static String purpose(Network.Git git) {
        return git.credentials() + " for " + git.server();
    }

    @Override
    public Class<Secret> type() {
        return Secret.class;
    }

    /** None while there was never anything to use. */
    @Override
    public List<Secret> wanted(Blueprint of) {
        if (!isMounted(of.network()) || of.git().isEmpty()) {
            return List.of();
        }
        Map<String, String> data = new TreeMap<>();
        of.git().forEach((entry, text) -> data.putAll(SecretText.data(entry, text.reveal())));
        return List.of(new SecretBuilder()
                .withMetadata(ChildMetadata.owned(
                        of.network(), ChildNames.git(of.network()), ChildMetadata.labels(of.network())))
                .editMetadata()
                .addToAnnotations(
                        ChildMetadata.CREDENTIALS,
                        purpose(Objects.requireNonNull(of.network().git())))
                .endMetadata()
                .withType(SecretText.TYPE)
                .withData(data)
                .build());
    }

    @Override
    public Writing<Secret> writing() {
        return Writing.Whole.ofSecret(ChildMetadata.CREDENTIALS);
    }

    @Override
    public Predicate<String> obsolete(Network network) {
        return name -> !isMounted(network) && name.equals(ChildNames.git(network));
    }
}
