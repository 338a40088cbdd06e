package io.distomon.operator.desired;

import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.function.Predicate;

/**
 * One kind of child: all that tells it from the others. A new kind is one class, and one row of {@link ChildKinds}; what
 * watches, compares, writes and deletes children follows from that. The chart's role has to allow it, which a test asks for.
 *
 * @param <R> what Kubernetes calls it: group, version and plural are those of the class
 */
public interface ChildKind<R extends HasMetadata> {
    /** What Kubernetes calls it. */
    Class<R> type();

    /** Those that there should be, in the order in which they are written. */
    List<R> wanted(Blueprint of);

    /** How what was found becomes what should be. */
    Writing<R> writing();

    /**
     * Which of those of this type that were found have to go, by their names. One that is not wanted does not have to: a
     * node whose key is missing keeps its Deployment.
     */
    default Predicate<String> obsolete(Network network) {
        return name -> false;
    }

    /**
     * Whether there are clusters without its API, or where the operator has no right to it: nothing of it is watched and
     * written there. Any other that is missing keeps the operator from starting.
     */
    default boolean isOptional() {
        return false;
    }

    /** A kind whose change restarts a node: written one node after the other, the rest at once. */
    interface Restarting extends ChildKind<Deployment> {}
}
