package io.distomon.operator.desired;

import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.function.Predicate;

/**
 * The PodDisruptionBudget of a network: drains of Kubernetes nodes take one managed node at a time. Of a single one there is
 * none: whoever drains may do so, since it comes back elsewhere. A pod that does not work anyway holds up no drain.
 */
public final class NodesBudget implements ChildKind<PodDisruptionBudget> {
    /** The row in {@link ChildKinds}. */
    public static final NodesBudget KIND = new NodesBudget();

    private NodesBudget() {}

    @Override
    public Class<PodDisruptionBudget> type() {
        return PodDisruptionBudget.class;
    }

    @Override
    public List<PodDisruptionBudget> wanted(Blueprint of) {
        return isWanted(of.network()) ? List.of(budget(of.network())) : List.of();
    }

    @Override
    public Writing<PodDisruptionBudget> writing() {
        // A limit or a selector that somebody adds would be another budget, or one that Kubernetes takes from nobody.
        return new Writing.Applied<>((found, wanted) -> !found.getSpec().equals(wanted.getSpec()));
    }

    @Override
    public Predicate<String> obsolete(Network network) {
        return name -> !isWanted(network) || !name.equals(ChildNames.nodesBudget(network));
    }

    private static boolean isWanted(Network network) {
        return network.managed().size() > 1;
    }

    private static PodDisruptionBudget budget(Network network) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(
                        ChildMetadata.owned(network, ChildNames.nodesBudget(network), ChildMetadata.labels(network)))
                .withNewSpec()
                // Not minAvailable: of pods that are down already no more could be drained.
                .withMaxUnavailable(new IntOrString(1))
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .withNewSelector()
                .withMatchLabels(ChildMetadata.labels(network))
                .endSelector()
                .endSpec()
                .build();
    }
}
