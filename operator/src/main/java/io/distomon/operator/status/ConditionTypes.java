package io.distomon.operator.status;

/** The types of the conditions of a status, in their order; the README says when each is True. */
public final class ConditionTypes {
    public static final String ACCEPTED = "Accepted";
    public static final String KEYS_READY = "KeysReady";
    public static final String NODES_AVAILABLE = "NodesAvailable";
    public static final String MIRROR_FRESH = "MirrorFresh";
    public static final String MESH_HEALTHY = "MeshHealthy";

    /** There only where somebody is to be told of alerts; Ready does not depend on it. */
    public static final String ALERTS_READY = "AlertsReady";

    public static final String READY = "Ready";

    /** There only while it is True, as kstatus has it (Flux, {@code helm --wait}, Argo CD): somebody has to do something. */
    public static final String STALLED = "Stalled";

    private ConditionTypes() {}
}
