package io.distomon.e2e.cluster;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Tests that build on each other: after one that failed, what stands there is printed and the rest is left out. */
final class Story implements ExecutionCondition, TestWatcher {
    private final Supplier<String> diagnosis;
    private @Nullable String failed;

    /** @param diagnosis what helps to understand a failure */
    Story(Supplier<String> diagnosis) {
        this.diagnosis = diagnosis;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return failed == null
                ? ConditionEvaluationResult.enabled("all went well so far")
                : ConditionEvaluationResult.disabled("it builds on " + failed + ", which failed");
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        failed = context.getDisplayName();
        System.out.println(failed + " failed: " + cause + "\n" + diagnosis.get());
    }
}
