package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Who says which members a network has, with which keys, and how they poll and judge each other.
 *
 * @param type Inline: spec.nodes, spec.probe, spec.topology and spec.thresholds say it. Git: the files of a repository do, which the nodes
 *     follow by themselves; spec.nodes names those of its members that run here.
 * @param git The repository. For Git, and only for it.
 */
@ValidationRule(
        value = "self.type != 'Git' || has(self.git)",
        message = "Git needs git: the repository that the nodes follow",
        reason = "FieldValueRequired",
        fieldPath = ".git")
@ValidationRule(
        value = "self.type == 'Git' || !has(self.git)",
        message = "git is only for type Git",
        reason = "FieldValueForbidden",
        fieldPath = ".git")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MembershipSpec(
        @Default("Inline") @Nullable MembershipType type,
        @Nullable GitSpec git) {
    static final MembershipSpec DEFAULT = new MembershipSpec(MembershipType.Inline, null);
}
