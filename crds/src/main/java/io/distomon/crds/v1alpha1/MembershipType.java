package io.distomon.crds.v1alpha1;

/** Who says which members a network has. */
public enum MembershipType {
    /** spec.nodes. */
    Inline,
    /** A git repository, which the nodes follow. */
    Git
}
