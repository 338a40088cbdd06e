package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.e2e.api.PlayedNodes.Manner;
import io.distomon.operator.RunningOperator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Networks of several people, followed by one operator. */
class TenantsTest extends OperatorBeforeApiServer {
    private static final int BAD_ONES = 8;
    private static final List<String> IDS = List.of("a", "b", "c", "d", "e", "f");

    TenantsTest() {
        super("e2e-tenants");
    }

    @Test
    void nodesThatTrickleOrFloodCostTheirOwnNetworkOnly() throws IOException {
        try (PlayedNodes nodes = PlayedNodes.start(client, namespace);
                RunningOperator operator = startOperator(
                        namespace,
                        "distomon-node:test",
                        server.url(),
                        network -> PlayedNodes.addresses(nodes.url(), network))) {
            List<String> bad = new ArrayList<>();
            for (int i = 0; i < BAD_ONES; i++) {
                String name = "bad" + i;
                nodes.answer(name, i % 2 == 0 ? Manner.TRICKLING : Manner.FLOODING);
                apply(name, nodes(IDS.toArray(String[]::new)));
                bad.add(name);
            }
            bad.forEach(name -> IDS.forEach(node -> becomesReady(name, node)));
            bad.forEach(name -> untilReason(namespace, name, "MirrorFresh", "Unreachable"));

            apply("good", nodes("fra", "ams", "nyc"));

            untilSaid("good", "MeshHealthy", ConditionStatus.True, "AllOnline");
            await().during(Duration.ofSeconds(30))
                    .atMost(SOON.multipliedBy(2))
                    .until(() -> condition(network("good"), "MirrorFresh").status() == ConditionStatus.True);
            assertThat(bad)
                    .allSatisfy(name -> assertThat(
                                    condition(network(name), "MirrorFresh").message())
                            .containsAnyOf("no whole answer within 3 s", "larger than", "find no room"));
            assertThat(readiness(operator)).isEqualTo("ok\n");
        }
    }
}
