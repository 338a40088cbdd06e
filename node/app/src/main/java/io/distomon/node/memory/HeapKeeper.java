package io.distomon.node.memory;

import io.distomon.node.supervised.SupervisedThread;
import io.micronaut.context.annotation.Context;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the heap near to what is alive. The JVM collects what grew old only when the heap is as large as it may become, so
 * that a start on a busy machine, in which all takes long and grows old, would leave its garbage there for good. This has it
 * collected when the heap has grown by much, once the machine has time for that, and some options of the image's JVM have it
 * give back what is free then.
 */
@Context
final class HeapKeeper {
    /** Between two collections at least: one takes 50 to 100 ms of a core, in which nothing else happens. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(HeapKeeper.class);

    private final HeapGrowth growth = new HeapGrowth();
    private final BooleanSupplier hasTime;
    private @Nullable SupervisedThread looking; // guarded by this

    @Inject
    HeapKeeper() {
        this(new Headway(System::nanoTime)::isGood);
    }

    /** @param hasTime whether the machine has time for a collection now; may take some milliseconds */
    HeapKeeper(BooleanSupplier hasTime) {
        this.hasTime = hasTime;
    }

    @EventListener
    synchronized void start(ServerStartupEvent event) {
        if (looking == null) {
            looking = SupervisedThread.start("The keeper of the heap", () -> {
                while (true) {
                    Thread.sleep(LOOK);
                    look();
                }
            });
        }
    }

    @PreDestroy
    synchronized void stop() {
        if (looking != null) {
            looking.stop();
        }
    }

    /** One look, by one thread at a time. */
    void look() {
        long held = Runtime.getRuntime().totalMemory();
        if (growth.isTooMuch(held) && hasTime.getAsBoolean()) {
            System.gc();
            long left = Runtime.getRuntime().totalMemory();
            growth.collected(left);
            LOG.debug("The heap had {} bytes, {} of them were kept", held, left);
        }
    }
}
