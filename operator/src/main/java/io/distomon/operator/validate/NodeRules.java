package io.distomon.operator.validate;

import io.distomon.core.config.AddressRange;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.config.PeerUrl;
import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.Pem;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.text.ForeignText;
import io.distomon.crds.v1alpha1.DistomonNetworkSpec;
import io.distomon.crds.v1alpha1.ExposeSpec;
import io.distomon.crds.v1alpha1.ExposeType;
import io.distomon.crds.v1alpha1.GatewayRef;
import io.distomon.crds.v1alpha1.HttpSpec;
import io.distomon.crds.v1alpha1.Names;
import io.distomon.crds.v1alpha1.NodeSpec;
import io.distomon.crds.v1alpha1.NodeType;
import io.distomon.crds.v1alpha1.ProbeOverride;
import io.distomon.crds.v1alpha1.ProbeSpec;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules of {@code spec.nodes}. For one resource. */
final class NodeRules {
    private static final Pattern IDENTIFIER = Pattern.compile(Names.IDENTIFIER);
    private static final Pattern DNS_LABEL = Pattern.compile(Names.DNS_LABEL);
    private static final Pattern HTTP_URL = Pattern.compile(Names.HTTP_URL);
    private static final Pattern DNS_SUBDOMAIN = Pattern.compile(Names.DNS_SUBDOMAIN);
    private static final Pattern INGRESS_URL = Pattern.compile(Names.INGRESS_URL);
    private static final Pattern PATH_PREFIX = Pattern.compile(Names.PATH_PREFIX);
    private static final Pattern ADDRESS_RANGE = Pattern.compile(Names.ADDRESS_RANGE);
    private static final Pattern PUBLIC_KEY_PEM = Pattern.compile(Names.PUBLIC_KEY_PEM);
    private static final String URL_RULE =
            "at most 1024 characters such as https://node.example.com:8000, without user, query or fragment";
    private static final String DOTTED_NAME = "a name of a-z 0-9 - and dots";
    private static final int MAX_NODES = 500;
    private static final int MAX_ID_CHARS = 63;
    private static final int MAX_LABEL_ID_CHARS = 20;
    private static final int MAX_NAME_CHARS = 253;
    private static final int MAX_LABEL_CHARS = 63;
    private static final int MAX_URL_CHARS = 1024;
    private static final int MAX_KEYS = 3;
    private static final int MAX_KEY_CHARS = 1024;
    private static final int MAX_INTERVAL_SECONDS = 3600;
    private static final int MAX_RETRIES = 100;

    private final String networkId;
    private final DistomonNetworkSpec spec;
    private final NetworkNode.Pod pod;
    private final Findings findings;
    private final Map<String, Integer> firstOfId = new HashMap<>();

    /**
     * @param networkId the network's, whatever the spec says
     * @param pod what runs the managed nodes, as far as it is said of all of them
     */
    NodeRules(String networkId, DistomonNetworkSpec spec, NetworkNode.Pod pod, Findings findings) {
        this.networkId = networkId;
        this.spec = spec;
        this.pod = pod;
        this.findings = findings;
    }

