package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.distomon.crds.ListType;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user wants of a network.
 *
 * @param networkId The id that the nodes sign with: 1 to 63 characters of A-Z a-z 0-9 . _ -, the first and the last of
 *     them a letter or a digit. Absent means the resource's name. It can't be changed, because every node outside this
 *     cluster is configured with it.
 * @param paused Leaves everything that exists for this network as it is. The status still follows the nodes.
 * @param image The image of the nodes, by tag or by digest. Absent means the one that the operator was installed with.
 * @param imagePullPolicy When the nodes' image is pulled.
 * @param probe How the nodes poll each other, unless a node says otherwise.
 * @param topology Which nodes poll which. A change restarts none of them.
 * @param membership Who says which members the network has: spec.nodes, or a git repository.
 * @param nodes The members of the network, those that run here and those that run elsewhere; with membership Git those that
 *     run here alone.
 * @param auth Secrets of yours with what people log in with and tokens are signed with.
 * @param pod What the pods of all managed nodes have in common.
 * @param keys What happens to private keys.
 * @param tls Whether the nodes serve https, and whose certificates are trusted.
 * @param http What stands in front of managed nodes, unless a node says otherwise.
 * @param alerts Who is told by the nodes of what they see. Absent means nobody.
 * @param thresholds How slow and lossy links may be, for those who poll to judge theirs: thresholds of the nodes' config.yml. Absent
 *     means that none is judged. A change restarts none of them.
 */
@ValidationRule(
        value = "self.nodes.all(n, !has(n.probe) || !has(n.probe.retryIntervalSeconds) || has(n.probe.intervalSeconds)"
                + " || n.probe.retryIntervalSeconds <= self.probe.intervalSeconds)",
        message = "retryIntervalSeconds of a node without intervalSeconds of its own: " + ProbeSpec.RETRIED_TOO_LATE,
        fieldPath = ".nodes")
@ValidationRule(
        value = "self.membership.type != 'Git' || self.nodes.all(n, n.type != 'External')",
        message = "with membership Git, External nodes are named in the repository, and here those that run here",
        reason = "FieldValueForbidden",
        fieldPath = ".nodes")
@ValidationRule(
        value = "self.membership.type != 'Git' || (self.nodes.all(n, !has(n.probe)) && self.probe.intervalSeconds == 10"
                + " && self.probe.retries == 2 && !has(self.probe.retryIntervalSeconds))",
        message = DistomonNetworkSpec.PROBE_OF_GIT,
        reason = "FieldValueForbidden",
        fieldPath = ".probe")
@ValidationRule(
        value = "self.membership.type != 'Git' || (self.topology.mode == 'Auto' && self.topology.degree == 12)",
        message = DistomonNetworkSpec.TOPOLOGY_OF_GIT,
        reason = "FieldValueForbidden",
        fieldPath = ".topology")
@ValidationRule(
        value = "self.membership.type != 'Git' || !has(self.thresholds)",
        message = DistomonNetworkSpec.THRESHOLDS_OF_GIT,
        reason = "FieldValueForbidden",
        fieldPath = ".thresholds")
@ValidationRule(
        value = "!has(self.alerts) || !has(self.alerts.senders) || self.membership.type == 'Git'"
                + " || self.alerts.senders.all(s, self.nodes.exists(n, n.id == s))",
        message = DistomonNetworkSpec.SENDERS_OF_NODES,
        fieldPath = ".alerts.senders")
@ValidationRule(
        value = "!has(self.alerts) || self.nodes.exists(n, n.type != 'External' && (!has(self.alerts.senders)"
                + " || size(self.alerts.senders) == 0 || self.alerts.senders.exists(s, s == n.id)))",
        message = DistomonNetworkSpec.SENDER_HERE,
        fieldPath = ".alerts.senders")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DistomonNetworkSpec(
        @Size(max = 63) @Pattern(Names.IDENTIFIER) @Nullable String networkId,
        @Default("false") Boolean paused,

        @Size(min = 1, max = 512) @Pattern(Names.NO_SPACE) @Nullable
        String image,

        @Default("IfNotPresent") @Nullable ImagePullPolicy imagePullPolicy,
        @Default("{}") ProbeSpec probe,
        @Default("{\"mode\": \"Auto\", \"degree\": 12}") TopologySpec topology,

        @Default("{\"type\": \"Inline\"}") MembershipSpec membership,

        @Required @Size(min = 1, max = 500) @ListType(value = ListType.Merge.MAP, keys = "id")
        List<NodeSpec> nodes,

        AuthSpec auth,
        PodSpec pod,
        @Default("{}") KeysSpec keys,
        TlsSpec tls,
        HttpSpec http,
        @Nullable AlertsSpec alerts,
        @Nullable ThresholdsSpec thresholds) {
    /** Why a probe is refused beside a repository. */
    public static final String PROBE_OF_GIT =
            "with membership Git, the repository's config.yml says how nodes poll each other";

    /** Why a topology is refused beside a repository. */
    public static final String TOPOLOGY_OF_GIT = "with membership Git, the repository's config.yml says who polls whom";

    /** Why thresholds are refused beside a repository. */
    public static final String THRESHOLDS_OF_GIT =
            "with membership Git, the repository's config.yml says how slow and lossy links may be";

    /** Why senders of alerts are refused that nobody knows. */
    public static final String SENDERS_OF_NODES = "expected ids of spec.nodes";

    /** Why senders of alerts are refused that all run elsewhere. */
    public static final String SENDER_HERE = "expected a node that runs here, Managed or Sidecar, to tell of alerts";

    public DistomonNetworkSpec {
        paused = Absent.as(paused, false);
        probe = Absent.as(probe, ProbeSpec.DEFAULT);
        topology = Absent.as(topology, TopologySpec.DEFAULT);
        membership = Absent.as(membership, MembershipSpec.DEFAULT);
        nodes = Absent.asEmpty(nodes);
        auth = Absent.as(auth, AuthSpec.NONE);
        pod = Absent.as(pod, PodSpec.EMPTY);
        keys = Absent.as(keys, KeysSpec.DEFAULT);
        tls = Absent.as(tls, TlsSpec.NONE);
        http = Absent.as(http, HttpSpec.NONE);
    }
}
