package io.distomon.operator.reconcile;

import io.distomon.core.Clock;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.operator.desired.ChildKind;
import io.distomon.operator.desired.ChildKinds;
import io.distomon.operator.desired.NodeAddresses;
import io.distomon.operator.mirror.Inquiry;
import io.distomon.operator.mirror.Membership;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.observed.Availability;
import io.distomon.operator.observed.Observed;
import io.distomon.operator.status.Obstacle;
import io.distomon.operator.status.RolloutProgress;
import io.distomon.operator.status.StatusInput;
import io.distomon.operator.status.StatusMaker;
import io.distomon.operator.validate.Alerts;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.Validation;
import io.distomon.operator.validate.Validator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.EventSourceRetriever;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what a {@code DistomonNetwork} says: validate, then keys, config, Services and Deployments, then the status.
 * There is no finalizer: what belongs to a network is garbage collected with it.
 */
@ControllerConfiguration(name = "distomon", fieldManager = ChildMetadata.OPERATOR)
@GradualRetry(maxAttempts = -1, initialInterval = 1_000, intervalMultiplier = 1.5, maxInterval = 60_000)
public final class DistomonNetworkReconciler implements Reconciler<DistomonNetwork>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DistomonNetworkReconciler.class);

    /** When to look again for the children of a predecessor to be collected. */
    private static final Duration LEAVING_CHILDREN = Duration.ofSeconds(1);

    /** Garbage collection takes seconds; what takes longer is told. */
    private static final Duration LEAVING_TAKES = Duration.ofSeconds(30);

    /** When to look again at what is in the way: foreign objects' changes, and time that passes, are told by no event. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

    /** Between two writes of one network's status, unless its spec changed. */
    private static final Duration BETWEEN_STATUSES = Duration.ofSeconds(5);

    /** How many passes in a row must fail before somebody is told: what is over by then was nothing. */
    private static final int FAILURES_UNTOLD = 2;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(60);

    private final String nodeImage;
    private final Duration patience;
    private final Function<Network, NodeAddresses> addresses;
    private final UnaryOperator<DistomonNetworkStatus> writable;
    private final Clock clock;
    private final Passes passes;
    private final MirrorEvents mirrors;

    private final ReentrantLock learning = new ReentrantLock();

    /** When the cluster was last asked for an API that it lacked; null before. Of whoever holds the lock. */
    private @Nullable Long askedNanos;

    /** Those that the cluster had the API for when it was asked last. */
    private volatile ChildKinds kinds = ChildKinds.ALL;

    /** All networks as the API server sent them, to be read once the operator has started; null before. */
    private volatile @Nullable IndexerResourceCache<DistomonNetwork> resources;

    // What is known of networks, which the next start finds out anew.
    private final Failures failures = new Failures();
    private final Map<ResourceID, Remembered> remembered = new ConcurrentHashMap<>();

    /**
     * @param nodeImage what managed nodes run when their network says nothing
     * @param mirrorInterval from one look at a network's nodes to the next
     * @param patience how long a node that does not come back keeps the others from being restarted
     * @param addresses where the managed nodes of a network answer
     * @param writable what the API server takes of a status
     * @param passes told of each pass
     */
    public DistomonNetworkReconciler(
            String nodeImage,
            Duration mirrorInterval,
            Duration patience,
            Function<Network, NodeAddresses> addresses,
            UnaryOperator<DistomonNetworkStatus> writable,
            Clock clock,
            Passes passes) {
        this.nodeImage = nodeImage;
        this.patience = patience;
        this.addresses = addresses;
        this.writable = writable;
        this.clock = clock;
        this.passes = passes;
        this.mirrors = new MirrorEvents(clock, mirrorInterval, this::forget);
    }

    @Override
    public List<EventSource<?, DistomonNetwork>> prepareEventSources(EventSourceContext<DistomonNetwork> context) {
        resources = context.getPrimaryCache();
        Set<String> namespaces = context.getControllerConfiguration().getEffectiveNamespaces();
        kinds = ChildKinds.ALL.servedBy(type -> isServed(type, context.getClient(), namespaces));
        return Stream.concat(kinds.types().stream().map(type -> children(type, context)), Stream.of(mirrors))
                .toList();
    }

    /** What kinds of children are called by those that tell how their watches are, of which there are clusters without. */
    public static Set<String> optionalSources() {
        return ChildKinds.ALL.rows().stream()
                .filter(ChildKind::isOptional)
                .map(kind -> nameOf(kind.type()))
                .collect(Collectors.toSet());
    }

    /** Whether an API is there, and may be read anywhere: to be without one that few need must not end what all need. */
    private static boolean isServed(
            Class<? extends HasMetadata> type, KubernetesClient client, Set<String> namespaces) {
        try {
            return client.supports(type)
                    && namespaces.stream().anyMatch(namespace -> mayBeListed(type, client, namespace));
        } catch (KubernetesClientException e) {
            LOG.warn("Whether there are {} can't be told: {}", nameOf(type), ApiErrors.reason(e));
            return false;
        }
    }

    private static boolean mayBeListed(Class<? extends HasMetadata> type, KubernetesClient client, String namespace) {
        SelfSubjectAccessReview asked = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withGroup(HasMetadata.getGroup(type))
                .withResource(HasMetadata.getPlural(type))
                .withNamespace(namespace.equals(Constants.WATCH_ALL_NAMESPACES) ? null : namespace)
                .withVerb("list")
                .endResourceAttributes()
                .endSpec()
                .build();
        SelfSubjectAccessReview answer = client.resource(asked).create();
        boolean isAllowed = Boolean.TRUE.equals(answer.getStatus().getAllowed());
        if (!isAllowed) {
            LOG.info("{} can't be listed in {}: the operator's role does not allow it", nameOf(type), namespace);
        }
        return isAllowed;
    }

    /** Whether the cluster has got an API that it had not, which may be installed at any time: it is watched then. */
    private boolean gainedAnApi(ChildKinds before, Context<DistomonNetwork> context, long nowNanos) {
        if (!learning.tryLock()) {
            return false; // Somebody asks; a later pass finds what comes of it.
        }
        try {
            ChildKinds known = kinds;
            if (!known.equals(before)) {
                return true;
            }
            Long asked = askedNanos;
            if (asked != null && nowNanos - asked < LOOK_AGAIN.toNanos()) {
                return false;
            }
            askedNanos = nowNanos;
            Set<String> namespaces = context.getControllerConfiguration().getEffectiveNamespaces();
            ChildKinds now = ChildKinds.ALL.servedBy(
                    type -> known.types().contains(type) || isServed(type, context.getClient(), namespaces));
            EventSourceRetriever<DistomonNetwork> sources = context.eventSourceRetriever();
            now.types().stream()
                    .filter(type -> !known.types().contains(type))
                    .forEach(type -> sources.dynamicallyRegisterEventSource(
                            children(type, sources.eventSourceContextForDynamicRegistration())));
            kinds = now;
            return !now.equals(known);
        } finally {
            learning.unlock();
        }
    }

    @Override
    public UpdateControl<DistomonNetwork> reconcile(DistomonNetwork resource, Context<DistomonNetwork> context) {
        long began = clock.monotonicNanos();
        boolean isWhole = false;
        try {
            UpdateControl<DistomonNetwork> next = pass(resource, context);
            isWhole = !failures.isFailing(ResourceID.fromResource(resource));
            return next;
        } finally {
            passes.ended(Duration.ofNanos(clock.monotonicNanos() - began), isWhole);
        }
    }

    private UpdateControl<DistomonNetwork> pass(DistomonNetwork resource, Context<DistomonNetwork> context) {
        ResourceID id = ResourceID.fromResource(resource);
        Remembered memory = memory(resource);
        Moment moment = moment();
        long now = moment.nanos();
        Validation validation = Validator.validate(resource, nodeImage);
        ChildKinds served = kinds;
        Reconciliation pass = new Reconciliation(
                resource, context, served, observe(context, served), addresses, mirrors, memory, patience, now);
        Reconciliation.Outcome outcome = switch (validation) {
            case Validation.Refused refused -> pass.leaveAsItIs(Validator.owner(resource));
            case Validation.Accepted(Network network) -> pass.carryOut(network);
        };
        if (validation instanceof Validation.Accepted && outcome.network() != null) {
            memory.isGood(outcome.network());
        }
        boolean lacksAnApi =
                outcome.obstacles().stream().anyMatch(obstacle -> obstacle.reason() == Obstacle.Reason.ApiMissing);
        if (lacksAnApi && gainedAnApi(served, context, now)) {
            return UpdateControl.<DistomonNetwork>noUpdate().rescheduleAfter(Duration.ZERO);
        }
        memory.passed(outcome.failures().isEmpty());
        Availability availability = Availability.of(outcome.network(), outcome.observed());
        if (memory.gains(availability.running())) {
            mirrors.wake(resource);
        }
        List<Obstacle> obstacles = obstacles(outcome, memory, now);
        Duration statusIn = report(resource, validation, outcome, availability, obstacles, memory, context, moment);
        failures.ended(id, outcome.failures());
        forgetIfGone(resource, context);
        return UpdateControl.<DistomonNetwork>noUpdate()
                .rescheduleAfter(shortest(
                        shortest(statusIn, memory.lateIn(patience, now).orElse(StatusMaker.HEARTBEAT)),
                        again(
                                outcome,
                                obstacles,
                                memory.failedPasses(),
                                mirror(resource),
                                StatusMaker.isArriving(availability, moment.wall()))));
    }

    @Override
    public ErrorStatusUpdateControl<DistomonNetwork> updateErrorStatus(
            DistomonNetwork resource, Context<DistomonNetwork> context, Exception e) {
        failures.ended(ResourceID.fromResource(resource), List.of(e));
        forgetIfGone(resource, context);
        int tries = context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0);
        if (tries >= FAILURES_UNTOLD && !ApiErrors.isConflict(e)) {
            tell(resource, context, ApiErrors.reason(e));
        }
        return ErrorStatusUpdateControl.defaultErrorProcessing();
    }

    /** Says what keeps passes from being made at all; the rest of the status is what is known without one. */
    private void tell(DistomonNetwork resource, Context<DistomonNetwork> context, String reason) {
        Validation validation = Validator.validate(resource, nodeImage);
        Remembered memory = memory(resource);
        Observed observed = observe(context, kinds);
        Membership membership = mirrors.membership(resource);
        Network known = validation instanceof Validation.Accepted(Network network) ? network : memory.lastGood();
        Reconciliation.Outcome outcome = new Reconciliation.Outcome(
                known == null ? null : Reconciliation.withThoseElsewhere(known, membership),
                membership,
                observed,
                Map.of(),
                RolloutProgress.NONE,
                List.of(new Obstacle(Obstacle.Reason.ApiError, reason)),
                List.of(),
                List.of());
        report(
                resource,
                validation,
                outcome,
                Availability.of(outcome.network(), observed),
                outcome.obstacles(),
                memory,
                context,
                moment());
    }

    /** What is in the way, for people. What the API did not do is told once it has been so for some passes. */
    private static List<Obstacle> obstacles(Reconciliation.Outcome outcome, Remembered memory, long now) {
        List<Obstacle> obstacles = new ArrayList<>(outcome.obstacles());
        if (memory.failedPasses() > FAILURES_UNTOLD) {
            outcome.failures().stream()
                    .filter(failure -> !ApiErrors.isConflict(failure))
                    .map(ApiErrors::reason)
                    .distinct()
                    .forEach(reason -> obstacles.add(new Obstacle(Obstacle.Reason.ApiError, reason)));
        }
        boolean leaving = !outcome.leaving().isEmpty();
        if (memory.leavingFor(leaving, now).compareTo(LEAVING_TAKES) > 0) {
            outcome.leaving()
                    .forEach(
                            child -> obstacles.add(new Obstacle(Obstacle.Reason.PredecessorLeaving, child.sentence())));
        }
        return obstacles;
    }

    /**
     * When to look again, if nothing happens. What the mirror finds, also that nodes stay silent, is something that happens.
     *
     * @param failedPasses how many in a row, this one included
     * @param arriving whether that nodes are silent is not told yet, as they have only just come
     */
    static Duration again(
            Reconciliation.Outcome outcome,
            List<Obstacle> obstacles,
            int failedPasses,
            MirrorState mirror,
            boolean arriving) {
        if (!outcome.failures().isEmpty()) {
            double seconds = FIRST_RETRY.toSeconds() * Math.pow(1.5, failedPasses - 1.0);
            return shortest(LAST_RETRY, Duration.ofMillis((long) (seconds * 1_000)));
        }
        if (!outcome.leaving().isEmpty()) {
            return LEAVING_CHILDREN;
        }
        boolean isAtRest =
                obstacles.isEmpty() && outcome.progress().waiting().isEmpty() && tellsChanges(mirror, arriving);
        Duration again = isAtRest ? StatusMaker.HEARTBEAT : LOOK_AGAIN;
        Network network = outcome.network();
        return network == null || network.references().isEmpty() ? again : shortest(References.REREAD, again);
    }

    /** Whether the mirror tells all that may change of what it finds. */
    private static boolean tellsChanges(MirrorState mirror, boolean arriving) {
        return switch (mirror) {
            case MirrorState.None(), MirrorState.NotYet() -> false;
            case MirrorState.Unreachable unreachable -> !arriving;
            case MirrorState.Fresh fresh -> true;
        };
    }

    /** What the status says of time, and when it is looked at again for that, must be of one moment. */
    private record Moment(Instant wall, long nanos) {}

    private Moment moment() {
        Instant wall = Instant.EPOCH.plus(clock.wallMicros(), ChronoUnit.MICROS);
        return new Moment(wall.truncatedTo(ChronoUnit.SECONDS), clock.monotonicNanos());
    }

    private MirrorState mirror(DistomonNetwork resource) {
        return mirrors.isFollowed(resource) ? mirrors.state(resource) : new MirrorState.None();
    }

    private static Duration shortest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Observed observe(Context<DistomonNetwork> context, ChildKinds kinds) {
        List<HasMetadata> children = new ArrayList<>();
        kinds.types().forEach(type -> children.addAll(context.getSecondaryResources(type)));
        return Observed.of(children);
    }

    /** Why the operator can't do its work: empty as long as there is a network that it can reconcile, or none at all. */
    public Optional<String> trouble() {
        return failures.trouble();
    }

    /** The networks that are looked after, as they were read last. */
    public Stream<DistomonNetwork> networks() {
        IndexerResourceCache<DistomonNetwork> known = resources;
        return known == null ? Stream.empty() : known.list();
    }

    /** One of them; empty when it is none. */
    public Optional<DistomonNetwork> network(ResourceID id) {
        IndexerResourceCache<DistomonNetwork> known = resources;
        return known == null ? Optional.empty() : known.get(id);
    }

    /** How a network's nodes are asked; empty while it is not known whom to ask, or with what token. */
    public Optional<Inquiry> inquiry(ResourceID id) {
        return network(id).flatMap(mirrors::inquiry);
    }

    /** All networks with what is remembered of them. */
    public List<KnownNetwork> knownNetworks() {
        IndexerResourceCache<DistomonNetwork> all = resources;
        return all == null ? List.of() : all.list().map(this::known).toList();
    }

    private KnownNetwork known(DistomonNetwork resource) {
        ResourceID id = ResourceID.fromResource(resource);
        Optional<Remembered> memory = Optional.ofNullable(remembered.get(id))
                .filter(of -> of.isOf(resource.getMetadata().getUid()));
        Alerts alerts = memory.map(Remembered::lastGood).map(Network::alerts).orElse(null);
        return new KnownNetwork(
                resource,
                failures.isFailing(id),
                mirrors.sinceAnswer(resource).orElse(null),
                memory.map(Remembered::oldestKey).orElse(null),
                alerts == null ? List.of() : alerts.senders());
    }

    @Override
    public void close() {
        mirrors.stop();
    }

    private Remembered memory(DistomonNetwork resource) {
        String uid = resource.getMetadata().getUid();
        return Objects.requireNonNull(remembered.compute(
                ResourceID.fromResource(resource),
                (id, before) -> before != null && before.isOf(uid) ? before : new Remembered(uid)));
    }

    private void forget(ResourceID network) {
        failures.forget(network);
        remembered.remove(network);
    }

    /** What a network's end has already had forgotten must not be remembered afterwards: nothing would end that. */
    private void forgetIfGone(DistomonNetwork resource, Context<DistomonNetwork> context) {
        ResourceID id = ResourceID.fromResource(resource);
        if (context.eventSourceRetriever().getControllerEventSource().get(id).isEmpty()) {
            forget(id);
        }
    }

    /**
     * Writes the status if it says something new.
     *
     * @return when it is to be written; a heartbeat's time when there is nothing to say
     */
    private Duration report(
            DistomonNetwork resource,
            Validation validation,
            Reconciliation.Outcome outcome,
            Availability availability,
            List<Obstacle> obstacles,
            Remembered memory,
            Context<DistomonNetwork> context,
            Moment now) {
        DistomonNetworkStatus status = writable.apply(StatusMaker.of(new StatusInput(
                resource,
                validation,
                outcome.network(),
                obstacles,
                outcome.keys(),
                availability,
                outcome.progress(),
                mirror(resource),
                outcome.membership(),
                now.wall())));
        if (status.equals(resource.getStatus())) {
            return StatusMaker.HEARTBEAT;
        }
        Duration since = memory.sinceStatus(now.nanos());
        boolean isOfNewSpec = resource.getStatus() == null
                || !Objects.equals(
                        resource.getStatus().observedGeneration(),
                        resource.getMetadata().getGeneration());
        if (!isOfNewSpec && since != null && since.compareTo(BETWEEN_STATUSES) < 0) {
            return BETWEEN_STATUSES.minus(since);
        }
        try {
            // Not by the framework's own means, which take a refusal for a stale read, and wait for a newer one.
            DistomonNetwork updated = context.getClient()
                    .resource(written(resource, status))
                    .subresource("status")
                    .patch(new PatchContext.Builder()
                            .withPatchType(PatchType.SERVER_SIDE_APPLY)
                            .withFieldManager(
                                    context.getControllerConfiguration().fieldManager())
                            .withForce(true)
                            .build());
            context.eventSourceRetriever()
                    .getControllerEventSource()
                    .handleRecentResourceUpdate(ResourceID.fromResource(resource), updated, resource);
            memory.wroteStatus(now.nanos());
            LOG.debug("Wrote the status of {}", ResourceID.fromResource(resource));
        } catch (KubernetesClientException e) {
            if (!ApiErrors.isConflict(e) && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            LOG.debug("{} is gone or has changed, or another has its name", ResourceID.fromResource(resource));
            return BETWEEN_STATUSES;
        }
        return StatusMaker.HEARTBEAT;
    }

    /** What is sent to write a status: refused when the resource is another than the one that was read, or has changed. */
    static DistomonNetwork written(DistomonNetwork read, DistomonNetworkStatus status) {
        DistomonNetwork written = new DistomonNetwork();
        written.setMetadata(new ObjectMetaBuilder()
                .withNamespace(read.getMetadata().getNamespace())
                .withName(read.getMetadata().getName())
                // The name may be another resource's by now; the uid alone the server does not compare here.
                .withUid(read.getMetadata().getUid())
                .withResourceVersion(read.getMetadata().getResourceVersion())
                .build());
        written.setStatus(status);
        return written;
    }

    private static String nameOf(Class<? extends HasMetadata> type) {
        return type.getSimpleName();
    }

    private static <R extends HasMetadata> EventSource<R, DistomonNetwork> children(
            Class<R> type, EventSourceContext<DistomonNetwork> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(type, DistomonNetwork.class)
                        .withName(nameOf(type))
                        // The pods that carry a node may be somebody else's.
                        .withLabelSelector(
                                type == Pod.class
                                        ? ChildMetadata.NETWORK + "," + ChildMetadata.NODE
                                        : ChildMetadata.MANAGED_BY + "=" + ChildMetadata.OPERATOR)
                        .withSecondaryToPrimaryMapper(DistomonNetworkReconciler::networksOf)
                        .withNamespacesInheritedFromController()
                        .build(),
                context);
    }

    /** By label, as kept keys have no owner; and by owner, as a label can be taken away. */
    private static Set<ResourceID> networksOf(HasMetadata child) {
        ObjectMeta metadata = child.getMetadata();
        return Stream.concat(
                        Stream.ofNullable(metadata.getLabels().get(ChildMetadata.NETWORK)),
                        metadata.getOwnerReferences().stream()
                                .filter(owner -> owner.getKind().equals(HasMetadata.getKind(DistomonNetwork.class)))
                                .map(OwnerReference::getName))
                .map(network -> new ResourceID(network, metadata.getNamespace()))
                .collect(Collectors.toSet());
    }
}
