package io.distomon.crds.v1alpha1;

/** Where a node runs. */
public enum NodeType {
    /** In this cluster; the operator makes its key, Deployment and Service. */
    Managed,
    /**
     * In this cluster, beside the container of somebody's own workload; the operator makes its key, config and Service, and
     * no pod.
     */
    Sidecar,
    /** Elsewhere, run by somebody else; the operator tells the others its URL and public keys. */
    External
}
