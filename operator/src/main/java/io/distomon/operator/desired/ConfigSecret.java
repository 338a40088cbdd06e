package io.distomon.operator.desired;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.Member;
import io.distomon.core.config.NetworkFiles;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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

    /** Where in a node's config directory {@link JwtSecret} is. */
    public static final String JWT_DIR = "secrets/jwt";

    private ConfigSecret() {}

    @Override
    public Class<Secret> type() {
        return Secret.class;
    }

    @Override
    public List<Secret> wanted(Blueprint of) {
        return List.of(of(of.network(), of.members()));
    }

    /** With server-side apply, a public key that somebody has put in would stay. */
    @Override
    public Writing<Secret> writing() {
        return new Writing.Whole<>(
                secret -> Arrays.asList(secret.getType(), secret.getData()),
                secret -> Boolean.TRUE.equals(secret.getImmutable()));
    }

    /** Where in a node's config directory this Secret is. */
    public static String directory(Network network) {
        return "networks/" + network.networkId();
    }

    /** The Secret for a network's nodes. */
    public static Secret of(Network network, NetworkMembers members) {
        Map<String, String> data = new TreeMap<>();
        members.files().forEach((name, text) -> data.put(name, base64(text)));
        for (NetworkNode.Managed node : network.managed()) {
            String text = NetworkFiles.nodeConf(
                    network.networkId(), node.id(), LOGIN_DIR + "/" + LoginSecret.KEY, JWT_DIR + "/" + JwtSecret.KEY);
            data.put(NetworkFiles.nodeConfName(node.id()), base64(text));
        }
        return new SecretBuilder()
                .withMetadata(ChildMetadata.owned(network, ChildNames.config(network), ChildMetadata.labels(network)))
                .withType("Opaque")
                .withData(data)
                .build();
    }

    /**
     * What the nodes run with, by a Secret that was found.
     *
     * @param members the members, of whatever spec the Secret was written for
     * @param managed the ids of those that the operator runs
     */
    public record Running(NetworkMembers members, Set<String> managed) {
        public Running {
            managed = Set.copyOf(managed);
        }

        /**
         * The network as far as this tells: its members. The rest is as in a resource that says nothing more.
         *
         * @param owner the resource
         */
        public Network network(Network.Owner owner) {
            return Network.ofMembers(
                    owner,
                    members.networkId(),
                    members.topology(),
                    members.members().stream().map(this::node).toList());
        }

        private NetworkNode node(Member member) {
            return managed.contains(member.nodeId())
                    ? new NetworkNode.Managed(
                            member.nodeId(),
                            member.pollRate(),
                            member.retry(),
                            member.retryInterval(),
                            1,
                            NetworkNode.Pod.UNKNOWN)
                    : new NetworkNode.External(
                            member.nodeId(),
                            member.pollRate(),
                            member.retry(),
                            member.retryInterval(),
                            Objects.requireNonNull(member.url(), "every member has been written with a url"),
                            members.keys().of(member.nodeId()));
        }
    }

    /** Reads what {@link #of} has written; empty when it is something else, or there is none. */
    public static Optional<Running> read(@Nullable Secret secret) {
        if (secret == null || secret.getData() == null) {
            return Optional.empty();
        }
        Map<String, String> files = new TreeMap<>();
        try {
            secret.getData()
                    .forEach((name, base64) ->
                            files.put(name, new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8)));
            NetworkFiles.Content content = NetworkFiles.read(files);
            if (content.members().stream().anyMatch(member -> member.url() == null)) {
                return Optional.empty();
            }
            Set<String> managed = content.members().stream()
                    .map(Member::nodeId)
                    .filter(id -> files.containsKey(NetworkFiles.nodeConfName(id)))
                    .collect(Collectors.toSet());
            return Optional.of(new Running(
                    new NetworkMembers(content.networkId(), content.members(), content.keys(), content.topology()),
                    managed));
        } catch (ConfigException | IllegalArgumentException somebodyElseWroteIt) {
            return Optional.empty();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
