package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.distomon.crds.ListType;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * Who is told by the nodes when a member is offline, the network is divided, or they may themselves be cut off: alerts of the
 * nodes' nodeconf.yml. A change restarts nothing. A node of a version without it tells nobody, and as a sender that is at work it
 * keeps those after it from telling.
 *
 * @param receivers Who is told.
 * @param senders The ids of the nodes that tell them, the first of those at work: Managed nodes and Sidecars, and External
 *     ones that have the same receivers and senders in their own nodeconf.yml. Absent or empty means those that run here, the Managed
 *     ones before the Sidecars, whose version is yours, each in the order of spec.nodes, the first 8 of them.
 * @param grace For how long something must be so, or be over, before it is told, in seconds.
 * @param groupWait For how long what is to be told waits for what is to be told with it, in seconds.
 * @param slowNodes Whether it is told, too, that a member is slow or lossy by the network's thresholds.
 * @param silences What is not told, and when.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AlertsSpec(
        @Required @Size(min = 1, max = AlertsSpec.MAX_RECEIVERS) @ListType(value = ListType.Merge.MAP, keys = "name")
        List<AlertReceiverSpec> receivers,

        @Size(max = AlertsSpec.MAX_SENDERS) @ListType(ListType.Merge.ATOMIC)
        List<@Size(max = 63) @Pattern(Names.IDENTIFIER) String> senders,

        @Default("60") @Min(0) @Max(AlertsSpec.MAX_GRACE_SECONDS)
        Integer grace,

        @Default("10") @Min(0) @Max(AlertsSpec.MAX_GROUP_WAIT_SECONDS)
        Integer groupWait,

        @Default("false") Boolean slowNodes,

        @Size(max = AlertsSpec.MAX_SILENCES) @ListType(ListType.Merge.ATOMIC)
        List<AlertSilenceSpec> silences) {
    /** As many as the nodes take. */
    public static final int MAX_RECEIVERS = 8;

    /** Each has all of it in its file: more would not fit into the Secret of all files. */
    public static final int MAX_SENDERS = 8;

    /** As long as the nodes take. */
    public static final int MAX_GRACE_SECONDS = 3600;

    /** As long as the nodes take. */
    public static final int MAX_GROUP_WAIT_SECONDS = 600;

    /** As many as the nodes take. */
    public static final int MAX_SILENCES = 64;

    public AlertsSpec {
        receivers = Absent.asEmpty(receivers);
        senders = Absent.asEmpty(senders);
        grace = Absent.as(grace, 60);
        groupWait = Absent.as(groupWait, 10);
        slowNodes = Absent.as(slowNodes, false);
        silences = Absent.asEmpty(silences);
    }
}
