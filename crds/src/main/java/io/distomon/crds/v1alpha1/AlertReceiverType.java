package io.distomon.crds.v1alpha1;

/** What a receiver of alerts understands. */
public enum AlertReceiverType {
    /** JSON of distomon's own, signed if there is a key. */
    Webhook,
    /** An incoming webhook of Slack. */
    Slack,
    /** A webhook of Discord. */
    Discord,
    /** Alertmanager's API, version 2. */
    Alertmanager
}
