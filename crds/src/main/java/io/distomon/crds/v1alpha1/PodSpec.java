package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.distomon.crds.ListType;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;

/**
 * What the pods of managed nodes are made with, besides what distomon needs.
 *
 * @param labels Labels of the pods. Names under distomon.io/ and app.kubernetes.io/ are the operator's own.
 * @param annotations Annotations of the pods. Names under distomon.io/ are the operator's own.
 * @param resources What the node's container requests and may use.
 * @param nodeSelector Labels that a Kubernetes node must have to run these pods.
 * @param tolerations Taints of Kubernetes nodes that these pods tolerate; not-ready and unreachable always are, so that no
 *     second pod signs with the same key.
 * @param imagePullSecrets Secrets in the same namespace with the credentials to pull the image.
 */
@ValidationRule(
        value = "!has(self.labels) || self.labels.all(k, !k.startsWith('distomon.io/')"
                + " && !k.startsWith('app.kubernetes.io/'))",
        message = "labels under distomon.io/ and app.kubernetes.io/ are set by the operator",
        reason = "FieldValueForbidden",
        fieldPath = ".labels")
@ValidationRule(
        value = "!has(self.annotations) || self.annotations.all(k, !k.startsWith('distomon.io/'))",
        message = "annotations under distomon.io/ are set by the operator",
        reason = "FieldValueForbidden",
        fieldPath = ".annotations")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PodSpec(
        @Size(max = 64) Map<String, @Size(max = 63) @Pattern(Names.LABEL_VALUE) String> labels,
        @Size(max = 64) Map<String, String> annotations,
        ResourcesSpec resources,
        @Size(max = 64) Map<String, @Size(max = 63) @Pattern(Names.LABEL_VALUE) String> nodeSelector,
        @Size(max = 64) @ListType(ListType.Merge.ATOMIC) List<Toleration> tolerations,

        @Size(max = 16) @ListType(value = ListType.Merge.MAP, keys = "name")
        List<SecretName> imagePullSecrets) {
    /** Nothing besides. */
    public static final PodSpec EMPTY =
            new PodSpec(Map.of(), Map.of(), ResourcesSpec.EMPTY, Map.of(), List.of(), List.of());

    public PodSpec {
        labels = Absent.asEmpty(labels);
        annotations = Absent.asEmpty(annotations);
        resources = Absent.as(resources, ResourcesSpec.EMPTY);
        nodeSelector = Absent.asEmpty(nodeSelector);
        tolerations = Absent.asEmpty(tolerations);
        imagePullSecrets = Absent.asEmpty(imagePullSecrets);
    }
}
