package io.distomon.core.view;

/** The verdict on a node. */
public enum NodeState {
    /** It reports, and no link that it takes part in is known to be broken. */
    ONLINE("Online"),
    /** It does not report, and most of those who watch it get no answer. */
    OFFLINE("Offline"),
    /** Something is wrong with it, but it is not down; {@link Reason} says what. */
    DEGRADED("Degraded"),
    /** Nobody knows. */
    UNKNOWN("Unknown");

    private final String word;

    NodeState(String word) {
        this.word = word;
    }

    /** The form in answers and in the resource's status. */
    public String word() {
        return word;
    }
}
