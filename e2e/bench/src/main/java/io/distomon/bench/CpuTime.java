package io.distomon.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * The time of a core that an operation takes, garbage collection included: unlike the time that passes it does not grow
 * with what else the machine does. Choose it with {@code -prof io.distomon.bench.CpuTime}.
 */
public final class CpuTime implements InternalProfiler {
    private static final double NANOS_IN_MILLI = 1_000_000;

    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long beforeNanos;

    @Override
    public String getDescription() {
        return "time of a core per operation";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        beforeNanos = process.getProcessCpuTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double millis = (process.getProcessCpuTime() - beforeNanos) / NANOS_IN_MILLI;
        long operations = result.getMetadata().getMeasuredOps();
        return List.of(new ScalarResult("cpu", millis / operations, "ms/op", AggregationPolicy.AVG));
    }
}
