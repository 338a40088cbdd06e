package io.distomon.e2e.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.distomon.core.Clock;
import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.Signer;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.StoreChanges;
import io.distomon.operator.desired.NodeAddresses;
import io.distomon.operator.members.NetworkMembers;
import io.distomon.operator.observed.RunningConfig;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One server that plays the nodes of all networks of a namespace, where no pods run: it signs with their real keys, out of
 * their Secrets, that each reaches each, and answers the operator with that, or as badly as a test wants. Safe for use by
 * many threads.
 */
final class PlayedNodes implements AutoCloseable {
    private static final int INTERVAL_SECONDS = 10;
    private static final Duration REFRESHED =
            Duration.ofSeconds(INTERVAL_SECONDS).minusSeconds(2);

    /** Not for ever: who asks has long gone, and its connection would stay. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final String namespace;
    private final HttpServer server;
    private final Map<String, Played> networks = new ConcurrentHashMap<>();
    private final Map<String, Manner> manners = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> dead = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Manner usual = Manner.HONEST;

    /** How a network's nodes answer. */
    enum Manner {
        HONEST,
        /** Takes the request and says nothing, for longer than anybody waits. */
        SILENT,
        /** Begins an answer as large as one may be, and goes on with a byte now and then. */
        TRICKLING,
        /** As much as it can send, for ever. */
        FLOODING
    }

    private PlayedNodes(KubernetesClient client, String namespace, HttpServer server) {
        this.client = client;
        this.namespace = namespace;
        this.server = server;
    }

    static PlayedNodes start(KubernetesClient client, String namespace) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
        PlayedNodes nodes = new PlayedNodes(client, namespace, http);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", nodes::answer);
        http.start();
        return nodes;
    }

    /** Where all of them answer. */
    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Where each answers, for an operator to which this is {@link #url()}. */
    static NodeAddresses addresses(URI url, Network network) {
        return node -> URI.create(url + "/" + network.name() + "/" + node);
    }

    /** How a network's nodes answer from now on. */
    void answer(String network, Manner manner) {
        manners.put(network, manner);
    }

    /** How all others answer from now on. */
    void answer(Manner manner) {
        usual = manner;
    }

    /** One node of a network answers nobody any more, and the others see that. */
    void die(String network, String node) {
        dead(network).add(node);
    }

    private Set<String> dead(String network) {
        return dead.computeIfAbsent(network, name -> ConcurrentHashMap.newKeySet());
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().split("/", 4);
            String name = path[1];
            if (dead(name).contains(path[2])) {
                return; // the connection is closed
            }
            switch (manners.getOrDefault(name, usual)) {
                case HONEST -> answerHonestly(exchange, name);
                case SILENT -> closed.await(SILENCE.toSeconds(), TimeUnit.SECONDS);
                case TRICKLING -> {
                    exchange.getResponseHeaders().set("Distomon-Cursor", "1");
                    exchange.sendResponseHeaders(200, 15 << 20);
                    OutputStream body = exchange.getResponseBody();
                    do {
                        body.write(' ');
                        body.flush();
                    } while (!closed.await(200, TimeUnit.MILLISECONDS));
                }
                case FLOODING -> {
                    exchange.getResponseHeaders().set("Distomon-Cursor", "1");
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream body = exchange.getResponseBody();
                    byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
                    while (closed.getCount() > 0) {
                        body.write(spaces);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answerHonestly(HttpExchange exchange, String name) throws IOException {
        Played network = networks.computeIfAbsent(name, this::read);
        if (network == null) {
            exchange.sendResponseHeaders(503, -1);
            return;
        }
        String query = exchange.getRequestURI().getQuery();
        int after = query.indexOf("&after=");
        StoreChanges changes =
                network.changesAfter(after < 0 ? null : query.substring(after + "&after=".length()), dead(name));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(body)) {
            RawEntries.of(changes.entries().values().stream()
                            .map(HeldEntry::entry)
                            .toList())
                    .write(json);
        }
        exchange.getResponseHeaders().set("Distomon-Cursor", changes.cursor());
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.size());
        body.writeTo(exchange.getResponseBody());
    }

    /** What the nodes of a network would mount; null while that is not all there. */
    private @Nullable Played read(String name) {
        NetworkMembers members = RunningConfig.read(secret(name + "-config"))
                .map(RunningConfig::members)
                .orElse(null);
        if (members == null) {
            return null;
        }
        Map<String, Signer> signers = new LinkedHashMap<>();
        for (String node : members.keys().keys().keySet()) {
            Secret key = secret(name + "-" + node + "-key-1");
            if (key == null) {
                return null;
            }
            signers.put(node, signer(node, key.getData().values().iterator().next()));
        }
        return new Played(members, signers);
    }

    private @Nullable Secret secret(String name) {
        return client.secrets().inNamespace(namespace).withName(name).get();
    }

    private static Signer signer(String node, String base64) {
        try {
            return Signer.fromPem(node, new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (InvalidKeyException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    /** The nodes of one network, all of which hold the same. */
    private static final class Played {
        private final NetworkMembers members;
        private final Map<String, Signer> signers;
        private final Map<String, SharedStore> own = new LinkedHashMap<>();
        private final SharedStore all;
        private long signedNanos;
        private boolean isSigned;

        Played(NetworkMembers members, Map<String, Signer> signers) {
            this.members = members;
            this.signers = signers;
            this.all = store(signers.keySet().iterator().next());
            signers.keySet().forEach(node -> own.put(node, store(node)));
        }

        private SharedStore store(String node) {
            return new SharedStore(members.networkId(), node, members.keys(), Clock.system());
        }

        synchronized StoreChanges changesAfter(@Nullable String cursor, Set<String> dead) {
            if (!isSigned || System.nanoTime() - signedNanos > REFRESHED.toNanos()) {
                signers.forEach((node, signer) -> {
                    if (!dead.contains(node)) {
                        SharedStore store = Objects.requireNonNull(own.get(node));
                        all.merge(RawEntries.of(List.of(store.publish(says(node, dead), signer))));
                    }
                });
                signedNanos = System.nanoTime();
                isSigned = true;
            }
            return all.changesAfter(cursor);
        }

        private NodeData says(String node, Set<String> dead) {
            Map<String, PingData> pings = new LinkedHashMap<>();
            long since = 1_000_000L;
            signers.keySet().stream()
                    .filter(other -> !other.equals(node))
                    .forEach(other -> pings.put(
                            other,
                            new PingData(
                                    dead.contains(other) ? PingStatus.OFFLINE : PingStatus.ONLINE, 1, 2, since, null)));
            return new NodeData(
                            0,
                            pings,
                            node,
                            "1.2.3",
                            members.networkId(),
                            INTERVAL_SECONDS,
                            "boot-" + node,
                            members.digest(),
                            false)
                    .verifyingWith(members.keysDigest());
        }
    }
}
