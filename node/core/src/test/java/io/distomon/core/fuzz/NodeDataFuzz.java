package io.distomon.core.fuzz;

import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.NodeDataCodec;

/** Anything as the payload of an entry. */
public final class NodeDataFuzz {

    private NodeDataFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        takes(input);
    }

    /** Whether it is taken; it is refused otherwise. */
    static boolean takes(byte[] input) {
        NodeData data;
        try {
            data = NodeDataCodec.decode(input);
        } catch (InvalidJsonException e) {
            return false;
        }
        try {
            NodeData back = NodeDataCodec.decode(NodeDataCodec.encode(data));
            if (!back.equals(data)) {
                throw new AssertionError("read as %s, written and read again as %s".formatted(data, back));
            }
            return true;
        } catch (InvalidJsonException e) {
            throw new AssertionError("what we write of it is refused", e);
        }
    }
}
