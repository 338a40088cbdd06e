package io.distomon.operator.reconcile;

import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.operator.desired.ChildKind;
import io.distomon.operator.desired.Writing;
import io.distomon.operator.observed.Observed;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one network's children to what they should be. Nothing is written that is right already, and nothing is
 * overwritten that isn't the network's own: to create means that the name must be free. How each is compared and written,
 * its {@link ChildKind} says. Made for one pass.
 */
final class ChildWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ChildWriter.class);

    /** Of an object to be applied: "must not exist yet", as no object has this version. */
    private static final String MUST_NOT_EXIST = "1";

    private final DistomonNetwork network;
    private final Context<DistomonNetwork> context;
    private final Remembered remembered;
    private final KubernetesClient client;
    private final String fieldManager;
    private Observed observed;

    /** @param observed the network's children as they are */
    ChildWriter(DistomonNetwork network, Context<DistomonNetwork> context, Observed observed, Remembered remembered) {
        this.network = network;
        this.context = context;
        this.observed = observed;
        this.remembered = remembered;
        this.client = context.getClient();
        this.fieldManager = context.getControllerConfiguration().fieldManager();
    }

    /** What became of a child. */
    sealed interface Result {
        /** It is as it should be. */
        record Right() implements Result {}

        /** It is not as it should be, and may not be changed now. */
        record Later() implements Result {}

        /** Something that isn't the network's has its name. */
        record Foreign(String kind, String name) implements Result {}

        /**
         * A child of the network's predecessor of the same name has not been collected yet.
         *
         * @param finalizers what keeps it, as far as it tells
         */
        record Leaving(String kind, String name, List<String> finalizers) implements Result {
            /** That it is waited for, and what keeps it. */
            String sentence() {
                return "%s %s of the network that had this name before is still there%s"
                        .formatted(
                                kind,
                                name,
                                finalizers.isEmpty()
                                        ? ""
                                        : ": it is kept by its finalizer " + String.join(", ", finalizers));
            }
        }
    }

    /** The network's children, with what was written of them. */
    Observed observed() {
        return observed;
    }

    /** Writes a Secret as it is but for what was changed of it; nothing happens when that is nothing. */
    void rewrite(Secret actual, Secret changed) {
        if (!changed.equals(actual)) {
            updated(Secret.class, actual, changed, replace(actual, changed));
        }
    }

    /** Creates or mends a child. */
    <R extends HasMetadata> Result write(ChildKind<R> kind, R desired) {
        return write(kind, desired, actual -> true);
    }

    /**
     * Creates a child, or mends it if it may be mended now.
     *
     * @param mayChange asked with the child as it is, when it is not as it should be
     */
    <R extends HasMetadata> Result write(ChildKind<R> kind, R desired, Predicate<R> mayChange) {
        R actual = observed.one(kind.type(), desired.getMetadata().getName());
        if (actual == null) {
            actual = create(kind, desired);
        }
        if (actual == null) {
            return new Result.Right();
        }
        Result standing = standing(actual, desired);
        if (!(standing instanceof Result.Right) || matches(kind, actual, desired)) {
            return standing;
        }
        if (!mayChange.test(actual)) {
            return new Result.Later();
        }
        update(kind, actual, desired);
        return standing;
    }

    /** Whether a child is what the API server makes of what it should be. */
    <R extends HasMetadata> boolean isRight(ChildKind<R> kind, R actual, R desired) {
        return standing(actual, desired) instanceof Result.Right && matches(kind, actual, desired);
    }

    /** A child as the server has it now, whatever the cache says; null when there is none. */
    <R extends HasMetadata> @Nullable R read(Class<R> type, String name) {
        return client.resources(type)
                .inNamespace(network.getMetadata().getNamespace())
                .withName(name)
                .get();
    }

    /**
     * Creates a Secret that may outlive the network.
     *
     * @return it, or what somebody else has created under its name meanwhile
     */
    Secret createKept(Secret desired) {
        try {
            Secret created = client.resource(desired).create();
            source(Secret.class).handleRecentResourceCreate(ResourceID.fromResource(created), created);
            observed = observed.with(created);
            LOG.info(
                    "Created {} {} of {}",
                    desired.getKind(),
                    desired.getMetadata().getName(),
                    id());
            return created;
        } catch (KubernetesClientException e) {
            Secret other = e.getCode() == HttpURLConnection.HTTP_CONFLICT
                    ? read(Secret.class, desired.getMetadata().getName())
                    : null;
            if (other == null) {
                throw e;
            }
            return other;
        }
    }

    /** Sets annotations of a child that isn't otherwise ours to write; nothing happens when it has them. */
    void annotate(Pod pod, Map<String, String> annotations) {
        if (contains(pod.getMetadata().getAnnotations(), annotations)) {
            return;
        }
        Pod patch = new PodBuilder()
                .withNewMetadata()
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withAnnotations(annotations)
                .endMetadata()
                .build();
        try {
            Pod patched = client.resource(patch).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
            source(Pod.class).handleRecentResourceUpdate(ResourceID.fromResource(patched), patched, pod);
            observed = observed.with(patched);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            LOG.debug("Pod {} is gone", pod.getMetadata().getName());
        }
    }

    /** Deletes a child that is no longer wanted. */
    <R extends HasMetadata> void delete(R child) {
        if (hasOwner(child) && !child.isMarkedForDeletion()) {
            LOG.info(
                    "Deleting {} {} of {}", child.getKind(), child.getMetadata().getName(), id());
            client.resource(child)
                    .withPropagationPolicy(
                            // It stays to be seen until its last pod is gone.
                            child instanceof Deployment
                                    ? DeletionPropagation.FOREGROUND
                                    : DeletionPropagation.BACKGROUND)
                    .delete();
            gone(child);
        }
    }

    /** Deletes a Secret that no owner stands for; the caller has made sure that it is this network's. */
    void deleteKept(Secret secret) {
        if (!secret.isMarkedForDeletion()) {
            LOG.info("Deleting Secret {} of {}", secret.getMetadata().getName(), id());
            client.resource(secret).delete();
            gone(secret);
        }
    }

    private void gone(HasMetadata child) {
        observed = observed.without(child);
        remembered.forget(child);
    }

    /**
     * Creates a child.
     *
     * @return null; or what has its name already. That may be ours: not in the cache yet, or without the labels by which the
     *     cache finds it
     */
    private <R extends HasMetadata> @Nullable R create(ChildKind<R> kind, R desired) {
        try {
            R created = switch (kind.writing()) {
                case Writing.Once<R> once -> client.resource(desired).create();
                case Writing.Whole<R> whole -> client.resource(desired).create();
                case Writing.Applied<R> applied -> apply(desired, MUST_NOT_EXIST);
            };
            source(kind.type()).handleRecentResourceCreate(ResourceID.fromResource(created), created);
            observed = observed.with(created);
            remembered.took(desired, created);
            LOG.info(
                    "Created {} {} of {}",
                    desired.getKind(),
                    desired.getMetadata().getName(),
                    id());
            return null;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            R actual = client.resource(desired).get();
            if (actual == null) {
                throw e; // Gone again: try anew.
            }
            return actual;
        }
    }

    private <R extends HasMetadata> void update(ChildKind<R> kind, R actual, R desired) {
        switch (kind.writing()) {
            case Writing.Once<R>() -> updated(kind.type(), actual, desired, replace(actual, marked(actual, desired)));
            case Writing.Whole<R>(Function<R, ?> content, Predicate<R> isFrozen) -> {
                if (isFrozen.test(actual) && !content.apply(actual).equals(content.apply(desired))) {
                    // Only another one can have what should be in it.
                    client.resource(actual).delete();
                    gone(actual);
                    create(kind, desired);
                } else {
                    updated(kind.type(), actual, desired, replace(actual, desired));
                }
            }
            case Writing.Applied<R> applied ->
                updated(
                        kind.type(),
                        actual,
                        desired,
                        applied.isSpoilt(actual, desired)
                                ? replace(actual, besideOthers(actual, desired))
                                : apply(desired, null));
        }
    }

    /** A child was written: everybody who has it in memory gets the new one. */
    private <R extends HasMetadata> void updated(Class<R> type, R actual, R desired, R updated) {
        // The framework's cache takes a change only of what it has.
        if (source(type).get(ResourceID.fromResource(updated)).isEmpty()) {
            source(type).handleRecentResourceCreate(ResourceID.fromResource(updated), updated);
        } else {
            source(type).handleRecentResourceUpdate(ResourceID.fromResource(updated), updated, actual);
        }
        observed = observed.with(updated);
        remembered.took(desired, updated);
        if (!updated.getMetadata()
                .getResourceVersion()
                .equals(actual.getMetadata().getResourceVersion())) {
            LOG.info(
                    "Updated {} {} of {}",
                    desired.getKind(),
                    desired.getMetadata().getName(),
                    id());
        }
    }

    private <R extends HasMetadata> R replace(R actual, R desired) {
        return client.resource(ofVersion(desired, actual.getMetadata().getResourceVersion()))
                .update();
    }

    /** A child with the labels and annotations that others gave it, as it would have them if it were applied. */
    private <R extends HasMetadata> R besideOthers(R actual, R desired) {
        R copy = client.getKubernetesSerialization().clone(desired);
        copy.getMetadata()
                .setLabels(over(
                        actual.getMetadata().getLabels(), desired.getMetadata().getLabels()));
        copy.getMetadata()
                .setAnnotations(over(
                        actual.getMetadata().getAnnotations(),
                        desired.getMetadata().getAnnotations()));
        return copy;
    }

    private static Map<String, String> over(@Nullable Map<String, String> lower, @Nullable Map<String, String> upper) {
        Map<String, String> both = new TreeMap<>(Objects.requireNonNullElse(lower, Map.of()));
        both.putAll(Objects.requireNonNullElse(upper, Map.of()));
        return both;
    }

    /** What is there, with the labels and the owner that it has lost. */
    private <R extends HasMetadata> R marked(R actual, R desired) {
        R marked = client.getKubernetesSerialization().clone(actual);
        ObjectMeta metadata = marked.getMetadata();
        metadata.setLabels(over(metadata.getLabels(), desired.getMetadata().getLabels()));
        if (!hasOwner(actual)) {
            metadata.setOwnerReferences(Stream.of(metadata, desired.getMetadata())
                    .flatMap(of -> of.getOwnerReferences().stream())
                    .toList());
        }
        return marked;
    }

    private <R extends HasMetadata> R apply(R desired, @Nullable String resourceVersion) {
        return client.resource(ofVersion(desired, resourceVersion))
                .fieldManager(fieldManager)
                .forceConflicts()
                .serverSideApply();
    }

    private <R extends HasMetadata> R ofVersion(R desired, @Nullable String resourceVersion) {
        R copy = client.getKubernetesSerialization().clone(desired);
        copy.getMetadata().setResourceVersion(resourceVersion);
        copy.getMetadata().setManagedFields(null); // what is kept of them is not all; without any they stay as they are
        return copy;
    }

    /** Whether a child is of the network that had this name before, and is collected with it. */
    boolean isPredecessors(HasMetadata child) {
        return owner(child)
                .filter(owner -> !owner.getUid().equals(network.getMetadata().getUid()))
                .isPresent();
    }

    /** Whose it is. What has lost its owner is told by our labels, which no two networks share, unless others control it. */
    private Result standing(HasMetadata actual, HasMetadata desired) {
        String name = actual.getMetadata().getName();
        boolean ours = hasOwner(actual)
                || (contains(
                                actual.getMetadata().getLabels(),
                                desired.getMetadata().getLabels())
                        && actual.getMetadata().getOwnerReferences().stream()
                                .noneMatch(reference -> Boolean.TRUE.equals(reference.getController())));
        if (isPredecessors(actual) || (ours && actual.isMarkedForDeletion())) {
            return new Result.Leaving(
                    actual.getKind(), name, List.copyOf(actual.getMetadata().getFinalizers()));
        }
        return ours ? new Result.Right() : new Result.Foreign(actual.getKind(), name);
    }

    private Optional<OwnerReference> owner(HasMetadata child) {
        return child.getMetadata().getOwnerReferences().stream()
                .filter(reference -> reference.getKind().equals(network.getKind())
                        && reference.getName().equals(network.getMetadata().getName()))
                .findFirst();
    }

    private boolean hasOwner(HasMetadata child) {
        return owner(child).isPresent() && !isPredecessors(child);
    }

    private <R extends HasMetadata> boolean matches(ChildKind<R> kind, R actual, R desired) {
        return switch (kind.writing()) {
            case Writing.Once<R>() -> isMarked(actual, desired);
            case Writing.Whole<R>(Function<R, ?> content, var isFrozen) ->
                isMarked(actual, desired) && content.apply(actual).equals(content.apply(desired));
            case Writing.Applied<R> applied -> isApplied(applied, actual, desired);
        };
    }

    private boolean isMarked(HasMetadata actual, HasMetadata desired) {
        return hasOwner(actual)
                && contains(
                        actual.getMetadata().getLabels(), desired.getMetadata().getLabels());
    }

    private <R extends HasMetadata> boolean isApplied(Writing.Applied<R> applied, R actual, R desired) {
        // What admission makes of a child (an image's digest, a container put in) is not fought: it would be made
        // again.
        if (remembered.isTaken(desired, actual)) {
            return true;
        }
        boolean matches = !applied.isSpoilt(actual, desired)
                && SSABasedGenericKubernetesResourceMatcher.<R>getInstance().matches(actual, desired, context);
        if (matches) {
            remembered.took(desired, actual);
        }
        return matches;
    }

    private static boolean contains(@Nullable Map<String, String> is, @Nullable Map<String, String> should) {
        return should == null || (is != null && is.entrySet().containsAll(should.entrySet()));
    }

    private <R extends HasMetadata> InformerEventSource<R, DistomonNetwork> source(Class<R> type) {
        return (InformerEventSource<R, DistomonNetwork>)
                context.eventSourceRetriever().getEventSourceFor(type);
    }

    private String id() {
        return network.getMetadata().getNamespace() + "/"
                + network.getMetadata().getName();
    }
}
