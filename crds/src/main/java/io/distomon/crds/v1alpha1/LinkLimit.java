package io.distomon.crds.v1alpha1;

/** What a link may be like at most. */
public enum LinkLimit {
    /** How long its round trips take. */
    RoundTrip,
    /** How many of its polls get no answer. */
    Loss,
    /** By how much its round trips differ. */
    Jitter
}
