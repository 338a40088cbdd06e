package io.distomon.operator.desired;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The kinds of children.
 *
 * @param rows in the order in which they are written: what others mount or look for comes before them
 */
public record ChildKinds(List<ChildKind<?>> rows) {
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
            NodeDeployment.KIND,
            NodesBudget.KIND));

    public ChildKinds {
        rows = List.copyOf(rows);
    }

    /** Those that a cluster has the API for. */
    public ChildKinds servedBy(Predicate<Class<? extends HasMetadata>> isServed) {
        return new ChildKinds(rows.stream()
                .filter(kind -> !kind.isOptional() || isServed.test(kind.type()))
                .toList());
    }

    /** What has to be watched, each once: what is written, and the pods that come of it. */
    public Set<Class<? extends HasMetadata>> types() {
        Set<Class<? extends HasMetadata>> types = new LinkedHashSet<>();
        rows.forEach(kind -> types.add(kind.type()));
        types.add(Pod.class);
        return types;
    }
}
