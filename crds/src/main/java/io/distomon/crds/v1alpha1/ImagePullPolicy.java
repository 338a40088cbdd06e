package io.distomon.crds.v1alpha1;

/** When a node's image is pulled; Kubernetes' own values. */
public enum ImagePullPolicy {
    Always,
    IfNotPresent,
    Never
}
