package io.distomon.e2e.demo.network;

/** How a node's process stands. */
public enum NodeRun {
    /** It does not answer its probes yet, or not in time. */
    STARTING("starting"),
    READY("runs"),
    /** Stopped where it is, by the demo. */
    FROZEN("frozen"),
    /** There is no process. */
    ENDED("not running");

    private final String words;

    NodeRun(String words) {
        this.words = words;
    }

    /** For people. */
    public String words() {
        return words;
    }
}
