package io.distomon.operator.desired;

import io.distomon.operator.names.ChildMetadata;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Arrays;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How what was found of a kind becomes what should be. */
public sealed interface Writing<R extends HasMetadata> {
    /** Made when there is none, before all others. Its content stays what it is; lost labels, and a lost owner, come back. */
    record Once<R extends HasMetadata>() implements Writing<R> {}

    /**
     * Replaced whole, so that nothing foreign stays in it.
     *
     * @param content what is compared, besides labels and owner
     * @param isFrozen whether the API server lets nobody change the content: it is deleted then, and made anew
     */
    record Whole<R extends HasMetadata>(Function<R, ?> content, Predicate<R> isFrozen) implements Writing<R> {
        /** A Secret of which nothing but type, entries and these annotations counts. */
        static Whole<Secret> ofSecret(String... annotations) {
            return new Whole<>(
                    secret -> Arrays.asList(
                            secret.getType(),
                            secret.getData(),
                            Stream.of(annotations)
                                    .map(name -> ChildMetadata.annotation(secret, name))
                                    .toList()),
                    secret -> Boolean.TRUE.equals(secret.getImmutable()));
        }
    }

    /**
     * Applied by the server: what others have added of their own stays.
     *
     * @param hasForeign whether the first has what must not be added to the second: that is replaced whole; null when there
     *     is no such thing
     */
    record Applied<R extends HasMetadata>(@Nullable BiPredicate<R, R> hasForeign) implements Writing<R> {
        /** Whatever others add stays. */
        public static <R extends HasMetadata> Applied<R> withForeign() {
            return new Applied<>(null);
        }

        /** Whether {@code found} has what must not be added to {@code wanted}. */
        public boolean isSpoilt(R found, R wanted) {
            return hasForeign != null && hasForeign.test(found, wanted);
        }
    }
}
