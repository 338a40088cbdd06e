package io.distomon.crds.v1alpha1;

/** What the mesh concludes about a node. */
public enum NodeState {
    /** It reports, and nothing is wrong with it itself; links from or to it may be broken. */
    Online,
    /** It is silent, and more than half of the nodes that poll it don't reach it. */
    Offline,
    /** It reports, but its way in or out is broken or it is cut off; or it is silent, but half or more still reach it. */
    Degraded,
    /** It does not report, and nobody who polls it does. */
    Unknown
}
