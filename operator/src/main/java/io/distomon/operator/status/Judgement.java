package io.distomon.operator.status;

import io.distomon.core.text.ForeignText;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a condition says, without its history.
 *
 * @param status whether it holds
 * @param reason why, one word
 * @param message why, a sentence
 */
record Judgement(ConditionStatus status, String reason, String message) {
    static Judgement yes(String reason, String message) {
        return new Judgement(ConditionStatus.True, reason, message);
    }

    static Judgement no(String reason, String message) {
        return new Judgement(ConditionStatus.False, reason, message);
    }

    static Judgement unknown(String reason, String message) {
        return new Judgement(ConditionStatus.Unknown, reason, message);
    }

    static Judgement of(Condition condition) {
        return new Judgement(condition.status(), condition.reason(), condition.message());
    }

    boolean holds() {
        return status == ConditionStatus.True;
    }

    /** As a condition; one that changed only its words keeps the time of its last transition. */
    Condition after(@Nullable Condition before, String type, Instant now, long generation) {
        Instant since = before != null && before.status() == status ? before.lastTransitionTime() : now;
        return new Condition(
                type, status, reason, ForeignText.plain(message, Sentences.MAX_MESSAGE_CHARS), since, generation);
    }
}
