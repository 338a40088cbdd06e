package io.distomon.crds.v1alpha1;

/** By what a node is reached from outside the cluster. */
public enum ExposeType {
    /** A load balancer of the cloud's. */
    LoadBalancer,
    /** A port of every Kubernetes node. */
    NodePort,
    /** A rule of an ingress controller. */
    Ingress,
    /** A route of a Gateway of the Gateway API. */
    HTTPRoute
}
