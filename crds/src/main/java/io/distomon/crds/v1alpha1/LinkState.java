package io.distomon.crds.v1alpha1;

/** What is wrong with a link. */
public enum LinkState {
    /** The polls get no answer. */
    Down,
    /** The polls get an answer that refuses them. */
    Refused
}
