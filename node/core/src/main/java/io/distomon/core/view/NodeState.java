package io.distomon.core.view;

/** The verdict on a node. */
public enum NodeState {
    /** It reports, and nothing is wrong with it itself, though links of it may be broken. */
    ONLINE("Online"),
    /** Most of those who watch it get no answer, and it does not report either, or not that it knows of that. */
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
