package io.distomon.operator.members;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.NetworkWriter;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.threshold.Thresholds;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import io.distomon.core.topology.Topology;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * A network's members and keys and who polls whom, in the words of the nodes.
 *
 * @param networkId the network
 * @param members all of them, in the order of the spec
 * @param keys what they sign with; none for a managed node whose key is not there yet
 * @param topology who polls whom
 */
public record NetworkMembers(String networkId, List<Member> members, KeyMapping keys, Topology topology) {
    public NetworkMembers {
        members = List.copyOf(members);
    }

    /** The same members, some of whom are reached by other URLs, given by their ids. */
    public NetworkMembers reachedAt(Map<String, URI> urls) {
        List<Member> others = members.stream()
                .map(member -> new Member(
                        member.nodeId(),
                        urls.getOrDefault(member.nodeId(), member.url()),
                        member.pollRate(),
                        member.retry(),
                        member.retryInterval()))
                .toList();
        return new NetworkMembers(networkId, others, keys, topology);
    }

    /** Who polls whom, and whose words count. */
    public Observers observers() {
        return topology.observers(networkId, members);
    }

    /** What nodes report that run with this. */
    public String digest() {
        return NetworkConfig.digestOf(networkId, members, keys, topology);
    }

    /** What nodes report that verify with these keys, wherever they reach each other. */
    public String keysDigest() {
        return NetworkConfig.keysDigestOf(networkId, keys);
    }

    /**
     * The files that all nodes share, by name.
     *
     * @param thresholds how slow and lossy links may be: nothing that members have to agree on, so no part of this
     */
    public Map<String, String> files(Thresholds thresholds) {
        return NetworkWriter.shared(networkId, members, keys, topology, thresholds);
    }
}
