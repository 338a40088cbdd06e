package io.distomon.core.view;

import io.distomon.core.store.Breach;
import io.distomon.core.store.PingStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one observer says of a node in its signed entry.
 *
 * @param observer who says it
 * @param status online or offline
 * @param sinceMicros since when, by the observer's clock, microseconds since the epoch; null when it does not say
 * @param error why its last attempt failed, or the code of a signed refusal; null when all is well
 * @param rttMillis the last round trip it measured
 * @param loss which share of its last polls got no answer, 0 to 1; null when it does not say
 * @param jitterMillis how much its round trips differ from one to the next; null when it does not say
 * @param breaches what of its link to the node is worse than it may be
 * @param isHeeded whether these speak against the node; false when what is wrong with the observer explains them
 * @param entryDateMicros the date of the entry that says so, microseconds since the epoch
 * @param standing whether it counts
 */
public record Witness(
        String observer,
        PingStatus status,
        @Nullable Long sinceMicros,
        @Nullable String error,
        double rttMillis,
        @Nullable Double loss,
        @Nullable Double jitterMillis,
        List<Breach> breaches,
        boolean isHeeded,
        long entryDateMicros,
        Standing standing) {
    public Witness {
        breaches = List.copyOf(breaches);
    }

    /** One whose link is as good as it has to be. */
    public Witness(
            String observer,
            PingStatus status,
            @Nullable Long sinceMicros,
            @Nullable String error,
            double rttMillis,
            @Nullable Double loss,
            @Nullable Double jitterMillis,
            long entryDateMicros,
            Standing standing) {
        this(
                observer,
                status,
                sinceMicros,
                error,
                rttMillis,
                loss,
                jitterMillis,
                List.of(),
                true,
                entryDateMicros,
                standing);
    }
}
