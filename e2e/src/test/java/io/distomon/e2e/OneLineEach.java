package io.distomon.e2e;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Prints a line at the end of each test where {@code distomon.lines} is set, as {@code e2e/operator-faults} does. */
public final class OneLineEach implements TestExecutionListener {
    private final boolean isWanted = Boolean.getBoolean("distomon.lines");
    private final Map<String, Long> began = new ConcurrentHashMap<>();

    @Override
    public void executionStarted(TestIdentifier test) {
        began.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Long since = began.remove(test.getUniqueId());
        if (isWanted && test.isTest() && since != null) {
            System.out.printf(
                    "%s test %s (%d s)%n",
                    result.getStatus() == TestExecutionResult.Status.SUCCESSFUL ? "✓" : "✗",
                    sentence(test.getDisplayName()),
                    Duration.ofNanos(System.nanoTime() - since).toSeconds());
        }
    }

    /** A method's name as it is read: {@code aNodeIsDown()} is "a node is down". */
    private static String sentence(String name) {
        return name.replaceFirst("\\(.*", "").replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }
}
