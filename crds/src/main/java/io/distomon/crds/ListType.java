package io.distomon.crds;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How server-side apply merges a list ({@code x-kubernetes-list-type} and {@code -map-keys}); every list of the
 * resource says it, because the API server's default (atomic, silently) is seldom a decision.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface ListType {
    /** Whether items merge. */
    Merge value();

    /** The properties that identify an item; for {@link Merge#MAP} only. */
    String[] keys() default {};

    /** What happens when two managers write one list. */
    enum Merge {
        /** The last writer replaces the whole list. */
        ATOMIC,
        /** Items with the same keys merge, others stay. */
        MAP,
        /** Each value belongs to who wrote it. */
        SET
    }
}
