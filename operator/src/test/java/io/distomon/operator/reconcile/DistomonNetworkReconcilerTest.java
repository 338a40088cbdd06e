package io.distomon.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.operator.Networks;
import io.distomon.operator.mirror.Membership;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.observed.Availability;
import io.distomon.operator.observed.Observed;
import io.distomon.operator.status.Obstacle;
import io.distomon.operator.status.RolloutProgress;
import io.distomon.operator.status.StatusInput;
import io.distomon.operator.status.StatusMaker;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.Validation;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a network is looked at again, and what is sent of its status. */
class DistomonNetworkReconcilerTest {
    private static final MirrorState UNREACHABLE = new MirrorState.Unreachable(Instant.EPOCH, "no", null);
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Network NETWORK = Networks.network("nodes: [{id: fra}]");

    @Test
    void aNetworkWhoseNodesAreSilentIsLookedAtNoMoreOftenThanOneWhoseNodesAnswer() {
        assertThat(again(UNREACHABLE)).isEqualTo(StatusMaker.HEARTBEAT);
    }

    @Test
    void thatNodesAreSilentWhichHaveOnlyJustComeIsLookedAtAgainSoon() {
        assertThat(DistomonNetworkReconciler.again(AT_REST, List.of(), 0, UNREACHABLE, true))
                .isEqualTo(SOON);
    }

    @Test
    void aNetworkOfWhichNobodyKnowsWhatItsNodesSeeIsLookedAtAgainSoon() {
        assertThat(again(new MirrorState.None())).isEqualTo(SOON);
        assertThat(again(new MirrorState.NotYet())).isEqualTo(SOON);
    }

    @Test
    void whatIsInTheWayOrWaitsIsLookedAtAgainSoon() {
        Reconciliation.Outcome waiting =
                outcome(new RolloutProgress(Set.of("fra"), Set.of("ams"), Set.of()), List.of());
        Obstacle obstacle = new Obstacle(Obstacle.Reason.NameCollision, "taken");

        assertThat(DistomonNetworkReconciler.again(waiting, List.of(), 0, UNREACHABLE, false))
                .isEqualTo(SOON);
        assertThat(DistomonNetworkReconciler.again(AT_REST, List.of(obstacle), 0, UNREACHABLE, false))
                .isEqualTo(SOON);
    }

    @Test
    void whatTheApiDidNotDoIsTriedTheLessOftenTheMoreTriesHaveFailed() {
        Reconciliation.Outcome failed =
                outcome(RolloutProgress.NONE, List.of(new KubernetesClientException("no", 500, null)));

        assertThat(DistomonNetworkReconciler.again(failed, List.of(), 1, UNREACHABLE, false))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(DistomonNetworkReconciler.again(failed, List.of(), 2, UNREACHABLE, false))
                .isEqualTo(Duration.ofMillis(1_500));
        assertThat(DistomonNetworkReconciler.again(failed, List.of(), 1_000, UNREACHABLE, false))
                .isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void aStatusIsSentForTheVeryResourceAndVersionThatWereRead() {
        DistomonNetwork read = Networks.resource("nodes: [{id: fra}]");
        read.getMetadata().setResourceVersion("41");
        DistomonNetworkStatus status = StatusMaker.of(new StatusInput(
                read,
                new Validation.Accepted(NETWORK),
                NETWORK,
                List.of(),
                Map.of(),
                Availability.of(NETWORK, Observed.NOTHING),
                RolloutProgress.NONE,
                UNREACHABLE,
                Membership.NONE,
                Instant.EPOCH));

        DistomonNetwork written = DistomonNetworkReconciler.written(read, status);

        assertThat(written.getMetadata().getUid()).isEqualTo("u-1");
        assertThat(written.getMetadata().getResourceVersion()).isEqualTo("41");
        assertThat(written.getMetadata().getName()).isEqualTo("lab");
        assertThat(written.getMetadata().getNamespace()).isEqualTo("monitoring");
        assertThat(written.getStatus()).isEqualTo(status);
        assertThat(written.getSpec()).as("what users write").isNull();
    }

    private static final Reconciliation.Outcome AT_REST = outcome(RolloutProgress.NONE, List.of());

    private static Duration again(MirrorState mirror) {
        return DistomonNetworkReconciler.again(AT_REST, List.of(), 0, mirror, false);
    }

    private static Reconciliation.Outcome outcome(RolloutProgress progress, List<KubernetesClientException> failures) {
        return new Reconciliation.Outcome(
                NETWORK, Membership.NONE, Observed.NOTHING, Map.of(), progress, List.of(), failures, List.of());
    }
}
