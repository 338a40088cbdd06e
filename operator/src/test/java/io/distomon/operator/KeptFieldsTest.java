package io.distomon.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeptFieldsTest {
    private final KubernetesSerialization reading = KeptFields.serialization();

    @Test
    void ofThoseWhoManageFieldsOnlyTheOperatorIsKept() {
        assertThat(deployment("fra").getManagedFields())
                .extracting(ManagedFieldsEntry::getManager, ManagedFieldsEntry::getOperation)
                .containsExactly(tuple("distomon-operator", "Apply"));
        assertThat(fields(deployment("fra")))
                .containsEntry("f:spec", Map.of("f:replicas", Map.of(), "f:template", Map.of("f:spec", Map.of())))
                .containsEntry("f:metadata", Map.of("k:{\"uid\":\"fra\"}", Map.of()));
    }

    @Test
    void whatIsTheSameInManyObjectsIsKeptOnce() {
        Map<String, Object> one = fields(deployment("fra"));
        Map<String, Object> other = fields(deployment("ams"));

        assertThat(one.get("f:spec")).isSameAs(other.get("f:spec"));
        assertThat(one.get("f:metadata")).isNotEqualTo(other.get("f:metadata"));
        assertThat(deployment("fra").getName()).isSameAs(deployment("ams").getName());
    }

    @Test
    void ofAPodTheStatusIsKeptAndWhichContainersItHas() {
        Pod pod = reading.unmarshal("""
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "fra"},
                 "spec": {"containers": [{"name": "node", "image": "x"}], "nodeName": "n",
                          "initContainers": [{"name": "distomon", "restartPolicy": "Always"}]},
                 "status": {"phase": "Running"}}""", Pod.class);

        assertThat(pod.getSpec())
                .isEqualTo(new PodSpecBuilder()
                        .addNewContainer()
                        .withName("node")
                        .endContainer()
                        .addNewInitContainer()
                        .withName("distomon")
                        .endInitContainer()
                        .build());
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
    }

    @Test
    void whatTheModelDoesNotKnowIsKeptAndWhereThereIsNoneNothingIs() {
        ConfigMap read = reading.unmarshal("""
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "fra", "ownerReferences": [{"name": "lab"}]},
                 "novel": 1}""", ConfigMap.class);

        for (ConfigMap map : List.of(read, reading.clone(read), new ConfigMapBuilder(read).build())) {
            assertThat(map.getAdditionalProperties()).containsExactly(entry("novel", 1));
        }
        assertThat(read.getMetadata().getAdditionalProperties())
                .isSameAs(read.getMetadata().getOwnerReferences().getFirst().getAdditionalProperties())
                .isSameAs(Map.of());
    }

    /** An object that can't be read stops the watch of all of its kind. */
    @Test
    void whatAnObjectLacksOrHasAsNothingIsNothing() {
        for (String spec : List.of("", ", 'spec': null", ", 'spec': {}", ", 'spec': {'containers': null}")) {
            for (String fields : List.of("", ", 'managedFields': null", ", 'managedFields': [{}]")) {
                Pod pod = reading.unmarshal(
                        "{'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'fra'%s}%s}"
                                .formatted(fields, spec)
                                .replace('\'', '"'),
                        Pod.class);

                for (Pod again : List.of(reading.convertValue(pod, Pod.class), reading.clone(pod))) {
                    assertThat(again.getMetadata().getName()).isEqualTo("fra");
                    assertThat(again.getSpec()).isEqualTo(pod.getSpec());
                }
            }
        }
    }

    private ObjectMeta deployment(String uid) {
        return reading.unmarshal("""
                        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "fra", "managedFields": [
                          {"manager": "distomon-operator", "operation": "Apply", "apiVersion": "apps/v1",
                           "fieldsType": "FieldsV1", "fieldsV1": {
                             "f:metadata": {"k:{\\"uid\\":\\"%s\\"}": {}},
                             "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {}}}}},
                          {"manager": "distomon-operator", "operation": "Update", "apiVersion": "apps/v1",
                           "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": {}}},
                          {"manager": "kube-controller-manager", "operation": "Update", "apiVersion": "apps/v1",
                           "fieldsType": "FieldsV1", "fieldsV1": {"f:status": {}}, "subresource": "status"}]}}""".formatted(uid), Deployment.class).getMetadata();
    }

    private static Map<String, Object> fields(ObjectMeta metadata) {
        List<ManagedFieldsEntry> managed = metadata.getManagedFields();
        return managed.getFirst().getFieldsV1().getAdditionalProperties();
    }
}
