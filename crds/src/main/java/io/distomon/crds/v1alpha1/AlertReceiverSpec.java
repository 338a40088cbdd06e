package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Somewhere that is told of alerts.
 *
 * @param name What it is called in logs and metrics, as its URL is a secret: 1 to 63 characters of A-Z a-z 0-9 . _ -, the
 *     first and the last of them a letter or a digit. One under a new name is another receiver, which is told what fires.
 * @param type What it understands. Webhook: JSON of distomon's own, signed if there is a signingSecretRef. Slack and Discord:
 *     their webhooks. Alertmanager: its API, version 2, below the URL.
 * @param urlSecretRef A Secret of yours with its URL, https or http; absent key means url. A change reaches the nodes without a
 *     restart. They have a copy, in the Secret with the files of all nodes, and go on with it while the Secret is missing or unfit;
 *     taking the receiver away takes it from them.
 * @param signingSecretRef A Secret of yours with what messages to a Webhook are signed with, 16 characters or more; absent key
 *     means secret. The same holds for it. Absent means that nothing is signed.
 */
@ValidationRule(
        value = "self.type == 'Webhook' || !has(self.signingSecretRef)",
        message = AlertReceiverSpec.SIGNED,
        reason = "FieldValueForbidden",
        fieldPath = ".signingSecretRef")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AlertReceiverSpec(
        @Required @Size(max = 63) @Pattern(Names.IDENTIFIER) String name,
        @Required @Nullable AlertReceiverType type,
        @Required SecretEntryRef urlSecretRef,
        @Nullable SecretEntryRef signingSecretRef) {
    /** Why what is signed with is refused. */
    public static final String SIGNED = "signingSecretRef is only for type Webhook, the others take no signature";
}
