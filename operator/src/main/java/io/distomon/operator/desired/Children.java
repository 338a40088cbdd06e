package io.distomon.operator.desired;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a network's children should be, but for the Secrets with keys. Made once a pass. Immutable. */
public final class Children {
    private final Map<ChildKind<?>, List<? extends HasMetadata>> byKind = new LinkedHashMap<>();

    private Children() {}

    /** The children of these kinds. */
    public static Children of(ChildKinds kinds, Blueprint blueprint) {
        Children children = new Children();
        kinds.rows().forEach(kind -> children.byKind.put(kind, List.copyOf(kind.wanted(blueprint))));
        return children;
    }

    /** Those of a kind, in the order in which they are written. */
    @SuppressWarnings("unchecked") // of() puts what a kind wants under that kind
    public <R extends HasMetadata> List<R> all(ChildKind<R> kind) {
        return (List<R>) Objects.requireNonNull(byKind.get(kind), "one of the kinds that the children were made of");
    }
}