    /** The members without mistakes; all of them when nothing was noted. */
    List<NetworkNode> nodes() {
        NetworkNode.Certificate common =
                spec.tls().secretName() == null ? null : certificate(spec.tls().secretName(), "spec.tls");
        if (spec.nodes().isEmpty()) {
            findings.add("spec.nodes", "found no node, expected at least one");
        }
        findings.expectSize("spec.nodes", spec.nodes().size(), MAX_NODES, "nodes");
        List<NetworkNode> nodes = new ArrayList<>();
        for (int i = 0; i < spec.nodes().size() && i < MAX_NODES; i++) {
            NetworkNode node = node(spec.nodes().get(i), Findings.item("spec.nodes", i), i, common);
            if (node != null) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    /**
     * Notes what is wrong with what somebody says of polls, the network or a node.
     *
     * @param intervalSeconds the time between polls that holds there, said by whomever
     */
    static void checkProbe(String path, ProbeOverride said, int intervalSeconds, Findings findings) {
        if (said.intervalSeconds() != null) {
            findings.expectNumber(path + ".intervalSeconds", said.intervalSeconds(), 1, MAX_INTERVAL_SECONDS);
        }
        if (said.retries() != null) {
            findings.expectNumber(path + ".retries", said.retries(), 0, MAX_RETRIES);
        }
        Integer retryInterval = said.retryIntervalSeconds();
        if (retryInterval != null
                && findings.expectNumber(path + ".retryIntervalSeconds", retryInterval, 1, MAX_INTERVAL_SECONDS)
                && retryInterval > intervalSeconds) {
            findings.add(
                    path + ".retryIntervalSeconds",
                    "found %s, expected at most intervalSeconds, the time from one poll to the next: %s"
                            .formatted(retryInterval, intervalSeconds));
        }
    }

    private NetworkNode.@Nullable Certificate certificate(@Nullable String secretName, String path) {
        boolean valid = findings.expectSecretName(path + ".secretName", secretName);
        return valid && secretName != null ? new NetworkNode.Certificate(secretName) : null;
    }

    /** @param common what nodes serve https with that name nothing of their own */
    private @Nullable NetworkNode node(
            NodeSpec node, String path, int index, NetworkNode.@Nullable Certificate common) {
        checkId(node.id(), path + ".id", index);
        ProbeSpec probe = probeOf(node);
        if (node.probe() != null) {
            checkProbe(path + ".probe", node.probe(), probe.intervalSeconds(), findings);
        }
        if (node.id() == null) { // refused above: what a schema requires may yet be missing in a file
            return null;
        }
        checkOnlyForManaged(path, "expose", node.expose(), node);
        checkOnlyForManaged(path, "http", node.http(), node);
        NodeType type = Validator.known(path + ".type", node.type(), NodeType.values(), findings);
        return switch (type) {
            case Managed, Sidecar -> inCluster(node, type, path, probe, common);
            case External -> external(node, path, probe);
            case null -> null;
        };
    }

    private void checkOnlyForManaged(String path, String field, @Nullable Object said, NodeSpec node) {
        if (said != null && node.type() != null && node.type() != NodeType.Managed) {
            findings.add(
                    path + "." + field,
                    "%s is only for Managed nodes, the pod of %s is not made by the operator"
                            .formatted(field, ForeignText.quoted(node.id())));
        }
    }

    /** What holds for {@code node}: its own word, else its network's. */
    private ProbeSpec probeOf(NodeSpec node) {
        ProbeSpec network = spec.probe();
        ProbeOverride own = node.probe();
        if (own == null) {
            return network;
        }
        return new ProbeSpec(
                own.intervalSeconds() == null ? network.intervalSeconds() : own.intervalSeconds(),
                own.retries() == null ? network.retries() : own.retries(),
                own.retryIntervalSeconds() == null ? network.retryIntervalSeconds() : own.retryIntervalSeconds());
    }

    private static @Nullable Duration seconds(@Nullable Integer seconds) {
        return seconds == null ? null : Duration.ofSeconds(seconds);
    }

    private void checkId(@Nullable String id, String path, int index) {
        boolean valid = findings.expectText(path, id, MAX_ID_CHARS, IDENTIFIER, Findings.ID_RULE);
        Integer first = valid && id != null ? firstOfId.putIfAbsent(id, index) : null;
        if (id != null && first != null) {
            findings.add(
                    path,
                    "found %s a second time, expected every node once (the first is %s)"
                            .formatted(ForeignText.quoted(id), Findings.item("spec.nodes", first)));
        }
    }

    private NetworkNode inCluster(
            NodeSpec node, NodeType type, String path, ProbeSpec probe, NetworkNode.@Nullable Certificate common) {
        String id = node.id();
        if (IDENTIFIER.matcher(id).matches()
                && (id.length() > MAX_LABEL_ID_CHARS || !DNS_LABEL.matcher(id).matches())) {
            findings.add(
                    path + ".id",
                    ForeignText.quoted(id) + " is no id for a " + type
                            + " node, whose Service is named after it: at most 20"
                            + " characters of a-z 0-9 -, the first and the last of them a letter or a digit");
        }
        URI url = node.url() == null ? null : url(node.url(), path + ".url");
        if (!node.publicKeys().isEmpty()) {
            findings.add(
                    path + ".publicKeys",
                    "publicKeys is only for External nodes, the operator publishes the key of "
                            + ForeignText.quoted(id));
        }
        NetworkNode.KeySource keySource = keySource(node, path);
        Duration interval = Duration.ofSeconds(probe.intervalSeconds());
        Duration retryInterval = seconds(probe.retryIntervalSeconds());
        NetworkNode.Certificate certificate =
                node.tls() == null ? common : certificate(node.tls().secretName(), path + ".tls");
        NetworkNode.Front front = front(node.http(), path + ".http");
        return type == NodeType.Sidecar
                ? new NetworkNode.Sidecar(id, interval, probe.retries(), retryInterval, url, keySource, certificate)
                : new NetworkNode.Managed(
                        id,
                        interval,
                        probe.retries(),
                        retryInterval,
                        url,
                        keySource,
                        certificate,
                        expose(node, front.pathPrefix(), path),
                        front,
                        pod);
    }

    private NetworkNode.KeySource keySource(NodeSpec node, String path) {
        int generation = node.keyGeneration() == null ? 1 : node.keyGeneration();
        findings.expectNumber(path + ".keyGeneration", generation, 1, NodeSpec.MAX_KEY_GENERATION);
        if (node.keySecretRef() == null) {
            return new NetworkNode.KeySource.Made(generation);
        }
        if (node.keyGeneration() != null) {
            findings.add(
                    path + ".keyGeneration",
                    "keySecretRef and keyGeneration exclude each other: the next key of "
                            + ForeignText.quoted(node.id()) + " is what its Secret is changed to");
        }
        String byHand = new NetworkSource(networkId, node.id(), null).privateKeyFileName();
        return new NetworkNode.KeySource.Referred(
                findings.secretEntry(path + ".keySecretRef", node.keySecretRef(), byHand));
    }

    /** By what a managed node is reached from outside; null also when a mistake was noted. */
    private NetworkNode.@Nullable Expose expose(NodeSpec node, String pathPrefix, String path) {
        ExposeSpec expose = node.expose();
        if (expose == null) {
            return null;
        }
        String place = path + ".expose";
        ExposeType type = Validator.known(place + ".type", expose.type(), ExposeType.values(), findings);
        PodRules.checkAnnotations(place + ".annotations", expose.annotations(), findings);
        checkOnlyForIngress(place + ".ingressClassName", expose.ingressClassName(), type);
        checkOnlyForIngress(place + ".tlsSecretName", expose.tlsSecretName(), type);
        checkGateway(place + ".gateway", expose.gateway(), type);
        return switch (type) {
            case LoadBalancer, NodePort -> new NetworkNode.Expose.ByService(type.name(), expose.annotations());
            case Ingress ->
                host(node, "an Ingress", pathPrefix, path)
                        .map(host -> new NetworkNode.Expose.ByIngress(
                                host,
                                pathPrefix,
                                expose.ingressClassName(),
                                expose.tlsSecretName(),
                                expose.annotations()))
                        .orElse(null);
            case HTTPRoute -> route(node, expose, pathPrefix, path);
            case null -> null;
        };
    }

    private NetworkNode.@Nullable Expose route(NodeSpec node, ExposeSpec expose, String pathPrefix, String path) {
        GatewayRef gateway = expose.gateway();
        return gateway == null
                ? null
                : host(node, "an HTTPRoute", pathPrefix, path)
                        .map(host -> new NetworkNode.Expose.ByRoute(host, pathPrefix, gateway, expose.annotations()))
                        .orElse(null);
    }

    private void checkOnlyForIngress(String path, @Nullable String name, @Nullable ExposeType type) {
        if (name == null) {
            return;
        }
        findings.expectText(path, name, MAX_NAME_CHARS, DNS_SUBDOMAIN, DOTTED_NAME);
        if (type != ExposeType.Ingress) {
            findings.add(path, path.substring(path.lastIndexOf('.') + 1) + " is only for type Ingress");
        }
    }

    private void checkGateway(String path, @Nullable GatewayRef gateway, @Nullable ExposeType type) {
        if (gateway == null) {
            if (type == ExposeType.HTTPRoute) {
                findings.add(
                        path.substring(0, path.lastIndexOf('.')),
                        "an HTTPRoute belongs to a Gateway, expected its name as in gateway: {name: public}");
            }
            return;
        }
        findings.expectText(path + ".name", gateway.name(), MAX_NAME_CHARS, DNS_SUBDOMAIN, DOTTED_NAME);
        if (gateway.namespace() != null) {
            findings.expectText(
                    path + ".namespace",
                    gateway.namespace(),
                    MAX_LABEL_CHARS,
                    DNS_LABEL,
                    "the name of a namespace of a-z 0-9 -");
        }
        if (gateway.sectionName() != null) {
            findings.expectText(
                    path + ".sectionName", gateway.sectionName(), MAX_NAME_CHARS, DNS_SUBDOMAIN, DOTTED_NAME);
        }
        if (type != ExposeType.HTTPRoute) {
            findings.add(path, "gateway is only for type HTTPRoute");
        }
    }

    /** For which host something that leads to a node is made; empty when a mistake was noted. */
    private Optional<String> host(NodeSpec node, String what, String pathPrefix, String path) {
        String url = node.url();
        if (url == null || !INGRESS_URL.matcher(url).matches()) {
            findings.add(
                    path + ".url",
                    what + " is made for the host of the url of " + ForeignText.quoted(node.id())
                            + ", which must be as in https://node.example.com: without a port or an address, and with no path"
                            + " but its pathPrefix");
            return Optional.empty();
        }
        URI uri = URI.create(url);
        String urlPath = withoutSlash(uri.getPath());
        if (!urlPath.equals(pathPrefix)) {
            findings.add(
                    path + ".url",
                    "found the path %s, expected %s: %s leads to where the node is by http.pathPrefix"
                            .formatted(
                                    ForeignText.quoted(uri.getPath()),
                                    pathPrefix.isEmpty() ? "none" : ForeignText.quoted(pathPrefix),
                                    what));
        }
        return Optional.of(uri.getHost());
    }

    /** What holds for a node: its own word, field by field, else its network's, of which mistakes are noted elsewhere. */
    private NetworkNode.Front front(@Nullable HttpSpec own, String path) {
        HttpSpec network = spec.http();
        if (own != null) {
            checkHttp(path, own, findings);
        }
        String prefix = own == null || own.pathPrefix() == null ? network.pathPrefix() : own.pathPrefix();
        return new NetworkNode.Front(
                prefix == null ? "" : withoutSlash(prefix),
                own == null || own.trustedProxies().isEmpty() ? network.trustedProxies() : own.trustedProxies());
    }

    /** Notes what is wrong with what somebody says of proxies, the network or a node. */
    static void checkHttp(String path, HttpSpec said, Findings findings) {
        if (said.pathPrefix() != null) {
            findings.expectText(
                    path + ".pathPrefix",
                    said.pathPrefix(),
                    HttpSpec.MAX_PREFIX_CHARS,
                    PATH_PREFIX,
                    "a path such as /distomon, of letters, digits and ._~-, no part of dots alone, without a slash at its end");
        }
        List<String> proxies = said.trustedProxies();
        findings.expectSize(path + ".trustedProxies", proxies.size(), HttpSpec.MAX_PROXIES, "proxies");
        for (int i = 0; i < proxies.size() && i < HttpSpec.MAX_PROXIES; i++) {
            String place = Findings.item(path + ".trustedProxies", i);
            boolean valid = findings.expectText(
                    place, proxies.get(i), HttpSpec.MAX_RANGE_CHARS, ADDRESS_RANGE, AddressRange.RULE);
            if (valid && !AddressRange.isValid(proxies.get(i))) {
                findings.add(
                        place,
                        "found %s, expected %s".formatted(ForeignText.quoted(proxies.get(i)), AddressRange.RULE));
            }
        }
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private @Nullable NetworkNode external(NodeSpec node, String path, ProbeSpec probe) {
        URI url = null;
        if (node.url() == null) {
            findings.add(
                    path + ".url",
                    "External node " + ForeignText.quoted(node.id()) + " needs a url: where it answers the others");
        } else {
            url = url(node.url(), path + ".url");
        }
        List<Verifier> keys = keys(node, path + ".publicKeys");
        if (node.keyGeneration() != null) {
            findings.add(
                    path + ".keyGeneration",
                    "keyGeneration is not for External nodes, the key of " + ForeignText.quoted(node.id())
                            + " is made where it runs");
        }
        if (node.keySecretRef() != null) {
            findings.add(
                    path + ".keySecretRef",
                    "keySecretRef is not for External nodes, the key of " + ForeignText.quoted(node.id())
                            + " is where it runs");
        }
        if (node.tls() != null) {
            findings.add(
                    path + ".tls",
                    "tls is not for External nodes, " + ForeignText.quoted(node.id())
                            + " has its certificate where it runs");
        }
        if (url == null) {
            return null;
        }
        return new NetworkNode.External(
                node.id(),
                Duration.ofSeconds(probe.intervalSeconds()),
                probe.retries(),
                seconds(probe.retryIntervalSeconds()),
                url,
                keys);
    }

    private @Nullable URI url(String text, String path) {
        // Shown without its text: a URL may hold a password.
        if (text.length() > MAX_URL_CHARS || !HTTP_URL.matcher(text).matches()) {
            findings.add(path, "found a text of %s characters, expected %s".formatted(text.length(), URL_RULE));
            return null;
        }
        return switch (PeerUrl.read(text)) {
            case PeerUrl.Usable(URI url) -> url;
            case PeerUrl.OtherScheme other -> throw new AssertionError("the pattern asks for http or https");
            case PeerUrl.Unusable(String found) -> {
                findings.add(path, "found %s, expected %s".formatted(found, URL_RULE));
                yield null;
            }
        };
    }

    private List<Verifier> keys(NodeSpec node, String path) {
        List<String> pems = node.publicKeys();
        if (pems.isEmpty()) {
            findings.add(
                    path, "External node " + ForeignText.quoted(node.id()) + " needs publicKeys: what it signs with");
        }
        findings.expectSize(path, pems.size(), MAX_KEYS, "keys");
        Map<Verifier, String> places = new LinkedHashMap<>();
        for (int i = 0; i < pems.size() && pems.size() <= MAX_KEYS; i++) {
            String place = Findings.item(path, i);
            Verifier key = key(pems.get(i), place);
            String earlier = key == null ? null : places.putIfAbsent(key, place);
            if (earlier != null) {
                findings.add(place, "found the same key as %s, expected every key of a node once".formatted(earlier));
            }
        }
        return List.copyOf(places.keySet());
    }

    /**
     * A key that is Ed25519 and not of small order. Other external nodes may have it too: one owner's machines, of which
     * the nodes warn. Its text is never shown.
     */
    private @Nullable Verifier key(String pem, String path) {
        if (pem.length() > MAX_KEY_CHARS || !PUBLIC_KEY_PEM.matcher(pem).matches()) {
            findings.add(
                    path,
                    "found a text of %s characters, expected one public key as PEM, from -----BEGIN PUBLIC KEY-----"
                                    .formatted(pem.length())
                            + " to -----END PUBLIC KEY-----, at most 1024 characters");
            return null;
        }
        try {
            return Pem.publicKeys(pem).getFirst();
        } catch (InvalidKeyException e) {
            findings.add(path, "found no usable key (%s), expected an Ed25519 public key".formatted(e.getMessage()));
            return null;
        }
    }
}
