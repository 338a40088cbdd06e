package io.distomon.e2e.api;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Holds as long as it is given the same. Used by one thread. */
final class Unchanging<T> implements Predicate<T> {
    private @Nullable T last;

    @Override
    public boolean test(T now) {
        boolean isSame = now.equals(last);
        last = now;
        return isSame;
    }
}
