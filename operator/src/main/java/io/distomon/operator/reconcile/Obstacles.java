package io.distomon.operator.reconcile;

import io.distomon.operator.status.Obstacle;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps a pass from being carried out whole. What fails for one child keeps no other from being written. */
final class Obstacles {
    private static final Logger LOG = LoggerFactory.getLogger(Obstacles.class);

    private final List<Obstacle> all = new ArrayList<>();
    private final List<KubernetesClientException> failures = new ArrayList<>();
    private final List<ChildWriter.Result.Leaving> leaving = new ArrayList<>();

    /** Does something to one child; that the API does not let it is noted. */
    void attempt(String what, Runnable action) {
        try {
            action.run();
        } catch (KubernetesClientException e) {
            failed(what, e);
        }
    }

    /** The API did not do it. */
    void failed(String what, KubernetesClientException e) {
        failures.add(e);
        LOG.debug("{} failed", what, e);
    }

    /** The same to an object of somebody else, who may have reasons: the kubelet looks a minute or two later by itself. */
    void attemptOnForeign(String what, Runnable action) {
        try {
            action.run();
        } catch (KubernetesClientException e) {
            LOG.debug("{} is somebody else's, and can't be annotated", what, e);
        }
    }

    void add(Obstacle.Reason reason, String message) {
        all.add(new Obstacle(reason, message));
    }

    void note(ChildWriter.Result result) {
        switch (result) {
            case ChildWriter.Result.Right(), ChildWriter.Result.Later() -> {}
            case ChildWriter.Result.Leaving left -> leaving.add(left);
            case ChildWriter.Result.Foreign(String kind, String name) ->
                add(
                        Obstacle.Reason.NameCollision,
                        "%s %s exists and isn't this network's: delete or rename one of them".formatted(kind, name));
        }
    }

    /** A predecessor's child is in the way. */
    void leaves(HasMetadata child) {
        leaving.add(new ChildWriter.Result.Leaving(
                child.getKind(),
                child.getMetadata().getName(),
                List.copyOf(child.getMetadata().getFinalizers())));
    }

    boolean has(Obstacle.Reason reason) {
        return all.stream().anyMatch(obstacle -> obstacle.reason() == reason);
    }

    List<Obstacle> all() {
        return List.copyOf(all);
    }

    List<KubernetesClientException> failures() {
        return List.copyOf(failures);
    }

    List<ChildWriter.Result.Leaving> leaving() {
        return List.copyOf(leaving);
    }
}
