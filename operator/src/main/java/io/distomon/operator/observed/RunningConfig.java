package io.distomon.operator.observed;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.NetworkFiles;
import io.distomon.core.config.NetworkReader;
import io.distomon.core.config.NetworkWriter;
import io.distomon.core.tls.Certificates;
import io.distomon.core.topology.Member;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
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
 * The config that the nodes run with, by the Secret that was found.
 *
 * @param members the members, of whatever spec the Secret was written for; of those that a repository says, those that run here
 * @param ofGit whether a repository says who is a member
 * @param inCluster the ids of those that run here
 * @param authorities whom they trust as to certificates, besides those whom Java trusts
 */
public record RunningConfig(
        NetworkMembers members, boolean ofGit, Set<String> inCluster, List<X509Certificate> authorities) {
    public RunningConfig {
        authorities = List.copyOf(authorities);
        inCluster = Set.copyOf(inCluster);
    }

    /** Reads the Secret with the config files; empty when it holds something else, or there is none. */
    public static Optional<RunningConfig> read(@Nullable Secret secret) {
        if (secret == null || secret.getData() == null) {
            return Optional.empty();
        }
        Map<String, String> files = new TreeMap<>();
        try {
            secret.getData()
                    .forEach((name, base64) ->
                            files.put(name, new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8)));
            NetworkReader.Content content = NetworkReader.content(NetworkFiles.of("", files));
            if (content.members().stream().anyMatch(member -> member.url() == null)) {
                return Optional.empty();
            }
            Set<String> inCluster = content.members().stream()
                    .map(Member::nodeId)
                    .filter(id -> files.containsKey(NetworkWriter.nodeConfName(id)))
                    .collect(Collectors.toSet());
            return Optional.of(new RunningConfig(
                    new NetworkMembers(content.networkId(), content.members(), content.keys(), content.topology()),
                    inCluster.stream()
                            .map(id -> files.get(NetworkWriter.nodeConfName(id)))
                            .anyMatch(NetworkWriter::isOfGit),
                    inCluster,
                    authorities(files.get(NetworkWriter.AUTHORITIES))));
        } catch (ConfigException | CertificateException | IllegalArgumentException somebodyElseWroteIt) {
            return Optional.empty();
        }
    }

    private static List<X509Certificate> authorities(@Nullable String pem) throws CertificateException {
        return pem == null ? List.of() : Certificates.read(pem);
    }

    /**
     * The network as far as this tells: its members. The rest is as in a resource that says nothing more.
     *
     * @param owner the resource
     * @param observed its children, of which sidecars have one that others have not
     */
    public Network network(Network.Owner owner, Observed observed) {
        return Network.ofMembers(
                owner,
                members.networkId(),
                members.topology(),
                ofGit ? Network.Git.UNKNOWN : null,
                members.members().stream()
                        .map(member -> node(
                                member,
                                observed.one(Secret.class, ChildNames.sidecarKey(owner.name(), member.nodeId()))
                                        != null))
                        .toList(),
                authorities);
    }

    private NetworkNode node(Member member, boolean isSidecar) {
        String id = member.nodeId();
        if (!inCluster.contains(id)) {
            return new NetworkNode.External(
                    id,
                    member.pollRate(),
                    member.retry(),
                    member.retryInterval(),
                    Objects.requireNonNull(member.url(), "every member has been written with a url"),
                    members.keys().of(id));
        }
        NetworkNode.Certificate certificate =
                member.url() != null && member.url().getScheme().equals("https")
                        ? NetworkNode.Certificate.UNKNOWN
                        : null;
        return isSidecar
                ? new NetworkNode.Sidecar(
                        id,
                        member.pollRate(),
                        member.retry(),
                        member.retryInterval(),
                        null,
                        NetworkNode.KeySource.FIRST,
                        certificate)
                : new NetworkNode.Managed(
                        id,
                        member.pollRate(),
                        member.retry(),
                        member.retryInterval(),
                        null,
                        NetworkNode.KeySource.FIRST,
                        certificate,
                        null,
                        NetworkNode.Front.NONE,
                        NetworkNode.Pod.UNKNOWN);
    }
}
