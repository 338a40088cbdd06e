package io.distomon.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What follows from the table of kinds. */
class ChildKindsTest {
    /** A kind that not every cluster has. */
    private static final ChildKind<ConfigMap> OPTIONAL = new ChildKind<>() {
        @Override
        public Class<ConfigMap> type() {
            return ConfigMap.class;
        }

        @Override
        public List<ConfigMap> wanted(Blueprint of) {
            return List.of();
        }

        @Override
        public Writing<ConfigMap> writing() {
            return Writing.Applied.withForeign();
        }

        @Override
        public boolean isOptional() {
            return true;
        }
    };

    @Test
    void eachTypeIsWatchedOnceAndPodsAreToo() {
        assertThat(ChildKinds.ALL.types())
                .containsExactlyInAnyOrder(
                        Secret.class,
                        ConfigMap.class,
                        Service.class,
                        Ingress.class,
                        HTTPRoute.class,
                        Deployment.class,
                        PodDisruptionBudget.class,
                        Pod.class);
    }

    @Test
    void nothingIsWatchedOrWrittenOfAnOptionalKindWhoseApiIsMissing() {
        ChildKinds kinds = new ChildKinds(List.of(NodeService.KIND, OPTIONAL));

        assertThat(kinds.servedBy(type -> true)).isEqualTo(kinds);
        assertThat(kinds.servedBy(type -> false).rows()).containsExactly(NodeService.KIND);
        assertThat(kinds.servedBy(type -> false).unserved()).containsExactly(OPTIONAL);
        assertThat(kinds.servedBy(type -> false).types()).containsExactlyInAnyOrder(Service.class, Pod.class);
    }

    /** What every cluster has need not be asked for: an API server that does not answer now has it all the same. */
    @Test
    void onlyOfOptionalKindsIsItAskedWhetherTheirApiIsThere() {
        Set<Class<? extends HasMetadata>> asked = new HashSet<>();

        new ChildKinds(List.of(NodeService.KIND, OPTIONAL)).servedBy(asked::add);

        assertThat(asked).containsExactly(ConfigMap.class);
    }
}
