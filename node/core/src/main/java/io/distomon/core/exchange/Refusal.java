package io.distomon.core.exchange;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A signed refusal.
 *
 * @param busy which limit was reached; null unless the code is {@link RefusalCode#BUSY}
 */
record Refusal(RefusalCode code, @Nullable BusyReason busy) {
    static final Refusal REPLAY = of(RefusalCode.REPLAY);

    Refusal {
        if ((code == RefusalCode.BUSY) != (busy != null)) {
            throw new IllegalArgumentException("found %s because of %s".formatted(code, busy));
        }
    }

    /** For any reason but that the sender is busy. */
    static Refusal of(RefusalCode code) {
        return new Refusal(code, null);
    }

    static Refusal busy(BusyReason why) {
        return new Refusal(RefusalCode.BUSY, Objects.requireNonNull(why));
    }
}
