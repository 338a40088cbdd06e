package io.distomon.core.view;

/** Whether what an observer says of a node counts. */
public enum Standing {
    COUNTED,
    /** Not counted: the observer itself seems to be cut off. */
    SUSPECT,
    /** Not counted for a while: it was refused as unauthenticated by a node that runs with another config. */
    SETTLING
}
