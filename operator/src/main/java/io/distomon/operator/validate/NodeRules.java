package io.distomon.operator.validate;

import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.Pem;
import io.distomon.core.crypto.Verifier;
import io.distomon.crds.v1alpha1.DistomonNetworkSpec;
import io.distomon.crds.v1alpha1.Names;
import io.distomon.crds.v1alpha1.NodeSpec;
import io.distomon.crds.v1alpha1.NodeType;
import io.distomon.crds.v1alpha1.ProbeOverride;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules of {@code spec.nodes}. For one resource. */
final class NodeRules {
    private static final Pattern IDENTIFIER = Pattern.compile(Names.IDENTIFIER);
    private static final Pattern DNS_LABEL = Pattern.compile(Names.DNS_LABEL);
    private static final Pattern HTTP_URL = Pattern.compile(Names.HTTP_URL);
    private static final Pattern PUBLIC_KEY_PEM = Pattern.compile(Names.PUBLIC_KEY_PEM);
    private static final String URL_RULE =
            "at most 1024 characters such as https://node.example.com:8000, without user, query or fragment";
    private static final int MAX_NODES = 500;
    private static final int MAX_ID_CHARS = 63;
    private static final int MAX_MANAGED_ID_CHARS = 20;
    private static final int MAX_URL_CHARS = 1024;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_KEYS = 3;
    private static final int MAX_KEY_CHARS = 1024;
    private static final int MAX_INTERVAL_SECONDS = 3600;
    private static final int MAX_RETRIES = 100;

    private final DistomonNetworkSpec spec;
    private final Findings findings;
    private final Map<String, Integer> firstOfId = new HashMap<>();
    private final Map<Verifier, String> placeOfKey = new HashMap<>();

    NodeRules(DistomonNetworkSpec spec, Findings findings) {
        this.spec = spec;
        this.findings = findings;
    }

