package io.distomon.crds.v1alpha1;

/** Whether a condition holds; Kubernetes' own three values. */
public enum ConditionStatus {
    True,
    False,
    Unknown
}
