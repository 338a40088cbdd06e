package io.distomon.crds.v1alpha1;

/** What the mesh concludes about a node. */
public enum NodeState {
    /** It reports, and no link from or to it is broken. */
    Online,
    /** It reports no more, and more than half of the nodes that poll it don't reach it. */
    Offline,
    /** It reports but a link from or to it is broken, or it is silent but half of the nodes or more still reach it. */
    Degraded,
    /** It does not report, and nobody who polls it does. */
    Unknown
}