    /** The members without mistakes; all of them when nothing was noted. */
    List<NetworkNode> nodes() {
        if (spec.nodes().isEmpty()) {
            findings.add("spec.nodes", "found no node, expected at least one");
        }
        findings.expectSize("spec.nodes", spec.nodes().size(), MAX_NODES, "nodes");
        List<NetworkNode> nodes = new ArrayList<>();
        for (int i = 0; i < spec.nodes().size() && i < MAX_NODES; i++) {
            NetworkNode node = node(spec.nodes().get(i), Findings.item("spec.nodes", i), i);
            if (node != null) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    static void checkProbe(
            String path, @Nullable Integer intervalSeconds, @Nullable Integer retries, Findings findings) {
        if (intervalSeconds != null) {
            findings.expectNumber(path + ".intervalSeconds", intervalSeconds, 1, MAX_INTERVAL_SECONDS);
        }
        if (retries != null) {
            findings.expectNumber(path + ".retries", retries, 0, MAX_RETRIES);
        }
    }

    private @Nullable NetworkNode node(NodeSpec node, String path, int index) {
        checkId(node.id(), path + ".id", index);
        ProbeOverride probe = node.probe();
        Integer ownInterval = probe == null ? null : probe.intervalSeconds();
        Integer ownRetries = probe == null ? null : probe.retries();
        checkProbe(path + ".probe", ownInterval, ownRetries, findings);
        Duration interval =
                Duration.ofSeconds(ownInterval == null ? spec.probe().intervalSeconds() : ownInterval);
        int retries = ownRetries == null ? spec.probe().retries() : ownRetries;
        if (node.id() == null) { // refused above: what a schema requires may yet be missing in a file
            return null;
        }
        NodeType type = Validator.known(path + ".type", node.type(), NodeType.values(), findings);
        return switch (type) {
            case Managed -> managed(node, path, interval, retries);
            case External -> external(node, path, interval, retries);
            case null -> null;
        };
    }

    private void checkId(@Nullable String id, String path, int index) {
        boolean valid = findings.expectText(
                path,
                id,
                MAX_ID_CHARS,
                IDENTIFIER,
                "1 to 63 characters of A-Z a-z 0-9 . _ -, the first and the last of them a letter or a digit");
        Integer first = valid && id != null ? firstOfId.putIfAbsent(id, index) : null;
        if (id != null && first != null) {
            findings.add(
                    path,
                    "found %s a second time, expected every node once (the first is %s)"
                            .formatted(Findings.quoted(id), Findings.item("spec.nodes", first)));
        }
    }

    private NetworkNode managed(NodeSpec node, String path, Duration interval, int retries) {
        String id = node.id();
        if (IDENTIFIER.matcher(id).matches()
                && (id.length() > MAX_MANAGED_ID_CHARS || !DNS_LABEL.matcher(id).matches())) {
            findings.add(
                    path + ".id",
                    Findings.quoted(id) + " is no id for a Managed node, whose Deployment and Service are named after"
                            + " it: at most 20 characters of a-z 0-9 -, the first and the last of them a letter or a"
                            + " digit");
        }
        if (node.url() != null) {
            findings.add(
                    path + ".url",
                    "url is only for External nodes, " + Findings.quoted(id) + " is Managed and has a Service");
        }
        if (!node.publicKeys().isEmpty()) {
            findings.add(
                    path + ".publicKeys",
                    "publicKeys is only for External nodes, the operator makes the key of " + Findings.quoted(id));
        }
        int keyGeneration = node.keyGeneration() == null ? 1 : node.keyGeneration();
        findings.expectNumber(path + ".keyGeneration", keyGeneration, 1, NodeSpec.MAX_KEY_GENERATION);
        return new NetworkNode.Managed(id, interval, retries, keyGeneration);
    }

    private @Nullable NetworkNode external(NodeSpec node, String path, Duration interval, int retries) {
        URI url = null;
        if (node.url() == null) {
            findings.add(
                    path + ".url",
                    "External node " + Findings.quoted(node.id()) + " needs a url: where it answers the others");
        } else {
            url = url(node.url(), path + ".url");
        }
        List<Verifier> keys = keys(node, path + ".publicKeys");
        if (node.keyGeneration() != null) {
            findings.add(
                    path + ".keyGeneration",
                    "keyGeneration is only for Managed nodes, the key of " + Findings.quoted(node.id())
                            + " is made where it runs");
        }
        return url == null ? null : new NetworkNode.External(node.id(), interval, retries, url, keys);
    }

    private @Nullable URI url(String text, String path) {
        // Shown without its text: a URL may hold a password.
        if (text.length() > MAX_URL_CHARS || !HTTP_URL.matcher(text).matches()) {
            findings.add(path, "found a text of %d characters, expected %s".formatted(text.length(), URL_RULE));
            return null;
        }
        try {
            URI url = new URI(text);
            if (url.getHost() != null && url.getPort() != 0 && url.getPort() <= MAX_PORT) {
                return url;
            }
            findings.add(
                    path,
                    "found " + Findings.quoted(text) + ", expected a host's name and a port, if any, up to 65535");
        } catch (URISyntaxException e) {
            findings.add(
                    path,
                    "found %s, which is no URL (%s), expected %s"
                            .formatted(Findings.quoted(text), e.getReason(), URL_RULE));
        }
        return null;
    }

    private List<Verifier> keys(NodeSpec node, String path) {
        List<String> pems = node.publicKeys();
        if (pems.isEmpty()) {
            findings.add(path, "External node " + Findings.quoted(node.id()) + " needs publicKeys: what it signs with");
        }
        findings.expectSize(path, pems.size(), MAX_KEYS, "keys");
        List<Verifier> keys = new ArrayList<>();
        for (int i = 0; i < pems.size() && pems.size() <= MAX_KEYS; i++) {
            Verifier key = key(pems.get(i), Findings.item(path, i));
            if (key != null) {
                keys.add(key);
            }
        }
        return keys;
    }

    /** A key that is Ed25519, not of small order, and stands nowhere else in this network. Its text is never shown. */
    private @Nullable Verifier key(String pem, String path) {
        if (pem.length() > MAX_KEY_CHARS || !PUBLIC_KEY_PEM.matcher(pem).matches()) {
            findings.add(
                    path,
                    "found a text of %d characters, expected one public key as PEM, from -----BEGIN PUBLIC KEY-----"
                                    .formatted(pem.length())
                            + " to -----END PUBLIC KEY-----, at most 1024 characters");
            return null;
        }
        try {
            Verifier key = Pem.publicKeys(pem).getFirst();
            String earlier = placeOfKey.putIfAbsent(key, path);
            if (earlier != null) {
                findings.add(path, "found the same key as %s, expected a key of its own".formatted(earlier));
                return null;
            }
            return key;
        } catch (InvalidKeyException e) {
            findings.add(path, "found no usable key (%s), expected an Ed25519 public key".formatted(e.getMessage()));
            return null;
        }
    }
}
