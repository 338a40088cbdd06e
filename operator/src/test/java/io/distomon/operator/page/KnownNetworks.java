package io.distomon.operator.page;

import io.distomon.core.config.Secret;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.Summary;
import io.distomon.operator.mirror.Inquiry;
import io.distomon.operator.mirror.TokenSigner;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the operator would look after: networks with the status that they are given. */
final class KnownNetworks implements LookedAfter {
    static final Secret JWT = new Secret("a secret of at least thirty-two bytes");

    private final Map<String, DistomonNetwork> resources = new LinkedHashMap<>();
    private final Map<String, Inquiry> inquiries = new LinkedHashMap<>();
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(3))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private volatile Optional<String> trouble = Optional.empty();

    /** A network called {@code mesh} by its nodes. */
    KnownNetworks with(String namespace, String name, DistomonNetworkStatus status, Map<String, URI> nodes) {
        DistomonNetwork resource = new DistomonNetwork();
        resource.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
        resource.setStatus(status);
        resources.put(namespace + "/" + name, resource);
        inquiries.put(namespace + "/" + name, new Inquiry("mesh", nodes, new TokenSigner(JWT), http));
        return this;
    }

    /** From now on it is not known how to ask it. */
    void forget(String network) {
        inquiries.remove(network);
    }

    void trouble(String sentence) {
        trouble = Optional.of(sentence);
    }

    static DistomonNetworkStatus status(int online, int nodes, Condition... conditions) {
        return new DistomonNetworkStatus(
                1L,
                "mesh",
                List.of(conditions),
                Instant.EPOCH,
                new Summary(nodes, nodes, nodes, online, online + "/" + nodes, 0),
                List.of(),
                List.of(),
                List.of());
    }

    static Condition condition(String type, ConditionStatus status, String reason, String message) {
        return new Condition(type, status, reason, message, Instant.EPOCH, 1L);
    }

    @Override
    public Stream<DistomonNetwork> networks() {
        return resources.values().stream();
    }

    @Override
    public boolean has(String namespace, String name) {
        return resources.containsKey(namespace + "/" + name);
    }

    @Override
    public Optional<Inquiry> inquiry(String namespace, String name) {
        return Optional.ofNullable(inquiries.get(namespace + "/" + name));
    }

    @Override
    public Optional<String> trouble() {
        return trouble;
    }
}
