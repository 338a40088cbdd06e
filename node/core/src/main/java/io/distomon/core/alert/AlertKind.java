package io.distomon.core.alert;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Of what an alert tells. */
public enum AlertKind {
    /** A member is Offline by the rule of majority, without having announced it. */
    NODE_OFFLINE("DistomonNodeOffline", "critical"),
    /** A member is Degraded for being slow or lossy; of this only those are told who ask for it. */
    NODE_SLOW("DistomonNodeSlow", "warning"),
    /** Groups of members reach only themselves. */
    PARTITION("DistomonPartition", "critical"),
    /** The node that tells it hears from fewer than half of the network, and may be the one that is cut off. */
    MINORITY("DistomonViewMinority", "warning"),
    /** Nothing is wrong: somebody tries whether messages arrive. */
    TEST("DistomonTest", "info");

    private final String alertName;
    private final String severity;

    AlertKind(String alertName, String severity) {
        this.alertName = alertName;
        this.severity = severity;
    }

    /** The form in messages, in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The label {@code alertname} in Alertmanager. */
    String alertName() {
        return alertName;
    }

    /** The label {@code severity} there: critical, warning or info. */
    String severity() {
        return severity;
    }

    /** Whether the subject is a node, and not the network. */
    boolean isOfNode() {
        return this == NODE_OFFLINE || this == NODE_SLOW;
    }

    static Optional<AlertKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
}
