package io.distomon.core.store;

/**
 * An entry whose signature was verified, or that this node signed itself. {@link #raw} is kept and forwarded unchanged,
 * so that fields which a newer version adds survive older nodes.
 *
 * @param raw the exact wire form
 * @param data what it says
 */
public record SignedNodeData(RawEntry raw, NodeData data) {}
