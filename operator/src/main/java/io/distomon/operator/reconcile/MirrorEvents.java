package io.distomon.operator.reconcile;

import io.distomon.core.Clock;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.operator.mirror.Inquiry;
import io.distomon.operator.mirror.Membership;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.mirror.MirrorTarget;
import io.distomon.operator.mirror.NetworkMirror;
import io.distomon.operator.mirror.Pace;
import io.distomon.operator.mirror.StoreClient;
import io.javaoperatorsdk.operator.health.Status;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The mirrors of all networks as a source of events: when one has something new, its network is reconciled. A network's
 * mirror starts with its first pass and ends with its resource. Safe for use by many threads.
 */
final class MirrorEvents extends AbstractEventSource<MirrorState, DistomonNetwork>
        implements ResourceEventAware<DistomonNetwork> {
    private final StoreClient client = new StoreClient();
    private final Clock clock;
    private final Pace pace;
    private final Consumer<ResourceID> onDeleted;
    private final Map<ResourceID, Following> mirrors = new ConcurrentHashMap<>();

    /** @param onDeleted told of each network that is no more */
    MirrorEvents(Clock clock, Duration interval, Consumer<ResourceID> onDeleted) {
        super(MirrorState.class, "mirrors");
        this.clock = clock;
        this.pace = new Pace(interval, mirrors::size);
        this.onDeleted = onDeleted;
    }

    private record Following(String uid, NetworkMirror mirror) {}

    /**
     * Starts to follow a network, or goes on with what is new about it.
     *
     * @param exists asked afterwards: a resource that was deleted meanwhile is not followed, as nothing would end that
     */
    void follow(DistomonNetwork network, MirrorTarget target, BooleanSupplier exists) {
        String uid = network.getMetadata().getUid();
        mirrors.compute(ResourceID.fromResource(network), (id, before) -> {
            if (before != null && before.uid().equals(uid)) {
                before.mirror().retarget(target);
                return before;
            }
            if (before != null) {
                before.mirror().close();
            }
            return new Following(uid, NetworkMirror.start(target, client, clock, pace, () -> changed(id)));
        });
        if (!exists.getAsBoolean()) {
            onResourceDeleted(network);
        }
    }

    /** Has a network's nodes asked now: there are some that may answer and did not before. */
    void wake(DistomonNetwork network) {
        mirrors.computeIfPresent(ResourceID.fromResource(network), (id, following) -> {
            following.mirror().wake();
            return following;
        });
    }

    /** Whether somebody looks at what a network's nodes see. */
    boolean isFollowed(DistomonNetwork network) {
        return mirror(network).isPresent();
    }

    /** What is known of a network. */
    MirrorState state(DistomonNetwork network) {
        return mirror(network).map(NetworkMirror::state).orElseGet(MirrorState.NotYet::new);
    }

    /** How long ago a node of a network last answered, or since when they are asked; empty when nobody asks. */
    Optional<Duration> sinceAnswer(DistomonNetwork network) {
        return mirror(network).map(NetworkMirror::sinceAnswer);
    }

    /** Who is a member of a network, as its nodes say. */
    Membership membership(DistomonNetwork network) {
        return mirror(network).map(NetworkMirror::membership).orElse(Membership.NONE);
    }

    /** How a network's nodes are asked; empty while nobody asks them. */
    Optional<Inquiry> inquiry(DistomonNetwork network) {
        return mirror(network).map(NetworkMirror::inquiry);
    }

    /** Of this very network, and not of one that had its name before. */
    private Optional<NetworkMirror> mirror(DistomonNetwork network) {
        return Optional.ofNullable(mirrors.get(ResourceID.fromResource(network)))
                .filter(following ->
                        following.uid().equals(network.getMetadata().getUid()))
                .map(Following::mirror);
    }

    @Override
    public void onResourceDeleted(DistomonNetwork resource) {
        mirrors.computeIfPresent(ResourceID.fromResource(resource), (id, following) -> {
            following.mirror().close();
            return null;
        });
        onDeleted.accept(ResourceID.fromResource(resource));
    }

    @Override
    public void stop() {
        super.stop();
        mirrors.values().forEach(following -> following.mirror().close());
        mirrors.clear();
    }

    @Override
    public Set<MirrorState> getSecondaryResources(DistomonNetwork network) {
        return Set.of(state(network));
    }

    /** Rounds that find nobody are the network's trouble, in its status, not the operator's. */
    @Override
    public Status getStatus() {
        return Status.HEALTHY;
    }

    private void changed(ResourceID network) {
        if (isRunning()) {
            getEventHandler().handleEvent(new Event(network));
        }
    }
}
