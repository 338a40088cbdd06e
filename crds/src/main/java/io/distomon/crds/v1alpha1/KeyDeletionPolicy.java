package io.distomon.crds.v1alpha1;

/** What becomes of a private key when its network or node is deleted. */
public enum KeyDeletionPolicy {
    /** It stays and is adopted when the same network and node come back. */
    Retain,
    /** It is garbage collected with the network. */
    Delete
}
