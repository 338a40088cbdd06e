package io.distomon.operator.desired;

import io.distomon.core.config.AlertsEntry;
import io.distomon.core.config.GitEntry;
import io.distomon.core.config.NetworkWriter;
import io.distomon.core.tls.Certificates;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The Secret with the config files of all nodes, flat, as it is mounted into each of them. What it says of other files is
 * relative to the node's config directory, so that a node elsewhere can have the same ones at another place.
 */
public final class ConfigSecret implements ChildKind<Secret> {
    /** The row in {@link ChildKinds}. */
    public static final ConfigSecret KIND = new ConfigSecret();

    /** Where in a node's config directory {@link LoginSecret} is. */
    public static final String LOGIN_DIR = "secrets/login";

    /** Where in a node's config directory {@link GitSecret} is. */
    public static final String GIT_DIR = "secrets/git";

    private static final String TRUSTED_SIGNERS = "trusted_signers";

    /** Where in a node's config directory {@link JwtSecret} is. */
    public static final String JWT_DIR = "secrets/jwt";

    private static final int MAX_BYTES = 1 << 20;

    private ConfigSecret() {}

    @Override
    public Class<Secret> type() {
        return Secret.class;
    }

    /** None while what opens the repository can't be used: who runs goes on with the files of before. */
    @Override
    public List<Secret> wanted(Blueprint of) {
        return GitSecret.isLacking(of)
                ? List.of()
                : List.of(of(of.network(), of.members(), of.git().keySet(), of.alerts()));
    }

    /** With server-side apply, a public key that somebody has put in would stay. */
    @Override
    public Writing<Secret> writing() {
        return Writing.Whole.ofSecret(ChildMetadata.ALERTS);
    }

    /** Where in a node's config directory this Secret is. */
    public static String directory(Network network) {
        return "networks/" + network.networkId();
    }

    /** The Secret for a network's nodes, which need nothing to open a repository, and tell nobody of alerts. */
    public static Secret of(Network network, NetworkMembers members) {
        return of(network, members, Set.of(), Map.of());
    }

    /**
     * The Secret for a network's nodes.
     *
     * @param credentials the entries of {@link GitSecret}
     * @param alertFiles what there is of {@link AlertFiles}
     */
    public static Secret of(
            Network network,
            NetworkMembers members,
            Set<String> credentials,
            Map<String, io.distomon.core.config.Secret> alertFiles) {
        Map<String, String> data = new TreeMap<>();
        members.files(network.thresholds()).forEach((name, text) -> data.put(name, base64(text)));
        String authorities =
                network.authorities().isEmpty() ? null : directory(network) + "/" + NetworkWriter.AUTHORITIES;
        if (authorities != null) {
            data.put(NetworkWriter.AUTHORITIES, base64(Certificates.write(network.authorities())));
        }
        GitEntry git = network.git() == null ? null : gitEntry(network, network.git(), credentials);
        if (network.git() != null && network.git().trustedSigners() != null) {
            data.put(TRUSTED_SIGNERS, base64(network.git().trustedSigners()));
        }
        AlertsEntry alerts = AlertFiles.entry(network, alertFiles);
        AlertFiles.files(network, alertFiles).forEach((name, text) -> data.put(name, base64(text.reveal())));
        for (NetworkNode node : network.inCluster()) {
            boolean tells = alerts != null && alerts.senders().contains(node.id());
            String text = NetworkWriter.nodeConf(
                    network.networkId(),
                    node.id(),
                    LOGIN_DIR + "/" + LoginSecret.KEY,
                    JWT_DIR + "/" + JwtSecret.KEY,
                    authorities,
                    git,
                    tells ? alerts : null);
            data.put(NetworkWriter.nodeConfName(node.id()), base64(text));
        }
        String references = AlertFiles.references(network, alertFiles);
        return new SecretBuilder()
                .withMetadata(ChildMetadata.owned(network, ChildNames.config(network), ChildMetadata.labels(network)))
                .editMetadata()
                .addToAnnotations(references.isEmpty() ? Map.of() : Map.of(ChildMetadata.ALERTS, references))
                .endMetadata()
                .withType("Opaque")
                .withData(data)
                .build();
    }

    /** Why no API server takes the Secret: the entries of one have at most 1 MiB. Empty when one does. */
    public static Optional<String> excess(Secret config) {
        int bytes = config.getData().values().stream()
                .mapToInt(base64 -> base64.length() / 4 * 3
                        - (base64.length() - base64.replace("=", "").length()))
                .sum();
        return bytes <= MAX_BYTES
                ? Optional.empty()
                : Optional.of(
                        ("the files of all nodes, Secret %s/%s, would have %s bytes, expected at most %s: fewer nodes, shorter"
                                        + " URLs, fewer keys or certificates, fewer links of thresholds, or fewer senders and silences of alerts")
                                .formatted(
                                        config.getMetadata().getNamespace(),
                                        config.getMetadata().getName(),
                                        bytes,
                                        MAX_BYTES));
    }

    private static GitEntry gitEntry(Network network, Network.Git git, Set<String> credentials) {
        return new GitEntry(
                git.url(),
                git.branch(),
                git.poll(),
                file(credentials, Network.Git.USERNAME),
                file(credentials, Network.Git.PASSWORD),
                file(credentials, Network.Git.AUTHORITIES),
                file(credentials, Network.Git.SSH_KEY),
                file(credentials, Network.Git.KNOWN_HOSTS),
                git.trustedSigners() == null ? null : directory(network) + "/" + TRUSTED_SIGNERS);
    }

    private static @Nullable String file(Set<String> credentials, String entry) {
        return credentials.contains(entry) ? GIT_DIR + "/" + entry : null;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
