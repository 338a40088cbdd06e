package io.distomon.operator.reconcile;

import io.distomon.core.Clock;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.operator.desired.NodeAddresses;
import io.distomon.operator.keys.ChildMetadata;
import io.distomon.operator.status.NetworkStatus;
import io.distomon.operator.status.StatusInput;
import io.distomon.operator.status.Trouble;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.Validation;
import io.distomon.operator.validate.Validator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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

    /** When to look again at what is in the way: foreign objects' changes are told by no event. */
    private static final Duration TROUBLES = Duration.ofSeconds(15);

    private final String nodeImage;
    private final Function<Network, NodeAddresses> addresses;
    private final MirrorEvents mirrors;

    // What is remembered of networks, which the next start finds out anew.
    private final Failures failures = new Failures();
    private final Map<ResourceID, Network> lastGood = new ConcurrentHashMap<>();

    /**
     * @param nodeImage what managed nodes run when their network says nothing
     * @param mirrorInterval from one look at a network's nodes to the next
     * @param addresses where the managed nodes of a network answer
     */
    public DistomonNetworkReconciler(
            String nodeImage, Duration mirrorInterval, Function<Network, NodeAddresses> addresses, Clock clock) {
        this.nodeImage = nodeImage;
        this.addresses = addresses;
        this.mirrors = new MirrorEvents(clock, mirrorInterval, this::forget);
    }

    @Override
    public List<EventSource<?, DistomonNetwork>> prepareEventSources(EventSourceContext<DistomonNetwork> context) {
        return List.of(
                children(Secret.class, context),
                children(Service.class, context),
                children(Deployment.class, context),
                children(Pod.class, context),
                mirrors);
    }

    @Override
    public UpdateControl<DistomonNetwork> reconcile(DistomonNetwork resource, Context<DistomonNetwork> context) {
        Validation validation = Validator.validate(resource, nodeImage);
        Reconciliation.Outcome outcome = switch (validation) {
            case Validation.Refused refused -> Reconciliation.Outcome.NONE;
            case Validation.Accepted(Network network) ->
                new Reconciliation(resource, network, addresses.apply(network), mirrors, context).run();
        };
        report(resource, validation, outcome, context);
        failures.none(ResourceID.fromResource(resource));
        forgetIfGone(resource, context);
        UpdateControl<DistomonNetwork> done = UpdateControl.noUpdate();
        if (outcome.leaving()) {
            return done.rescheduleAfter(LEAVING_CHILDREN);
        }
        return outcome.troubles().isEmpty() ? done : done.rescheduleAfter(TROUBLES);
    }

    @Override
    public ErrorStatusUpdateControl<DistomonNetwork> updateErrorStatus(
            DistomonNetwork resource, Context<DistomonNetwork> context, Exception e) {
        String reason = ApiErrors.reason(e);
        failures.failed(ResourceID.fromResource(resource), reason);
        forgetIfGone(resource, context);
        report(
                resource,
                Validator.validate(resource, nodeImage),
                new Reconciliation.Outcome(List.of(new Trouble(Trouble.Kind.ApiError, reason)), Map.of(), false),
                context);
        return ErrorStatusUpdateControl.defaultErrorProcessing();
    }

    /** Why the operator can't do its work: empty as long as there is a network that it can reconcile, or none at all. */
    public Optional<String> trouble() {
        return failures.trouble();
    }

    @Override
    public void close() {
        mirrors.stop();
    }

    private void forget(ResourceID network) {
        failures.forget(network);
        lastGood.remove(network);
    }

    /** What a network's end has already had forgotten must not be remembered afterwards: nothing would end that. */
    private void forgetIfGone(DistomonNetwork resource, Context<DistomonNetwork> context) {
        ResourceID id = ResourceID.fromResource(resource);
        if (context.eventSourceRetriever().getControllerEventSource().get(id).isEmpty()) {
            forget(id);
        }
    }

    private void report(
            DistomonNetwork resource,
            Validation validation,
            Reconciliation.Outcome outcome,
            Context<DistomonNetwork> context) {
        if (validation instanceof Validation.Accepted(Network network)) {
            lastGood.put(ResourceID.fromResource(resource), network);
        }
        Availability availability = Availability.of(
                context.getSecondaryResources(Deployment.class), context.getSecondaryResources(Pod.class));
        DistomonNetworkStatus status = NetworkStatus.of(new StatusInput(
                resource,
                validation,
                lastGood(resource),
                outcome.troubles(),
                outcome.keys(),
                availability.available(),
                availability.unavailable(),
                mirrors.state(resource),
                Instant.now().truncatedTo(ChronoUnit.SECONDS)));
        if (status.equals(resource.getStatus())) {
            return;
        }
        DistomonNetwork written = new DistomonNetwork();
        written.setMetadata(new ObjectMetaBuilder()
                .withNamespace(resource.getMetadata().getNamespace())
                .withName(resource.getMetadata().getName())
                .build());
        written.setStatus(status);
        PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(resource, written, context);
        LOG.debug("Wrote the status of {}", ResourceID.fromResource(resource));
    }

    private @Nullable Network lastGood(DistomonNetwork resource) {
        Network network = lastGood.get(ResourceID.fromResource(resource));
        return network == null
                        || !network.owner().uid().equals(resource.getMetadata().getUid())
                ? null
                : network;
    }

    private static <R extends HasMetadata> EventSource<R, DistomonNetwork> children(
            Class<R> type, EventSourceContext<DistomonNetwork> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(type, DistomonNetwork.class)
                        .withName(type.getSimpleName())
                        .withLabelSelector(ChildMetadata.MANAGED_BY + "=" + ChildMetadata.OPERATOR)
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
