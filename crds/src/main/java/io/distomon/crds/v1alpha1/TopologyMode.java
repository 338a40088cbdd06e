package io.distomon.crds.v1alpha1;

/** Which members a node polls. */
public enum TopologyMode {
    /** All in a small network, some in a large one. */
    Auto,
    /** All. */
    Full,
    /** Some. */
    Sparse
}
