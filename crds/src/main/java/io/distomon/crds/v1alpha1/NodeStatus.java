package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.distomon.crds.ListType;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member of the network, as the others see it.
 *
 * @param id The node's name in the network.
 * @param state What the mesh concludes about the node.
 * @param since Since when the node is in this state; absent when nobody ever reported about it.
 * @param inbound How many of the nodes that poll it reach it.
 * @param brokenLinks How many of its links, in either direction, are broken, whether they are listed or too many for that;
 *     they are no fault of its own. Absent when none is.
 * @param publicKeys The public keys of a node that runs here, as PEM: what the administrator of a node elsewhere puts into its
 *     configuration. There are two while the node changes its key, the newer one last.
 * @param keyFingerprint The SHA-256 fingerprint of the key that the node signs with.
 * @param keyGeneration Which of its keys a node that runs here signs with.
 * @param commit With membership Git, the commit of the repository that a node that runs here runs with.
 * @param version The version of distomon that the node says it runs.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NodeStatus(
        @Required @Size(max = 63) String id,
        @Required NodeState state,
        @Nullable Instant since,
        @Nullable Inbound inbound,
        @Min(1) @Nullable Integer brokenLinks,

        @Size(max = 3) @ListType(ListType.Merge.ATOMIC) List<@Size(max = 1024) String> publicKeys,

        @Size(max = 128) @Nullable String keyFingerprint,
        @Min(1) @Nullable Integer keyGeneration,
        @Size(max = 64) @Nullable String commit,
        @Size(max = 64) @Nullable String version) {

    public NodeStatus {
        publicKeys = Absent.asEmpty(publicKeys);
    }
}
