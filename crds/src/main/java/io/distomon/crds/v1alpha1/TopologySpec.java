package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes of a network poll which: {@code topology} and {@code degree} of the nodes' config.yml.
 *
 * @param mode Auto: in a network of up to 32 nodes everybody polls everybody, in a larger one some others poll each node.
 *     Full: everybody polls everybody, at a cost that grows with the square of their number. Sparse: some others poll each
 *     node, in a small network too. Who they are follows from the list of nodes; while a node fails, four more look at it.
 *     Nodes that run elsewhere need the same choice in their config.yml, as topology (auto, full or sparse) and degree.
 * @param degree How many others poll each node where not everybody does. A network without so many others is polled as with
 *     Full.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TopologySpec(
        @Default("Auto") @Nullable TopologyMode mode,
        @Default("12") @Min(3) @Max(100) Integer degree) {
    /** What a network has that says nothing. */
    public static final TopologySpec DEFAULT = new TopologySpec(TopologyMode.Auto, 12);

    public TopologySpec {
        degree = Absent.as(degree, 12);
    }
}
