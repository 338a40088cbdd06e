package io.distomon.crds.v1alpha1;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a field that the JSON did not have reads as. */
final class Absent {
    private Absent() {}

    static <T> T as(@Nullable T value, T absent) {
        return value == null ? absent : value;
    }

    static <T> List<T> asEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    static <T> Map<String, T> asEmpty(@Nullable Map<String, T> map) {
        return map == null ? Map.of() : Map.copyOf(map);
    }
}
