package io.distomon.operator.reconcile;

import static io.distomon.operator.Deployments.down;
import static io.distomon.operator.Deployments.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.operator.mirror.MirrorState;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is waited for while nodes restart one after the other. No node can be asked here: Kubernetes' word counts. */
class RolloutTest {
    private static final MirrorState UNREACHABLE = new MirrorState.Unreachable(Instant.EPOCH, "no", null);

    private Set<String> current = Set.of();
    private Set<String> late = Set.of();
    private Set<String> wasDown = Set.of();

    @Test
    void whoIsNotAtWorkIsWaitedFor() {
        assertThat(rollout(settled("fra"), settled("ams")).waitedFor()).isEmpty();
        assertThat(rollout(settled("fra"), down("ams")).waitedFor()).containsExactly("ams");
    }

    @Test
    void whoWasDownBeforeItGotTheSpecIsNotWaitedForForEver() {
        current = Set.of("ams");
        wasDown = Set.of("ams");
        assertThat(rollout(settled("fra"), down("ams")).waitedFor()).containsExactly("ams");

        late = Set.of("ams");
        Rollout rollout = rollout(settled("fra"), down("ams"));
        assertThat(rollout.waitedFor()).isEmpty();
        assertThat(rollout.passedOver()).containsExactly("ams");
    }

    @Test
    void aSpecThatNobodyHasComeBackWithGoesToNobodyElse() {
        current = Set.of("ams");
        late = Set.of("ams");

        Rollout rollout = rollout(settled("fra"), down("ams"), settled("nyc"));
        assertThat(rollout.waitedFor()).containsExactly("ams");
        assertThat(rollout.passedOver()).isEmpty();
    }

    @Test
    void aSpecThatSomebodyIsAtWorkWithIsNotWhatKeepsAnotherDown() {
        current = Set.of("fra", "ams");
        late = Set.of("ams");

        assertThat(rollout(settled("fra"), down("ams"), settled("nyc")).waitedFor())
                .isEmpty();
    }

    @Test
    void whoCantGetTheSpecIsNotWaitedForForEver() {
        late = Set.of("ams");

        assertThat(rollout(settled("fra"), down("ams")).waitedFor()).isEmpty();
    }

    @Test
    void beforeTheFirstLookAtTheMeshNobodyIsKnownToBeAtWorkAndNobodyToBeDown() {
        assertThat(Rollout.isSettled(settled("fra"), new MirrorState.NotYet())).isFalse();
        assertThat(Rollout.isDown(settled("fra"), new MirrorState.NotYet())).isFalse();
        assertThat(Rollout.isDown(down("fra"), new MirrorState.NotYet())).isTrue();
    }

    private Rollout rollout(Deployment... deployments) {
        return new Rollout(
                UNREACHABLE,
                Arrays.asList(deployments),
                deployment -> current.contains(Rollout.node(deployment)),
                late::contains,
                wasDown::contains);
    }
}
