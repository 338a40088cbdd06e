package io.distomon.core.store;

import io.distomon.core.crypto.Signer;

/**
 * An entry whose signature was verified, or that this node signed itself. {@link #raw} is kept and forwarded unchanged,
 * so that fields which a newer version adds survive older nodes.
 *
 * @param raw the exact wire form
 * @param data what it says
 */
public record SignedNodeData(RawEntry raw, NodeData data) {
    /** Signs {@code data}, which {@code signer}'s node says. */
    public static SignedNodeData sign(NodeData data, Signer signer) {
        if (!data.nodeId().equals(signer.nodeId())) {
            throw new IllegalArgumentException("%s can't sign what %s says".formatted(signer.nodeId(), data.nodeId()));
        }
        return new SignedNodeData(RawEntry.sign(NodeDataCodec.encode(data), signer), data);
    }
}
