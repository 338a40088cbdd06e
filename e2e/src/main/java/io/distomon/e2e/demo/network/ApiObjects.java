package io.distomon.e2e.demo.network;

import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What an API server would hold: the resource as it was applied last, with what a server adds to it, and Secrets. Not safe
 * for use by many threads.
 */
final class ApiObjects {
    private final Map<String, Secret> secrets = new TreeMap<>();
    private Judged.Accepted applied;
    private DistomonNetwork resource;

    ApiObjects(Judged.Accepted first) {
        applied = first;
        resource = first.resource();
        stamp(
                first,
                UUID.randomUUID().toString(),
                1,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** Replaces the resource's spec. */
    void apply(Judged.Accepted next) {
        DistomonNetwork before = resource;
        applied = next;
        resource = next.resource();
        stamp(
                next,
                before.getMetadata().getUid(),
                before.getMetadata().getGeneration() + 1,
                before.getMetadata().getCreationTimestamp());
        resource.setStatus(before.getStatus());
    }

    private void stamp(Judged.Accepted accepted, String uid, long generation, String created) {
        resource.setMetadata(new ObjectMetaBuilder(resource.getMetadata())
                .withNamespace(accepted.network().owner().namespace())
                .withUid(uid)
                .withGeneration(generation)
                .withCreationTimestamp(created)
                .build());
    }

    /** As it was applied last. */
    Judged.Accepted applied() {
        return applied;
    }

    /** The resource with its last status. */
    DistomonNetwork resource() {
        return resource;
    }

    void writeStatus(DistomonNetworkStatus status) {
        resource.setStatus(status);
    }

    /** The Secret of this name, which is made when there is none. */
    Secret secret(String name, Supplier<Secret> made) {
        return secrets.computeIfAbsent(name, missing -> made.get());
    }

    /** The Secret of this name; there must be one. */
    Secret secret(String name) {
        return Objects.requireNonNull(secrets.get(name), name);
    }

    /** All Secrets, by name. */
    Collection<Secret> secrets() {
        return List.copyOf(secrets.values());
    }

    void deleteSecret(String name) {
        secrets.remove(name);
    }
}
