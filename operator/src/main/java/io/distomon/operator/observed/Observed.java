package io.distomon.operator.observed;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The children of one network, those that name it in their labels or as their owner. Read once a pass; what the pass itself
 * writes makes another of it. Immutable.
 */
public final class Observed {
    /** Nothing exists. */
    public static final Observed NOTHING = new Observed(Map.of());

    private final Map<Class<?>, Map<String, HasMetadata>> byKind;

    private Observed(Map<Class<?>, Map<String, HasMetadata>> byKind) {
        this.byKind = byKind;
    }

    /** All that was found, of whatever kinds. */
    public static Observed of(Collection<? extends HasMetadata> children) {
        Map<Class<?>, Map<String, HasMetadata>> byKind = new HashMap<>();
        children.forEach(child -> byKind.computeIfAbsent(child.getClass(), kind -> new HashMap<>())
                .put(child.getMetadata().getName(), child));
        return new Observed(byKind);
    }

    /** The children of a kind, by name. */
    @SuppressWarnings("unchecked") // of() and with() put each under its own class
    public <R extends HasMetadata> Map<String, R> all(Class<R> kind) {
        return (Map<String, R>) Collections.unmodifiableMap(byKind.getOrDefault(kind, Map.of()));
    }

    /** One child; null when there is none. */
    public <R extends HasMetadata> @Nullable R one(Class<R> kind, String name) {
        return all(kind).get(name);
    }

    /** The same after a child was written. */
    public Observed with(HasMetadata child) {
        return changed(child, true);
    }

    /** The same after a child was deleted. */
    public Observed without(HasMetadata child) {
        return changed(child, false);
    }

    private Observed changed(HasMetadata child, boolean there) {
        Map<String, HasMetadata> kind = new HashMap<>(byKind.getOrDefault(child.getClass(), Map.of()));
        if (there) {
            kind.put(child.getMetadata().getName(), child);
        } else {
            kind.remove(child.getMetadata().getName());
        }
        Map<Class<?>, Map<String, HasMetadata>> all = new HashMap<>(byKind);
        all.put(child.getClass(), kind);
        return new Observed(all);
    }
}
