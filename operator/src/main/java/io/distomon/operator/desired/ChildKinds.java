package io.distomon.operator.desired;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The kinds of children.
 *
 * @param rows in the order in which they are written: what others mount or look for comes before them
 * @param unserved those that would be among them, if the cluster had the API for them and the operator the right to it
 */
public record ChildKinds(List<ChildKind<?>> rows, List<ChildKind<?>> unserved) {
    /** All that there are. The Secrets with keys are no row: what becomes of them, {@code keys} decides. */
    public static final ChildKinds ALL = new ChildKinds(List.of(
            LoginSecret.KIND,
            JwtSecret.KIND,
            GivenSecret.KIND,
            GitSecret.KIND,
            ConfigSecret.KIND,
            SidecarKey.KIND,
            NetworkConfigMap.KIND,
            NodeService.KIND,
            NodeIngress.KIND,
            NodeRoute.KIND,
            NodeDeployment.KIND,
            NodesBudget.KIND));

    public ChildKinds {
        rows = List.copyOf(rows);
        unserved = List.copyOf(unserved);
    }

    ChildKinds(List<ChildKind<?>> rows) {
        this(rows, List.of());
    }

    /** Those that a cluster has the API for. */
    public ChildKinds servedBy(Predicate<Class<? extends HasMetadata>> isServed) {
        Map<Boolean, List<ChildKind<?>>> parts = rows.stream()
                .collect(Collectors.partitioningBy(kind -> !kind.isOptional() || isServed.test(kind.type())));
        return new ChildKinds(Objects.requireNonNull(parts.get(true)), Objects.requireNonNull(parts.get(false)));
    }

    /** What has to be watched, each once: what is written, and the pods that come of it. */
    public Set<Class<? extends HasMetadata>> types() {
        Set<Class<? extends HasMetadata>> types = new LinkedHashSet<>();
        rows.forEach(kind -> types.add(kind.type()));
        types.add(Pod.class);
        return types;
    }
}
