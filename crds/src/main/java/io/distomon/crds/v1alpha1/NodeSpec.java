package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.distomon.crds.ListType;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member of a network.
 *
 * @param id The node's name in the network, unique in it. A managed node's is a DNS label of at most 20 characters (its
 *     Deployment and Service are named after it); an external node's has 1 to 63 characters of A-Z a-z 0-9 . _ -, the
 *     first and the last of them a letter or a digit.
 * @param type Managed nodes run in this cluster, made by the operator. External ones run elsewhere.
 * @param url Where an external node answers the others: http or https, no user name, query or fragment. Managed nodes
 *     have a Service instead.
 * @param publicKeys The public keys that an external node may sign with, each one an Ed25519 key as PEM (SPKI); more than
 *     one while it changes its key. The keys of managed nodes are made by the operator.
 * @param probe How the others poll this node, where that differs from the network.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NodeSpec(
        @Required @Size(min = 1, max = 63) @Pattern(Names.IDENTIFIER)
        String id,

        @Default("Managed") @Nullable NodeType type,
        @Size(max = 2048) @Pattern(Names.HTTP_URL) @Nullable String url,

        @Size(min = 1, max = 3) @ListType(ListType.Merge.ATOMIC)
        List<@Size(max = 1024) @Pattern(Names.PUBLIC_KEY_PEM) String> publicKeys,

        @Nullable ProbeOverride probe) {

    public NodeSpec {
        publicKeys = Absent.asEmpty(publicKeys);
    }
}
