package io.distomon.operator;

import io.distomon.core.Clock;
import io.javaoperatorsdk.operator.RuntimeInfo;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the watches on the API are. One that is broken (the API can't be reached, a namespace is gone, a right was taken away)
 * is begun again by itself, and is no reason to restart: that would lose what is known. Safe for use by many threads.
 */
final class Watches {
    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

    /** A watch that has ended, and not only broken, is begun again by nobody; this is how long that must be so. */
    private static final Duration ENDED = Duration.ofMinutes(2);

    private final RuntimeInfo operator;
    private final Clock clock;
    private final Set<String> optional;
    private long lastRunningNanos;
    private Optional<String> told = Optional.empty();

    /** @param optional sources without which the operator does all that it is asked for but their own */
    Watches(RuntimeInfo operator, Set<String> optional, Clock clock) {
        this.operator = operator;
        this.optional = Set.copyOf(optional);
        this.clock = clock;
        this.lastRunningNanos = clock.monotonicNanos();
    }

    /** Which watches get nothing at the moment; empty when all do. The log has what changes of that. */
    synchronized Optional<String> broken() {
        Optional<String> broken = found(watch -> !watch.isWatching() || !watch.hasSynced())
                .map(names -> "the watch on the API is broken, and is begun again: " + names);
        if (!broken.equals(told)) {
            broken.ifPresentOrElse(
                    sentence -> LOG.warn("{}", sentence), () -> LOG.info("Every watch on the API gets what happens"));
            told = broken;
        }
        return broken;
    }

    /** Which watches have ended for good; empty when none has. */
    synchronized Optional<String> ended() {
        // Starting ends by itself, well or with the process.
        Optional<String> ended = operator.isStarted() ? found(watch -> !watch.isRunning()) : Optional.empty();
        long now = clock.monotonicNanos();
        if (ended.isEmpty()) {
            lastRunningNanos = now;
        }
        return ended.filter(names -> now - lastRunningNanos > ENDED.toNanos())
                .map(names -> "the watch on the API has ended: " + names);
    }

    private Optional<String> found(Predicate<InformerHealthIndicator> which) {
        TreeSet<String> names = new TreeSet<>();
        operator.unhealthyEventSources()
                .values()
                .forEach(sources -> sources.forEach((name, source) -> {
                    if (!optional.contains(name)
                            && source instanceof InformerWrappingEventSourceHealthIndicator<?> watches) {
                        watches.informerHealthIndicators().values().stream()
                                .filter(which)
                                .forEach(watch -> names.add(name + " in " + place(watch.getTargetNamespace())));
                    }
                }));
        return names.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", names));
    }

    private static String place(@Nullable String namespace) {
        return namespace == null || namespace.equals(Constants.WATCH_ALL_NAMESPACES)
                ? "all namespaces"
                : "namespace " + namespace;
    }
}
