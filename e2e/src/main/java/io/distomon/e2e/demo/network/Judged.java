package io.distomon.e2e.demo.network;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.e2e.demo.resource.CustomResourceSchema;
import io.distomon.e2e.demo.resource.Mistake;
import io.distomon.e2e.demo.resource.ResourceFile;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.Validation;
import io.distomon.operator.validate.Validator;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** A resource file after the schema and the operator's rules have been at it. */
public sealed interface Judged {
    /** What nodes run in a cluster when their network says nothing; here they run the jar. */
    String DEFAULT_IMAGE = "distomon-node";

    /**
     * It can be carried out.
     *
     * @param json as an API server would hold it, with the schema's defaults
     * @param resource the same, as the operator's client reads it
     * @param network what the operator makes of it
     */
    record Accepted(ObjectNode json, DistomonNetwork resource, Network network) implements Judged {}

    /**
     * It can't.
     *
     * @param mistakes what is wrong and where, at least one, in the file's order
     */
    record Refused(List<Mistake> mistakes) implements Judged {
        public Refused {
            mistakes = List.copyOf(mistakes);
        }
    }

    /** Judges what is in {@code file}. */
    static Judged read(Path file) {
        ResourceFile read = ResourceFile.read(file, CustomResourceSchema.distomonNetwork());
        if (!read.mistakes().isEmpty()) {
            return new Refused(read.mistakes());
        }
        ObjectNode json = read.resource();
        DistomonNetwork resource = new KubernetesSerialization().unmarshal(json.toString(), DistomonNetwork.class);
        return switch (Validator.validate(resource, DEFAULT_IMAGE)) {
            case Validation.Accepted(Network network) -> new Accepted(json, resource, network);
            case Validation.Refused refused ->
                new Refused(refused.findings().stream()
                        .map(finding -> read.mistake(finding.path(), finding.message()))
                        .sorted(Comparator.comparingInt(Mistake::line))
                        .toList());
        };
    }
}
