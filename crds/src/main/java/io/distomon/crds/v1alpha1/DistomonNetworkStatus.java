package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.distomon.crds.ListType;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator did and what the nodes see. Written by the operator only.
 *
 * @param observedGeneration The generation of the spec that this status speaks of; -1 before the operator has looked.
 * @param networkId The network id in use.
 * @param conditions Where the network stands: Accepted (the spec can be carried out), KeysReady (every node that runs here
 *     has its key), NodesAvailable (every managed node's pod is available, and every sidecar runs in one pod), MirrorFresh
 *     (the nodes were asked a short while ago),
 *     MeshHealthy (the nodes see each other), Ready (Accepted, KeysReady and NodesAvailable together; an outage that the
 *     mesh reports does not make it False), AlertsReady where alerts are asked for (every receiver can be told), and Stalled while somebody has to do something.
 * @param mirroredAt When the nodes were last asked with an answer. While nothing else changes it is brought up to date every
 *     ten minutes only; when it is older than that, no operator is at work, or no node answers.
 * @param summary The network in numbers.
 * @param nodes Every member and what the mesh concludes about it, in the order of the spec.
 * @param links The broken links; at most 100 are listed, summary.linksDown counts all.
 * @param partitions The groups of nodes that see each other, where there is more than one; at most 50.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DistomonNetworkStatus(
        @Min(-1) @Nullable Long observedGeneration,
        @Size(max = 63) @Nullable String networkId,

        @Size(max = 16) @ListType(value = ListType.Merge.MAP, keys = "type")
        List<Condition> conditions,

        @Nullable Instant mirroredAt,
        @Nullable Summary summary,
        @Size(max = 500) @ListType(ListType.Merge.ATOMIC) List<NodeStatus> nodes,
        @Size(max = 100) @ListType(ListType.Merge.ATOMIC) List<LinkStatus> links,

        @Size(max = 50) @ListType(ListType.Merge.ATOMIC) List<List<String>> partitions) {

    public DistomonNetworkStatus {
        conditions = Absent.asEmpty(conditions);
        nodes = Absent.asEmpty(nodes);
        links = Absent.asEmpty(links);
        partitions = Absent.asEmpty(partitions).stream().map(List::copyOf).toList();
    }
}
