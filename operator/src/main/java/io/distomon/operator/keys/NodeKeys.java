package io.distomon.operator.keys;

import io.distomon.core.crypto.Verifier;
import io.distomon.operator.mirror.MemberReports;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import java.util.List;

/**
 * The keys of a node that runs here: one, or two while it changes from one to the next.
 *
 * @param nodeId the node
 * @param signing what it is to run with: the one in its Deployment, or in its sidecar
 * @param published what the others are to verify with, the newer one last, as nodes sign with the last that they have
 * @param retired those whose Secrets are to be deleted: nothing is signed with them any more
 * @param awaited the members that are waited for before the node restarts with the newer key
 */
public record NodeKeys(
        String nodeId,
        KeyReading.Held signing,
        List<KeyReading.Held> published,
        List<KeyReading.Held> retired,
        List<Awaited> awaited) {
    public NodeKeys {
        published = List.copyOf(published);
        retired = List.copyOf(retired);
        awaited = List.copyOf(awaited);
    }

    /** A member that may not know the newer key yet. */
    public record Awaited(String nodeId, Why why) {}

    /** Why a member is waited for. */
    public enum Why {
        /** It does not report. */
        SILENT,
        /** It reports that it verifies with other keys. */
        OTHER_CONFIG
    }

    /** How far a node is with its keys. */
    public enum Stage {
        /** It has one key. */
        STEADY,
        /** The next key is published; the node signs with the old one until every other member has the next. */
        ANNOUNCED,
        /** The node restarts with the new key; the old one is published until an entry signed with the new one is here. */
        RESTARTING
    }

    /** A node with one key. */
    public static NodeKeys steady(KeyReading.Held key) {
        return new NodeKeys(key.nodeId(), key, List.of(key), List.of(), List.of());
    }

    /** How far the node is. */
    public Stage stage() {
        if (published.size() == 1) {
            return Stage.STEADY;
        }
        return signing.equals(published.getLast()) ? Stage.RESTARTING : Stage.ANNOUNCED;
    }

    /** What verifies what the node signs, in the order of the published file. */
    public List<Verifier> publicKeys() {
        return published.stream().map(KeyReading.Held::publicKey).toList();
    }

    /**
     * The same, once it is known who runs with a config that holds these keys: a node whose next key every other member has
     * restarts with it, and any other waits.
     *
     * @param keysDigest of what is published of all nodes
     * @param configDigest of the config with that
     */
    public NodeKeys judged(Network network, String keysDigest, String configDigest, MemberReports reports) {
        if (stage() != Stage.ANNOUNCED) {
            return this;
        }
        List<Awaited> others = network.nodes().stream()
                .map(NetworkNode::id)
                .filter(id -> !id.equals(nodeId))
                .filter(id -> !reports.verifiesWith(id, keysDigest, configDigest))
                .map(id -> new Awaited(id, reports.signedWith().containsKey(id) ? Why.OTHER_CONFIG : Why.SILENT))
                .toList();
        return new NodeKeys(nodeId, others.isEmpty() ? published.getLast() : signing, published, retired, others);
    }

    /** The same while nobody can have these keys, as they are not where the members read them: the node waits. */
    public NodeKeys unread(Network network) {
        if (stage() != Stage.ANNOUNCED) {
            return this;
        }
        List<Awaited> others = network.nodes().stream()
                .map(NetworkNode::id)
                .filter(id -> !id.equals(nodeId))
                .map(id -> new Awaited(id, Why.OTHER_CONFIG))
                .toList();
        return new NodeKeys(nodeId, signing, published, retired, others);
    }
}
